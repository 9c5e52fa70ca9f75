import Kernels
import Network

extension ONNXLayerTable {
  static let windows = table([
    row(MaxPooling2D.self) { writer, layer, site in
      writer.add(
        "MaxPool", [site.input],
        writer.window(layer.window) + [
          .integers("pads", try writer.padding(layer.window, over: site.shape))
        ])
    },
    row(AveragePooling2D.self) { writer, layer, site in try writer.averaged(site, layer) },
    row(GlobalAveragePooling2D.self) { writer, layer, site in
      writer.pooled("GlobalAveragePool", site, keeps: layer.keepsDimensions)
    },
    row(GlobalMaxPooling2D.self) { writer, layer, site in
      writer.pooled("GlobalMaxPool", site, keeps: layer.keepsDimensions)
    },
    row(AdaptiveAveragePooling2D.self) { writer, layer, site in
      writer.averagedByParts(site, height: layer.height, width: layer.width)
    },
    row(BlurPooling2D.self) { writer, layer, site in
      // Binomial coefficients, as a depthwise convolution of fixed weights.
      var row: [Double] = [1]
      for _ in 1..<max(layer.size, 1) { row = zip(row + [0], [0] + row).map { $0 + $1 } }
      let sum = row.reduce(0, +)
      let kernel = row.flatMap { first in row.map { Float(first * $0 / (sum * sum)) } }
      let channels = site.shape.channels
      let before = (layer.stride - 1 + layer.size - 1) / 2
      let padded = writer.padded(site, .uniform(before), layer.content)
      let weight = writer.numbers(
        (0..<channels).flatMap { _ in kernel }, shape: [channels, 1, layer.size, layer.size],
        named: "filter")
      return writer.add(
        "Conv", [padded, weight],
        [
          .integers("kernel_shape", [layer.size, layer.size]),
          .integers("strides", [layer.stride, layer.stride]), .integer("group", channels),
        ])
    },
  ])
}

extension ONNXGraphWriter {
  fileprivate func window(_ window: Window) -> [ONNXAttributeProto] {
    [
      .integers("kernel_shape", [window.height, window.width]),
      .integers("strides", [window.strideHeight, window.strideWidth]),
    ]
  }

  fileprivate func averaged(_ site: ONNXSite, _ layer: AveragePooling2D) throws -> String {
    let placed = try layer.window.placed(
      height: site.shape.dimensions[0], width: site.shape.dimensions[1])
    let counts = layer.countsPadding && layer.window.padding != .valid
    let overhangs = placed.overhangBottom > 0 || placed.overhangRight > 0
    var value = site.input
    var pads = try padding(layer.window, over: site.shape)
    var attributes = window(layer.window)
    if layer.divisor != nil {
      // Sums, of which those that fall outside are of nothing.
      attributes.append(.integer("count_include_pad", 1))
    } else if counts, overhangs {
      // What is beyond the padding does not count: the padding becomes part of the image.
      value = padded(site, placed.padding, .constant(0))
      pads = [0, 0, placed.overhangBottom, placed.overhangRight]
    } else {
      attributes.append(.integer("count_include_pad", counts ? 1 : 0))
    }
    let mean = add("AveragePool", [value], attributes + [.integers("pads", pads)])
    guard let divisor = layer.divisor else { return mean }
    let factor = Float(layer.window.height * layer.window.width) / Float(divisor)
    return add("Mul", [mean, number(factor, named: "divisor")])
  }

  fileprivate func pooled(_ operation: String, _ site: ONNXSite, keeps: Bool) -> String {
    let value = add(operation, [site.input], part: keeps ? "" : "pool")
    return keeps ? value : add("Flatten", [value], [.integer("axis", 1)])
  }

  /// Each part of the image by itself: one window where all parts are alike, else a product with a
  /// matrix of shares for the columns, and one for the rows.
  fileprivate func averagedByParts(_ site: ONNXSite, height: Int, width: Int) -> String {
    let (rows, columns) = (site.shape.dimensions[0], site.shape.dimensions[1])
    if rows % height == 0, columns % width == 0 {
      let size = [rows / height, columns / width]
      return add(
        "AveragePool", [site.input],
        [.integers("kernel_shape", size), .integers("strides", size)])
    }
    /// `[parts, length]`
    func shares(_ parts: Int, _ length: Int) -> [[Float]] {
      (0..<parts).map { part in
        let start = part * length / parts
        let end = ((part + 1) * length + parts - 1) / parts
        return (0..<length).map { (start..<end).contains($0) ? 1 / Float(end - start) : 0 }
      }
    }
    let across = shares(width, columns)
    let transposed = (0..<columns).flatMap { column in across.map { $0[column] } }
    let narrowed = add(
      "MatMul",
      [site.input, numbers(transposed, shape: [columns, width], named: "column_shares")],
      part: "columns")
    return add(
      "MatMul",
      [
        numbers(shares(height, rows).flatMap(\.self), shape: [height, rows], named: "row_shares"),
        narrowed,
      ])
  }
}
