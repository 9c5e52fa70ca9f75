import Kernels

/// The mean of each of so many parts of an image, whatever the image's size: Torch's
/// `AdaptiveAvgPool2d`.
package struct AdaptiveAveragePooling2D: Layer {
  package static let kind = "AdaptiveAveragePooling2D"

  package var height: Int
  package var width: Int

  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  package var detail: String { "\(height)×\(width)" }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    try PoolingGeometry.adaptiveShape(only(inputs), height, width)
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    AveragePoolingOperation(AveragePooling(.adaptive(at: site), pool: site.pool))
  }
}

/// The largest value of each of so many parts of an image: Torch's `AdaptiveMaxPool2d`.
package struct AdaptiveMaxPooling2D: Layer {
  package static let kind = "AdaptiveMaxPooling2D"

  package var height: Int
  package var width: Int

  package init(height: Int, width: Int) {
    self.height = height
    self.width = width
  }

  package var detail: String { "\(height)×\(width)" }

  package func outputShape(for inputs: [Shape]) throws(ShapeError) -> Shape {
    let input = try only(inputs)
    let output = try PoolingGeometry.adaptiveShape(input, height, width)
    let part =
      PoolingGeometry.longestPart(input.dimensions[0], height)
      * PoolingGeometry.longestPart(input.dimensions[1], width)
    guard part < MaxPooling.windowLimit else {
      throw ShapeError(
        expected: "parts of fewer than \(MaxPooling.windowLimit) values", found: "\(part)")
    }
    return output
  }

  package func makeOperation(at site: OperationSite) -> any Operation {
    MaxPoolingOperation(MaxPooling(.adaptive(at: site), pool: site.pool))
  }
}

extension PoolingGeometry {
  fileprivate static func adaptiveShape(
    _ input: Shape, _ height: Int, _ width: Int
  ) throws(ShapeError) -> Shape {
    let channels = try input.spatial().channels
    for size in [height, width] {
      try Shape.check(size, in: 1...Window.sizeLimit, "a height or width")
    }
    return try Shape(height: height, width: width, channels: channels).checked()
  }

  fileprivate static func adaptive(at site: OperationSite) -> PoolingGeometry {
    let (input, output) = (site.inputs[0].dimensions, site.output.dimensions)
    return PoolingGeometry(
      batch: site.batch, inputHeight: input[0], inputWidth: input[1], channels: input[2],
      partsHigh: output[0], partsWide: output[1])
  }
}
