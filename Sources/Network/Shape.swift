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

  /// Values for one image. Shapes are checked for overflow where they come from files.
  package var count: Int { dimensions.reduce(1, *) }
  package var rank: Int { dimensions.count }
  package var isSpatial: Bool { rank == 3 }
  package var channels: Int { dimensions.last ?? 0 }
  /// Positions in the image: height × width, 1 where there is no space.
  package var positions: Int { channels == 0 ? 0 : count / channels }

  /// `28×28×16`
  package var description: String { dimensions.map(String.init).joined(separator: "×") }
}
