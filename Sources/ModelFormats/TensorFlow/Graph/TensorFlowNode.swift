import Foundation
import Network

/// One operation of a TensorFlow graph, with its attributes as what they should be.
struct TensorFlowNode: FileNode {
  /// Where it was inlined from a function, after `call//`.
  let name: String
  var operation: String
  /// The values that it reads, each with the number of the output: `conv1/Conv2D:0`.
  var inputs: [String]
  /// The nodes that have to run before it.
  var controls: [String]
  var attributes: [String: TFAttrValue]
  /// Whether other nodes are within its name: `conv/Conv2D` in `conv`.
  var isScope = false
  /// A constant's value, where it was left in its file.
  var stored: MessageTensor?

  /// Stands between the name of a call and the names of what is in the function.
  static let callSeparator = "//"

  init(
    name: String, operation: String, inputs: [String] = [], controls: [String] = [],
    attributes: [String: TFAttrValue] = [:], stored: MessageTensor? = nil
  ) {
    self.name = name
    self.operation = operation
    self.inputs = inputs
    self.controls = controls
    self.attributes = attributes
    self.stored = stored
  }

  init(_ message: TFNodeDef, stored: MessageTensor? = nil) {
    self.init(
      name: message.name, operation: message.op,
      inputs: message.input.filter { !$0.hasPrefix("^") }.map(Self.reference),
      controls: message.input.filter { $0.hasPrefix("^") }.map { String($0.dropFirst()) },
      attributes: message.attr, stored: stored)
  }

  /// `conv1/Conv2D:0` of `conv1/Conv2D`.
  static func reference(_ text: String) -> String {
    guard let colon = text.lastIndex(of: ":"), Int(text[text.index(after: colon)...]) != nil else {
      return text + ":0"
    }
    return text
  }

  /// The node and the number of its output.
  static func parts(of reference: String) -> (node: String, output: Int) {
    guard let colon = reference.lastIndex(of: ":"),
      let output = Int(reference[reference.index(after: colon)...])
    else { return (reference, 0) }
    return (String(reference[..<colon]), output)
  }

  func output(_ number: Int) -> String { "\(name):\(number)" }

  /// `'conv1/Conv2D' (Conv2D)`
  var label: String { "'\(plainName)' (\(operation))" }

  /// Without the calls that it was inlined from.
  var plainName: String {
    name.range(of: Self.callSeparator, options: .backwards).map { String(name[$0.upperBound...]) }
      ?? name
  }

  var layerName: DraftName { TensorFlowLayerName.name(of: self) }
}

/// Attributes.
extension TensorFlowNode {
  func has(_ key: String) -> Bool { attributes[key] != nil }

  func integer(_ key: String, default standard: Int) -> Int {
    if case .i(let value)? = attributes[key]?.value { Int(value) } else { standard }
  }

  func flag(_ key: String, default standard: Bool = false) -> Bool {
    if case .b(let value)? = attributes[key]?.value { value } else { standard }
  }

  func number(_ key: String, default standard: Float) throws -> Float {
    guard case .f(let value)? = attributes[key]?.value else { return standard }
    guard value.isFinite else { throw unexpected("\(value)", expected: "a number as '\(key)'") }
    return value
  }

  func integers(_ key: String) -> [Int]? {
    guard case .list(let list)? = attributes[key]?.value else { return nil }
    return list.i.map { Int($0) }
  }

  func text(_ key: String, default standard: String) -> String {
    guard case .s(let bytes)? = attributes[key]?.value else { return standard }
    return String(decoding: bytes, as: UTF8.self)
  }

  func type(_ key: String) -> TFDataType? {
    if case .type(let type)? = attributes[key]?.value { type } else { nil }
  }

  /// The name of a function.
  func function(_ key: String) -> String? {
    if case .func(let function)? = attributes[key]?.value { function.name } else { nil }
  }

  /// A tensor that is in the graph's description.
  var tensor: TFTensorProto? {
    if case .tensor(let tensor)? = attributes["value"]?.value { tensor } else { nil }
  }

  /// Lengths of axes, those that are left open as `nil`; `nil`: not even how many there are.
  var shape: [Int?]? {
    var given: TFTensorShapeProto?
    if case .shape(let shape)? = attributes["shape"]?.value { given = shape }
    if case .list(let list)? = attributes["output_shapes"]?.value { given = list.shape.first }
    // What importers of graphs keep of the shapes that were inferred: older graphs say no more.
    if case .list(let list)? = attributes["_output_shapes"]?.value,
      given?.unknownRank ?? true || given?.dim.isEmpty ?? true
    {
      given = list.shape.first
    }
    guard let given, !given.unknownRank else { return nil }
    return given.dim.map { $0.size > 0 ? Int($0.size) : nil }
  }

  /// Where images have their channels.
  func layout() throws -> ImageLayout {
    switch text("data_format", default: "NHWC") {
    case "NHWC": return .channelsLast
    case "NCHW": return .channelsFirst
    case let other: throw unexpected("'\(other)'", expected: "data_format NHWC or NCHW")
    }
  }
}
