extension Int {
  /// The whole part of `value`, or the nearest number that there is: what is measured or computed
  /// for the screen may be anything, and `Int(_:)` ends the program where it does not fit. Not a
  /// number counts as 0.
  package init(saturating value: some BinaryFloatingPoint) {
    if value.isNaN {
      self = 0
    } else if let exact = Int(exactly: value.rounded(.towardZero)) {
      self = exact
    } else {
      self = value < 0 ? .min : .max
    }
  }
}
