/// A whole number in a file's arithmetic of shapes, which may hang on the number of images in a batch:
/// `perImage · N + constant`. What a network computes of one image never depends on N.
struct BatchCount: Hashable, CustomStringConvertible {
  var perImage = 0
  var constant: Int

  init(_ constant: Int) {
    self.constant = constant
  }

  private init(perImage: Int, constant: Int) {
    self.perImage = perImage
    self.constant = constant
  }

  /// The number of images.
  static let batch = BatchCount(perImage: 1, constant: 0)

  /// The number, where it is the same for every batch.
  var fixed: Int? { perImage == 0 ? constant : nil }

  var description: String { perImage == 0 ? "\(constant)" : "\(perImage)·N + \(constant)" }

  /// `nil` where the sum does not fit.
  static func sum(_ a: BatchCount, _ b: BatchCount) -> BatchCount? {
    make(
      a.perImage.addingReportingOverflow(b.perImage), a.constant.addingReportingOverflow(b.constant)
    )
  }

  static func difference(_ a: BatchCount, _ b: BatchCount) -> BatchCount? {
    make(
      a.perImage.subtractingReportingOverflow(b.perImage),
      a.constant.subtractingReportingOverflow(b.constant))
  }

  /// `nil` where it does not fit, or would have the square of the batch in it.
  static func product(_ a: BatchCount, _ b: BatchCount) -> BatchCount? {
    guard let factor = b.fixed else {
      return a.fixed == nil ? nil : product(b, a)
    }
    return make(
      a.perImage.multipliedReportingOverflow(by: factor),
      a.constant.multipliedReportingOverflow(by: factor))
  }

  /// Rounded as ONNX' `Div` of whole numbers: towards 0. `nil` for a division by 0 or by the batch,
  /// other than one of a number of batches by another.
  static func quotient(_ a: BatchCount, _ b: BatchCount) -> BatchCount? {
    guard let divisor = b.fixed else {
      guard b.constant == 0, a.constant == 0, a.perImage % b.perImage == 0 else { return nil }
      return BatchCount(a.perImage / b.perImage)
    }
    guard divisor != 0 else { return nil }
    if a.perImage != 0 {
      guard a.perImage % divisor == 0, a.constant % divisor == 0 else { return nil }
    }
    return make(
      a.perImage.dividedReportingOverflow(by: divisor),
      a.constant.dividedReportingOverflow(by: divisor))
  }

  private static func make(
    _ perImage: (partialValue: Int, overflow: Bool), _ constant: (partialValue: Int, overflow: Bool)
  ) -> BatchCount? {
    guard !perImage.overflow, !constant.overflow else { return nil }
    return BatchCount(perImage: perImage.partialValue, constant: constant.partialValue)
  }
}
