import Foundation
import Network

/// One operation of an ONNX graph, with its attributes as what they should be.
struct ONNXNode: FileNode {
  let message: ONNXNodeProto
  /// The version of ONNX' operators that the file goes by.
  let opset: Int

  var operation: String { message.opType }
  var inputs: [String] { message.input }
  var outputs: [String] { message.output }

  /// `'/conv1/Conv' (Conv)`
  var label: String {
    let name = message.name.isEmpty ? (outputs.first ?? "") : message.name
    return "'\(name)' (\(operation))"
  }

  var layerName: DraftName { ONNXLayerName.name(of: self) }

  private func attribute(_ name: String) -> ONNXAttributeProto? {
    message.attribute.first { $0.name == name }
  }

  func has(_ name: String) -> Bool { attribute(name) != nil }

  func integer(_ name: String, default standard: Int) -> Int {
    attribute(name).map { Int($0.i) } ?? standard
  }

  func number(_ name: String, default standard: Float) throws -> Float {
    guard let value = attribute(name)?.f else { return standard }
    guard value.isFinite else { throw unexpected("\(value)", expected: "a number as '\(name)'") }
    return value
  }

  func integers(_ name: String) -> [Int]? { attribute(name)?.ints.map { Int($0) } }

  func numbers(_ name: String) -> [Float]? { attribute(name)?.floats }

  func text(_ name: String, default standard: String) -> String {
    attribute(name).map { String(decoding: $0.s, as: UTF8.self) } ?? standard
  }

  func tensor(_ name: String) -> ONNXTensorProto? {
    attribute(name).flatMap { $0.hasT ? $0.t : nil }
  }

  /// Whether the attribute holds a graph of its own.
  var hasSubgraph: Bool { message.attribute.contains { $0.hasG } }
}
