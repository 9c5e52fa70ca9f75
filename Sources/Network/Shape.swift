/// The shape of one image's data, without the batch: `[height, width, channels]` or `[features]`.
package struct Shape: Hashable, Sendable, CustomStringConvertible {
  package let dimensions: [Int]

  package init(_ dimensions: [Int]) {
    self.dimensions = dimensions
  }

  package init(height: Int, width: Int, channels: Int) {
    dimensions = [height, width, channels]
  }

  package init(features: Int) {
    dimensions = [features]
  }

  /// Values for one image; `Int.max` where the product does not fit.
  package var count: Int { Self.product(dimensions) }
  package var rank: Int { dimensions.count }
  package var channels: Int { dimensions.last ?? 0 }
  /// Positions in the image: height × width, 1 where there is no space.
  package var positions: Int { Self.product(dimensions.dropLast()) }

  /// `28×28×16`
  package var description: String { dimensions.map(String.init).joined(separator: "×") }
}

/// Limits. Shapes come from files that anyone may have written: every size is checked here before
/// it is multiplied, allocated or looped over.
extension Shape {
  /// The longest dimension of an image, a kernel or a list of features.
  package static let dimensionLimit = 1 << 24
  /// The most values of one image's data or of one parameter: 4 GB.
  package static let countLimit = 1 << 30
  /// The most values that one layer gives for one image: 1 GB, as 2048×2048×64 takes. A small file can
  /// ask for any size, and no memory holds a batch of larger ones.
  package static let outputLimit = 1 << 28

  /// The shape itself, when every dimension is 1 or more and the whole is within the limits.
  /// - Throws: `ShapeError` that names the dimension or the product.
  @discardableResult
  package func checked() throws(ShapeError) -> Shape {
    guard (1...4).contains(rank) else {
      throw ShapeError(expected: "1 to 4 dimensions", found: "\(rank)")
    }
    for dimension in dimensions {
      try Self.check(dimension, in: 1...Self.dimensionLimit, "a dimension")
    }
    guard count <= Self.countLimit else {
      throw ShapeError(expected: "at most \(Self.countLimit) values", found: description)
    }
    return self
  }

  /// The shape itself, where it may be what one layer gives for one image.
  /// - Throws: `ShapeError` with both sizes.
  @discardableResult
  package func checkedAsOutput() throws(ShapeError) -> Shape {
    try checked()
    guard count <= Self.outputLimit else {
      let gigabytes = (4 * count + 50_000_000) / 100_000_000
      throw ShapeError(
        expected: "at most \(Self.outputLimit) values (1 GB) for one image",
        found: "\(description), \(count) values (\(gigabytes / 10).\(gigabytes % 10) GB)")
    }
    return self
  }

  /// Height, width and channels.
  /// - Throws: `ShapeError` where there are not three dimensions.
  package func spatial() throws(ShapeError) -> (height: Int, width: Int, channels: Int) {
    guard rank == 3 else {
      throw ShapeError(expected: "height × width × channels", found: description)
    }
    return (dimensions[0], dimensions[1], dimensions[2])
  }

  /// - Throws: `ShapeError` where `value` is not in `range`; `what` names it.
  static func check(
    _ value: Int, in range: ClosedRange<Int>, _ what: String
  ) throws(ShapeError) {
    guard range.contains(value) else {
      throw ShapeError(
        expected: "\(what) between \(range.lowerBound) and \(range.upperBound)", found: "\(value)")
    }
  }

  /// The product, `Int.max` where it does not fit: unchecked sizes never trap.
  static func product(_ dimensions: some Sequence<Int>) -> Int {
    var product = 1
    for dimension in dimensions {
      let (value, overflow) = product.multipliedReportingOverflow(by: dimension)
      if overflow { return Int.max }
      product = value
    }
    return product
  }
}
