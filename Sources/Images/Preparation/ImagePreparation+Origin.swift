extension ImagePreparation {
  /// Who says how a picture is prepared.
  package enum Origin: Codable, Hashable, Sendable {
    /// The model's own layers, the first of which are called `layers`, and what they make of pixels.
    case layers([String], effect: String)
    /// A file that comes with the model, by its name: `config.json`.
    case file(String)
    /// What networks of the architecture's family are trained with: `torchvision's ResNets`.
    case family(String)
    /// The person, with `--pixels` and its like.
    case option
    /// The program, of a network that comes with it.
    case program
    /// Nobody: what most networks take.
    case assumption
    /// A run that was begun before runs kept it.
    case olderRun

    /// In a word: `rescaling`, `assumed`.
    /// - Parameter option: the option that sets it.
    package func source(option: String = "--pixels") -> String {
      switch self {
      case .layers(let layers, _): Self.names(layers)
      case .file(let name): name
      case .family(let name): name
      case .option: option
      case .program: "Thaw's own"
      case .assumption: "assumed"
      case .olderRun: "as before"
      }
    }

    /// Why it is so, for a person: `rescaling multiplies by 0.003922`.
    package func reason(option: String = "--pixels") -> String {
      switch self {
      case .layers(let layers, let effect): "\(Self.names(layers)) \(effect)"
      case .file(let name): "as \(name) says"
      case .family(let name): "as \(name) are trained; \(option) sets it"
      case .option: "as \(option) says"
      case .program: "as the network that comes with Thaw was trained"
      case .assumption: "assumed, since nothing in the model says; \(option) sets it"
      case .olderRun: "as the run was trained so far"
      }
    }

    private static func names(_ layers: [String]) -> String {
      layers.count <= 2
        ? layers.joined(separator: ", ") : "\(layers[0]) to \(layers[layers.count - 1])"
    }
  }

  /// Who says how bytes become numbers, in a word.
  package var source: String { origin.source() }

  /// Why bytes become these numbers, for a person.
  package var reason: String { origin.reason() }

  /// `pixels enter as 0..255: rescaling multiplies by 0.003922`.
  package var sentence: String { "pixels enter as \(pixels.rawValue): \(reason)" }
}
