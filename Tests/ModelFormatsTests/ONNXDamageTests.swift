import Files
import Foundation
import Network
import TestSupport
import Testing

@testable import ModelFormats

/// Files that are damaged, ask for what there is not, or for too much.
@Suite struct ONNXDamageTests {
  private static func refusal(_ bytes: [UInt8]) throws -> FormatError? {
    try DamagedFile.refusal(bytes, named: "damaged.onnx")
  }

  @Test func aFileCutAnywhereIsRefused() throws {
    let whole = try FixtureFile.bytes("ONNX/spelled.onnx")
    for count in stride(from: 0, to: whole.count - 30, by: 61) {
      #expect(try Self.refusal(Array(whole[..<count])) != nil, "\(count) bytes")
    }
  }

  @Test(arguments: ["ONNX/spelled.onnx", "ONNX/torchscript.onnx", "ONNX/cases/train.onnx"])
  func damageIsRefusedOrHarmless(name: String) throws {
    let whole = try FixtureFile.bytes(name)
    for seed in 0..<60 {
      var mutations = Mutations(seed: UInt64(seed))
      _ = try Self.refusal(mutations.damaged(whole))
    }
  }

  @Test func weightsBesideTheModelAreMissed() throws {
    let error = try Self.refusal(FixtureFile.bytes("ONNX/external.onnx"))
    #expect(error?.expected.contains("'external.bin'") == true, "\(error?.description ?? "none")")
  }

  /// A model of one node.
  private static func model(
    _ change: (inout ONNXModelProto) -> Void = { _ in },
    nodes: [(String, [String])] = [("Relu", ["x"])]
  ) throws -> [UInt8] {
    var model = ONNXModelProto()
    model.irVersion = 8
    var opset = ONNXOperatorSetIdProto()
    opset.version = 17
    model.opsetImport = [opset]
    var input = ONNXValueInfoProto()
    input.name = "x"
    input.type.tensorType.elemType = 1
    input.type.tensorType.shape.dim = [2, 3, 4, 4].map { size in
      var dimension = ONNXTensorShapeProto.Dimension()
      dimension.dimValue = Int64(size)
      return dimension
    }
    model.graph.input = [input]
    for (index, node) in nodes.enumerated() {
      var message = ONNXNodeProto()
      message.name = "node\(index)"
      message.opType = node.0
      message.input = node.1
      message.output = ["y\(index)"]
      model.graph.node.append(message)
    }
    var output = ONNXValueInfoProto()
    output.name = "y\(nodes.count - 1)"
    model.graph.output = [output]
    change(&model)
    return try model.serializedBytes()
  }

  @Test func operatorsThatAreNotKnownAreNamed() throws {
    #expect(try Self.refusal(Self.model()) == nil)
    let error = try Self.refusal(
      Self.model(nodes: [("Relu", ["x"]), ("NonMaxSuppression", ["y0"])]))
    #expect(error?.found.contains("'NonMaxSuppression', node 'node1'") == true)
    // Off the way to the output they do not matter.
    let other = try Self.model(
      { $0.graph.output[0].name = "y0" },
      nodes: [("Relu", ["x"]), ("NonMaxSuppression", ["y0"])])
    #expect(try Self.refusal(other) == nil)
  }

  @Test func controlFlowIsRefused() throws {
    let loop = try Self.model(
      { model in
        var body = ONNXAttributeProto()
        body.name = "body"
        body.g = ONNXGraphProto()
        model.graph.node[0].attribute = [body]
      }, nodes: [("Loop", ["x"])])
    #expect(try Self.refusal(loop)?.expected == "a graph without control flow")
  }

  @Test func versionsThatAreNotReadAreNamed() throws {
    let error = try Self.refusal(Self.model { $0.opsetImport[0].version = 5 })
    #expect(error?.found.hasPrefix("5") == true)
  }

  @Test func aValueThatNobodyGivesIsNamed() throws {
    let error = try Self.refusal(Self.model(nodes: [("Add", ["x", "nowhere"])]))
    #expect(error?.found.contains("'nowhere'") == true)
  }

  /// Dimensions whose product is beyond all numbers, or beyond what the file holds.
  @Test(arguments: [[Int64.max, 2], [1 << 40, 1 << 40], [-1, 3], [1000, 1000]])
  func sizesAreHeldAgainstTheFile(shape: [Int64]) throws {
    let bytes = try Self.model(
      { model in
        var tensor = ONNXTensorProto()
        tensor.name = "w"
        tensor.dataType = 1
        tensor.dims = shape
        tensor.rawData = .init([0, 0, 0, 0])
        model.graph.initializer = [tensor]
      }, nodes: [("Add", ["x", "w"])])
    #expect(try Self.refusal(bytes)?.expected.contains("'w'") == true)
  }

  @Test(arguments: ["/etc/hostname", "../secret.bin", "a/../../secret.bin", "", "link.bin"])
  func weightsOutsideTheFolderAreNotTouched(location: String) throws {
    let folder = TemporaryFolder()
    let inner = folder("model")
    try Folder.create(inner)
    _ = try folder.write([0, 0, 0, 0], to: "secret.bin")
    #expect(symlink("../secret.bin", joinPath(inner, "link.bin")) == 0)
    let bytes = try Self.model(
      { model in
        var tensor = ONNXTensorProto()
        tensor.name = "w"
        tensor.dataType = 1
        tensor.dims = [1]
        tensor.dataLocation = 1
        var entry = ONNXStringStringEntryProto()
        entry.key = "location"
        entry.value = location
        tensor.externalData = [entry]
        model.graph.initializer = [tensor]
      }, nodes: [("Add", ["x", "w"])])
    let path = joinPath(inner, "model.onnx")
    try OutputFile.write(bytes, to: path)
    let error = #expect(throws: FormatError.self) { try ModelFile.open(path) }
    #expect(error?.expected.contains("in the model's folder") == true)
  }

  @Test func shapesThatAreNoneEndInALine() throws {
    for (operation, constant) in [
      ("Reshape", [Int64(7), 7]), ("Reshape", [-1, 5]), ("Expand", [9, 9, 9, 9]),
    ] {
      let bytes = try Self.model(
        { model in
          var tensor = ONNXTensorProto()
          tensor.name = "s"
          tensor.dataType = 7
          tensor.dims = [Int64(constant.count)]
          tensor.int64Data = constant
          model.graph.initializer = [tensor]
        }, nodes: [(operation, ["x", "s"])])
      #expect(try Self.refusal(bytes)?.expected.contains(operation) == true)
    }
  }
}
