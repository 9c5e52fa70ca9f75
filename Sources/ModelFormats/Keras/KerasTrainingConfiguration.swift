import JSON

/// `training_config`, what `compile` was told, as far as it says what training goes on with.
struct KerasTrainingConfiguration {
  /// `nil` where the file names none, or one for each of several outputs.
  let loss: RecordedLoss?

  /// - Parameter value: the attribute's JSON. Whatever is strange in it is left out: no weight
  ///   depends on it.
  init(_ value: JSONValue) {
    loss = value["loss"].flatMap(Self.loss)
  }

  private static func loss(_ value: JSONValue) -> RecordedLoss? {
    if let name = value.string { return RecordedLoss(name: canonical(name)) }
    if let list = value.list { return list.count == 1 ? loss(list[0]) : nil }
    guard let members = value.object else { return nil }
    guard let className = members["class_name"]?.string else {
      // By the output's name.
      return members.count == 1 ? members.first.flatMap { loss($0.value) } : nil
    }
    // A function is an object of this class whose configuration is its name.
    if let function = members["config"]?.string { return RecordedLoss(name: canonical(function)) }
    // What a program registered is its own, whatever it is called.
    if let own = members["registered_name"]?.string, own.contains(">") {
      return RecordedLoss(name: own)
    }
    let configuration = members["config"]
    let smoothing = configuration?["label_smoothing"]?.number ?? 0
    return RecordedLoss(
      name: canonical(className), isFromLogits: configuration?["from_logits"]?.bool ?? false,
      labelSmoothing: (0...1).contains(smoothing) ? smoothing : 0)
  }

  /// `BinaryCrossentropy` and `bce` are `binary_crossentropy`.
  private static func canonical(_ name: String) -> String {
    if name.lowercased() == "bce" { return "binary_crossentropy" }
    var words = ""
    for (index, character) in name.enumerated() {
      if character.isUppercase, index > 0 { words += "_" }
      words += character.lowercased()
    }
    let known = [
      "binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy",
    ]
    return known.contains(words) ? words : name
  }
}
