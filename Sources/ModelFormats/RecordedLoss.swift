/// The loss that a model file says its model was trained with.
package struct RecordedLoss: Hashable, Sendable {
  /// In Keras' words, `binary_crossentropy`; one that a person made, as the file names it.
  package var name: String
  /// Taken from logits, not from probabilities.
  package var isFromLogits: Bool
  package var labelSmoothing: Double

  package init(name: String, isFromLogits: Bool = false, labelSmoothing: Double = 0) {
    self.name = name
    self.isFromLogits = isFromLogits
    self.labelSmoothing = labelSmoothing
  }
}
