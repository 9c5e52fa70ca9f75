import Network

/// Whose names a file's tensors have, and with them in what order the axes stand.
enum TensorNaming: CaseIterable, Sendable {
  /// PyTorch's `state_dict`.
  case stateDictionary
  /// TensorFlow's variables, as slim's layers make them.
  case slim

  /// `nil` for Keras, whose files are recognised otherwise.
  init?(_ dialect: Dialect) {
    switch dialect {
    case .torchvision, .timm, .efficientNetPyTorch: self = .stateDictionary
    case .slim: self = .slim
    case .keras: return nil
    }
  }

  /// What joins a scope to what is in it.
  var separator: Character {
    switch self {
    case .stateDictionary: "."
    case .slim: "/"
    }
  }

  /// Of each parameter of `graph`, in order.
  func places(of graph: Graph) -> [ParameterPlace] {
    switch self {
    case .stateDictionary: StateDictionary.places(of: graph)
    case .slim: SlimVariables.places(of: graph)
    }
  }

  /// Whether a tensor is one that only training asks for.
  func isOfTraining(_ name: String) -> Bool {
    switch self {
    case .stateDictionary: StateDictionary.isCounter(name)
    case .slim: SlimVariables.isOfTraining(name)
    }
  }

  /// Which axis of a stored kernel has one place for each output.
  func outputAxis(rank: Int) -> Int {
    switch self {
    case .stateDictionary: 0
    case .slim: rank - 1
    }
  }

  /// Which axis of a convolution's stored kernel has one place for each channel that it reads.
  var channelAxis: Int {
    switch self {
    case .stateDictionary: 1
    case .slim: 2
    }
  }

  /// The layer that a tensor is of; `nil` for one that stands alone.
  func layer(of name: String) -> Substring? {
    name.lastIndex(of: separator).map { name[..<$0] }
  }
}
