import Files
import Foundation
import Images
import Kernels
import Network

/// Writes a model as an ONNX file that others run: images channels first, any batch, operators of version
/// 18.
package struct ONNXWriter {
  package let model: Model
  /// Over the model's parameters: ends as whoever asks the model would have it.
  package var graph: Graph
  package var classNames: [String]?
  package var preparation: ImagePreparation
  /// Whether pixels go in as bytes, `[N, height, width, channels]` of `uint8`, red first, and become numbers
  /// inside. Pictures have to be of the network's size all the same.
  package var includesPreparation = false

  /// The largest message that protobuf's readers take.
  private static let sizeLimit = (1 << 31) - 1

  package init(_ model: Model, classNames: [String]? = nil, preparation: ImagePreparation) {
    self.model = model
    graph = model.graph
    self.classNames = classNames
    self.preparation = preparation
  }

  /// - Returns: what the file does not say as the network has it.
  /// - Throws: `FileError`; `FormatError` for a layer that ONNX has no operators for.
  package func write(to path: String) throws -> [String] {
    do {
      let writer = ONNXGraphWriter()
      let (message, metadata) = try self.message(writer)
      try ONNXOutput(graph: message, initializers: writer.initializers, metadata: metadata)
        .write(to: path, limit: Self.sizeLimit)
      return writer.notes
    } catch let error as UnexpectedContent {
      throw error.formatError(path: path)
    } catch let error as ShapeError {
      throw FormatError(path: path, expected: error.expected, found: error.found)
    }
  }

  private func message(
    _ writer: ONNXGraphWriter
  ) throws -> (ONNXGraphProto, [ONNXStringStringEntryProto]) {
    var kept = preparation
    let input = writer.unique("input")
    var first = input
    if includesPreparation {
      guard preparation.fits(channels: graph.inputShape.channels), graph.inputShape.rank == 3 else {
        throw UnexpectedContent(
          expected: "a network of grey or colour images, for its preparation to be written",
          found: "\(graph.inputShape)")
      }
      first = writer.prepared(input, preparation, shape: graph.inputShape)
      kept.pixels = .bytes
      (kept.mean, kept.deviation, kept.channelOrder) = ([], [], .rgb)
    }
    var values: [String] = []
    for (index, node) in graph.nodes.enumerated() {
      guard let row = ONNXLayerTable.rows[node.layer.kind] else {
        throw UnexpectedContent(
          expected: "a layer that ONNX has operators for",
          found: "'\(node.name)' (\(node.layer.kind))")
      }
      writer.layer = node.name
      values.append(
        try row(
          writer,
          ONNXSite(
            layer: node.layer,
            inputs: graph.inputIndices[index].map { source in source.map { values[$0] } ?? first },
            shapes: graph.inputShapes(of: index), output: graph.shapes[index],
            parameters: model.parameters[node.name] ?? [])))
    }
    writer.layer = "output"
    let last = writer.add("Identity", [values[values.count - 1]])
    var message = ONNXGraphProto()
    message.name = graph.name
    message.node = writer.nodes
    message.input = [
      includesPreparation
        ? .make(input, type: 2, ["N"], graph.inputShape.dimensions)
        : .make(input, type: 1, ["N"], Self.fileDimensions(graph.inputShape))
    ]
    message.output = [.make(last, type: 1, ["N"], Self.fileDimensions(graph.outputShape))]
    let metadata = ModelMetadata(classNames: classNames, preparation: kept, architecture: nil)
    let entries = try metadata.strings().filter { $0.key.hasPrefix("thaw.") }
      .sorted { $0.key < $1.key }.map { key, value in
        var entry = ONNXStringStringEntryProto()
        (entry.key, entry.value) = (key, value)
        return entry
      }
    return (message, entries)
  }

  private static func fileDimensions(_ shape: Shape) -> [Int] {
    let dimensions = shape.dimensions
    return shape.rank == 3 ? [dimensions[2], dimensions[0], dimensions[1]] : dimensions
  }
}

extension ONNXValueInfoProto {
  fileprivate static func make(
    _ name: String, type: Int32, _ symbols: [String], _ dimensions: [Int]
  ) -> ONNXValueInfoProto {
    var info = ONNXValueInfoProto()
    info.name = name
    info.type.tensorType.elemType = type
    info.type.tensorType.shape.dim =
      symbols.map { symbol in
        var dimension = ONNXTensorShapeProto.Dimension()
        dimension.dimParam = symbol
        return dimension
      }
      + dimensions.map { size in
        var dimension = ONNXTensorShapeProto.Dimension()
        dimension.dimValue = Int64(size)
        return dimension
      }
    return info
  }
}

extension ONNXGraphWriter {
  /// Bytes as a network of this preparation takes them, worked out in the order in which training does.
  fileprivate func prepared(
    _ input: String, _ preparation: ImagePreparation, shape: Shape
  ) -> String {
    layer = "preparation"
    var value = add("Cast", [input], [.integer("to", 1)], part: "numbers")
    if preparation.channelOrder == .bgr, shape.channels == 3 {
      value = add(
        "Slice",
        [value, integers([2]), integers([Int(Int32.min)]), integers([3]), integers([-1])],
        part: "order")
    }
    func constant(_ values: [Float], _ name: String) -> String {
      numbers(values, shape: [values.count], named: name)
    }
    switch preparation.pixels {
    case .bytes: break
    case .unit: value = add("Div", [value, constant([255], "range")], part: "range")
    case .symmetric:
      value = add("Div", [value, constant([127.5], "range")], part: "range")
      value = add("Sub", [value, constant([1], "middle")], part: "middle")
    }
    if !preparation.mean.isEmpty {
      value = add("Sub", [value, constant(preparation.mean, "mean")], part: "mean")
    }
    if !preparation.deviation.isEmpty {
      value = add("Div", [value, constant(preparation.deviation, "deviation")], part: "deviation")
    }
    return add("Transpose", [value], [.integers("perm", [0, 3, 1, 2])], part: "channels_first")
  }
}
