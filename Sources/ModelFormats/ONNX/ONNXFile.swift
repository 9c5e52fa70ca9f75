import Files
import Foundation

/// An ONNX file: its message without the weights, and the weights, which stay where they are until they
/// are asked for.
struct ONNXFile {
  let message: ONNXModelProto
  /// In the file's order.
  let tensorNames: [String]
  let tensors: [String: MessageTensor]

  /// Fields of `ModelProto` and `GraphProto`.
  private static let (graph, initializer) = (7, 5)
  /// Fields of `TensorProto` that hold its values.
  private static let values: Set<Int> = [4, 5, 7, 9, 10]
  private static let (floats, raw, doubles) = (4, 9, 10)
  /// Bytes of a network's description: nodes, names and constants of nodes.
  private static let descriptionLimit = 1 << 28

  init(_ file: InputFile) throws {
    let walker = MessageWalker(file)
    let fields = try walker.fields(in: 0..<file.size)
    let graphs = fields.filter { $0.number == Self.graph && $0.wire == 2 }
    guard graphs.count == 1 else {
      throw UnexpectedContent(expected: "one graph", found: "\(graphs.count)")
    }
    let graphFields = try walker.fields(in: graphs[0].value)
    let initializers = graphFields.filter { $0.number == Self.initializer && $0.wire == 2 }

    var message: ONNXModelProto = try walker.message(
      fields.filter { $0.number != Self.graph }, limit: Self.descriptionLimit)
    message.graph = try walker.message(
      graphFields.filter { $0.number != Self.initializer }, limit: Self.descriptionLimit)
    self.message = message

    var external = ONNXExternalData(modelPath: file.path)
    var names: [String] = []
    var tensors: [String: MessageTensor] = [:]
    for field in initializers {
      let (name, tensor) = try Self.tensor(walker, at: field.value, &external)
      guard tensors.updateValue(tensor, forKey: name) == nil else {
        throw UnexpectedContent(expected: "one initializer '\(name)'", found: "two")
      }
      names.append(name)
    }
    tensorNames = names
    self.tensors = tensors
  }

  private static func tensor(
    _ walker: MessageWalker, at range: Range<Int>, _ external: inout ONNXExternalData
  ) throws -> (name: String, tensor: MessageTensor) {
    let fields = try walker.fields(in: range)
    let values = fields.filter { Self.values.contains($0.number) }
    // Values that lie one after the other as they are in memory.
    if values.count == 1, values[0].wire == 2,
      [Self.floats, Self.raw, Self.doubles].contains(values[0].number)
    {
      let message: ONNXTensorProto = try walker.message(
        fields.filter { !Self.values.contains($0.number) }, limit: descriptionLimit)
      var type = try MessageTensor.elementType(message.dataType, of: message.name)
      if values[0].number == Self.floats { type = .float }
      if values[0].number == Self.doubles { type = .double }
      let tensor = try MessageTensor(
        message, in: walker.source, at: values[0].value, type: type)
      return (message.name, tensor)
    }
    let message: ONNXTensorProto = try walker.message(fields, limit: descriptionLimit)
    if message.dataLocation == ONNXExternalData.location {
      return (message.name, try external.tensor(message))
    }
    return (message.name, try MessageTensor(message))
  }
}
