/// A label of two classes, as a mixed image has it.
package struct MixedLabel: Equatable, Sendable {
  /// The share of the image's own label; the rest is the other's.
  package let share: Float
  package let otherLabel: Int32

  package init(share: Float, otherLabel: Int32) {
    self.share = share
    self.otherLabel = otherLabel
  }
}
