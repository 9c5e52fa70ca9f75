/// Where a loss or weights became no numbers, and what `goBack` would do about it.
package struct Breakdown: Sendable, Codable, Equatable {
  /// The step that could not be done.
  package var step: Int
  /// Steps done where training can go on from, 0 for the beginning; `nil`: nowhere.
  package var backTo: Int?
  /// The rate that it goes on with.
  package var learningRate: Double

  package init(step: Int, backTo: Int?, learningRate: Double) {
    self.step = step
    self.backTo = backTo
    self.learningRate = learningRate
  }
}
