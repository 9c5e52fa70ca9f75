/// Which layers a net has when it is tested.
enum CaffeTestPhase {
  /// - Throws: `UnexpectedContent`.
  static func includes(_ layer: CaffeLayer) throws -> Bool {
    let include = try layer.message.messages("include")
    if !include.isEmpty { return try include.contains { try isMet($0) } }
    return try !layer.message.messages("exclude").contains { try isMet($0) }
  }

  /// Of the phase TEST, at level 0, in no stage.
  private static func isMet(_ rule: CaffeMessage) throws -> Bool {
    let phase = try rule.choice("phase", [0: "TRAIN", 1: "TEST"], default: "TEST")
    return try phase == "TEST" && rule.integer("min_level") ?? 0 <= 0
      && rule.integer("max_level") ?? 0 >= 0 && !rule.has("stage")
  }
}
