import JSON

/// One layer's entry in a Keras `model_config`, with the accessors that turn what it may hold into
/// what a layer needs, or into an error that names the layer.
struct KerasLayerConfiguration {
  let className: String
  let name: String
  let values: [String: JSONValue]
  /// What a program registered the class as, `Package>Name`; else the class's name or nothing.
  var registeredName: String?
  /// Whether this is no layer but a function of tensors that was called on one: TensorFlow's, which
  /// Keras 2 wraps, or one of Keras 3's own.
  var isOperation = false

  /// Whether a program registered a class of its own that is called like one of Keras'. Keras does so
  /// itself with what its applications need.
  var isRegisteredUnderAKerasName: Bool {
    guard let registeredName, registeredName.contains(">") else { return false }
    return !["CustomScaleLayer", "LayerScale", "StochasticDepth", "FixedDropout"].contains(
      className)
  }

  /// An error about this layer.
  func unexpected(_ found: String, expected: String) -> UnexpectedContent {
    UnexpectedContent(expected: "\(expected) of layer '\(name)' (\(className))", found: found)
  }

  /// The value of `key`; Keras writes `null` for what was not given.
  subscript(key: String) -> JSONValue? {
    guard let value = values[key], !value.isNull else { return nil }
    return value
  }

  private func unexpected(_ key: String, _ expected: String) -> UnexpectedContent {
    unexpected(self[key].map(\.description) ?? "none", expected: "\(expected) as '\(key)'")
  }

  /// A whole number of at least 1.
  func integer(_ key: String, default standard: Int? = nil) throws(UnexpectedContent) -> Int {
    if self[key] == nil, let standard { return standard }
    guard let value = self[key]?.integer, (1...1 << 24).contains(value) else {
      throw unexpected(key, "a whole number above 0")
    }
    return value
  }

  /// A finite number that single precision can hold.
  func number(_ key: String, default standard: Double) throws(UnexpectedContent) -> Double {
    guard self[key] != nil else { return standard }
    // Keras writes NumPy scalars that were handed to it as an object.
    guard let value = self[key]?.number ?? self[key]?["config"]?["value"]?.number,
      Float(value).isFinite
    else { throw unexpected(key, "a number") }
    return value
  }

  func flag(_ key: String, default standard: Bool) throws(UnexpectedContent) -> Bool {
    guard self[key] != nil else { return standard }
    guard let value = self[key]?.bool else { throw unexpected(key, "true or false") }
    return value
  }

  func text(_ key: String, default standard: String) throws(UnexpectedContent) -> String {
    guard self[key] != nil else { return standard }
    guard let value = self[key]?.string else { throw unexpected(key, "a name") }
    return value
  }

  /// Two whole numbers of at least 1; one stands for both.
  func pair(_ key: String, default standard: (Int, Int)? = nil) throws(UnexpectedContent)
    -> (Int, Int)
  {
    if self[key] == nil, let standard { return standard }
    let values = self[key].map { $0.list ?? [$0] } ?? []
    let numbers = values.compactMap(\.integer).filter { (1...1 << 24).contains($0) }
    guard numbers.count == values.count, (1...2).contains(numbers.count) else {
      throw unexpected(key, "two whole numbers above 0")
    }
    return (numbers[0], numbers[numbers.count - 1])
  }

  /// Refuses images with the channels before height and width.
  func requireChannelsLast() throws(UnexpectedContent) {
    let format = try text("data_format", default: "channels_last")
    guard format == "channels_last" || format == "tf" else {
      throw unexpected("'\(format)'", expected: "data_format 'channels_last'")
    }
  }

  /// Refuses any axis but the last of an input of `rank` dimensions. Keras counts the batch as
  /// axis 0, and writes one axis as a number or as a list.
  func requireLastAxis(rank: Int) throws(UnexpectedContent) {
    guard let value = self["axis"] else { return }
    let axes = value.list ?? [value]
    guard axes.count == 1, let axis = axes[0].integer, axis == -1 || axis == rank else {
      throw unexpected(value.description, expected: "the last axis as 'axis'")
    }
  }
}

extension JSONValue {
  /// The elements of a list, or of a tuple or shape as some versions of Keras wrap them.
  var list: [JSONValue]? {
    if let array { return array }
    let isTuple = ["__tuple__", "TensorShape"].contains(self["class_name"]?.string)
    return isTuple ? self["items"]?.array : nil
  }
}
