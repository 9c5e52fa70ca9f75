/// What does not change while a run lives.
package struct RunDescription: Sendable, Codable, Equatable {
  package var name: String
  package var model: String
  package var classes: [String]
  package var outputs: Int
  package var inputShape: [Int]
  package var optimizer: OptimizerKind
  package var schedule: String
  package var batch: Int
  package var trainImages: Int
  package var validationImages: Int
  package var seed: UInt64
  /// The numbers that pixels become, such as `0..255`; who says so in a word, and why; empty while
  /// unknown.
  package var pixels = ""
  package var pixelsSource = ""
  package var pixelsReason = ""
  /// Whether it is a search: many trials, and no training of its own.
  package var isSearch = false

  package init(
    name: String, model: String, classes: [String], outputs: Int, inputShape: [Int],
    optimizer: OptimizerKind, schedule: String, batch: Int, trainImages: Int, validationImages: Int,
    seed: UInt64
  ) {
    self.name = name
    self.model = model
    self.classes = classes
    self.outputs = outputs
    self.inputShape = inputShape
    self.optimizer = optimizer
    self.schedule = schedule
    self.batch = batch
    self.trainImages = trainImages
    self.validationImages = validationImages
    self.seed = seed
  }
}
