import Files
import Foundation
import Kernels
import Network
import TestSupport
import Testing

@testable import ModelFormats

/// Graphs that are damaged, ask for what there is not, or leave a choice.
@Suite struct TensorFlowDamageTests {
  private static func refusal(_ bytes: [UInt8], _ options: OpeningOptions = OpeningOptions()) throws
    -> FormatError?
  {
    try DamagedFile.refusal(bytes, named: "damaged.pb", options)
  }

  @Test func aFileCutAnywhereIsRefused() throws {
    let path = FixtureFile.path("tensorflow/norms.pb")
    let whole = try FixtureFile.bytes("tensorflow/norms.pb")
    // Without its last nodes it is a graph with an earlier answer.
    let ends = try MessageWalker(InputFile(path: path)).fields(in: 0..<whole.count)
      .map(\.whole.upperBound)
    for count in stride(from: 0, to: whole.count, by: 61) where !ends.contains(count) {
      #expect(try Self.refusal(Array(whole[..<count])) != nil, "\(count) bytes")
    }
  }

  @Test(arguments: [
    "windows.pb", "branches.pb", "spelled_dropout.pb", "retrained/retrained_graph.pb",
    "saved1/saved_model.pb", "keras_export/saved_model.pb", "ckpt2/model.ckpt.meta",
  ])
  func damageIsRefusedOrHarmless(name: String) throws {
    let whole = try FixtureFile.bytes("tensorflow/\(name)")
    for seed in 0..<60 {
      var mutations = Mutations(seed: UInt64(seed))
      _ = try Self.refusal(mutations.damaged(whole))
    }
  }

  private static func attribute(_ value: TFAttrValue.OneOf_Value) -> TFAttrValue {
    var attribute = TFAttrValue()
    attribute.value = value
    return attribute
  }

  private static func node(
    _ name: String, _ operation: String, _ inputs: [String] = [],
    _ attributes: [String: TFAttrValue.OneOf_Value] = [:]
  ) -> TFNodeDef {
    var node = TFNodeDef()
    (node.name, node.op, node.input) = (name, operation, inputs)
    node.attr = attributes.mapValues(attribute)
    return node
  }

  /// An image of 4 × 4, and a convolution `conv` of it.
  private static func start() -> [TFNodeDef] {
    var shape = TFTensorShapeProto()
    shape.dim = [-1, 4, 4, 3].map { size in
      var dim = TFTensorShapeProto.Dim()
      dim.size = Int64(size)
      return dim
    }
    var kernel = TFTensorProto()
    kernel.dtype = .dtFloat
    kernel.tensorShape.dim = [1, 1, 3, 2].map { size in
      var dim = TFTensorShapeProto.Dim()
      dim.size = Int64(size)
      return dim
    }
    kernel.floatVal = [0.5]
    var strides = TFAttrValue.ListValue()
    strides.i = [1, 1, 1, 1]
    return [
      node("x", "Placeholder", [], ["dtype": .type(.dtFloat), "shape": .shape(shape)]),
      node("kernel", "Const", [], ["dtype": .type(.dtFloat), "value": .tensor(kernel)]),
      node(
        "conv", "Conv2D", ["x", "kernel"],
        ["strides": .list(strides), "padding": .s(Data("SAME".utf8))]),
    ]
  }

  private static func graph(_ more: [TFNodeDef], functions: [TFFunctionDef] = []) throws -> [UInt8]
  {
    var graph = TFGraphDef()
    graph.node = start() + more
    graph.library.function = functions
    return try graph.serializedBytes()
  }

  private static func truth(_ name: String, _ value: Bool) -> TFNodeDef {
    var tensor = TFTensorProto()
    tensor.dtype = .dtBool
    tensor.boolVal = [value]
    return node(name, "Const", [], ["dtype": .type(.dtBool), "value": .tensor(tensor)])
  }

  @Test func operationsThatAreNotKnownAreNamed() throws {
    #expect(try Self.refusal(Self.graph([])) == nil)
    let bytes = try Self.graph([
      Self.node("out/detect", "NonMaxSuppression", ["conv"]),
      Self.node("y", "Relu", ["out/detect"]),
    ])
    // Nothing that Thaw knows is computed of it: without being asked for, the answer lies before.
    #expect(try Self.refusal(bytes) == nil)
    let error = try Self.refusal(bytes, OpeningOptions(outputLayer: "y"))
    #expect(error?.found.contains("'NonMaxSuppression', node 'out/detect'") == true)
  }

  @Test func loopsAreRefused() throws {
    let bytes = try Self.graph([
      Self.node("a", "Add", ["conv", "b"]), Self.node("b", "Relu", ["a"]),
    ])
    let error = try Self.refusal(bytes, OpeningOptions(outputLayer: "b"))
    #expect(error?.expected == "a graph without loops")
    let framed = try Self.graph([
      Self.node("enter", "Enter", ["conv"]), Self.node("merge", "Merge", ["enter", "next"]),
      Self.node("next", "NextIteration", ["merge"]), Self.node("y", "Relu", ["merge"]),
    ])
    #expect(
      try Self.refusal(framed, OpeningOptions(outputLayer: "y"))?.expected.contains("graph") == true
    )
    // As deep as a graph may be.
    let chain = (0..<60_000).map {
      Self.node("n\($0)", "Identity", [$0 == 0 ? "conv" : "n\($0 - 1)"])
    }
    #expect(try Self.refusal(Self.graph(chain)) == nil)
    let relus = (0..<20_000).map { Self.node("n\($0)", "Neg", [$0 == 0 ? "conv" : "n\($0 - 1)"]) }
    _ = try Self.refusal(Self.graph(relus))
  }

  @Test func branchesAreChosenBeforeAGraphRuns() throws {
    func branching(_ predicate: TFNodeDef) throws -> [UInt8] {
      try Self.graph([
        predicate, Self.node("switch", "Switch", ["conv", predicate.name]),
        Self.node("no", "Relu", ["switch"]), Self.node("yes", "Elu", ["switch:1"]),
        Self.node("y", "Merge", ["no", "yes"]),
      ])
    }
    for (truth, kind) in [(true, Activation.elu(alpha: 1)), (false, .relu)] {
      let folder = TemporaryFolder()
      let path = try folder.write(branching(Self.truth("flag", truth)), to: "a.pb")
      let graph = try ModelFile.open(path).model.graph
      #expect((graph.nodes.last?.layer as? ActivationLayer)?.activation == kind)
    }
    let open = try branching(Self.node("flag", "Less", ["conv", "kernel"]))
    let error = try Self.refusal(open, OpeningOptions(outputLayer: "y"))
    #expect(error?.expected == "a graph whose branches are chosen before it is run")
    #expect(error?.found.contains("'y' (Merge)") == true)
  }

  @Test func callsThatNeverEndAreRefused() throws {
    var function = TFFunctionDef()
    function.signature.name = "again"
    var argument = TFOpDef.ArgDef()
    argument.name = "x"
    function.signature.inputArg = [argument]
    argument.name = "y"
    function.signature.outputArg = [argument]
    function.nodeDef = [Self.node("call", "again", ["x"])]
    function.ret = ["y": "call:y:0"]
    let bytes = try Self.graph([Self.node("out", "again", ["conv"])], functions: [function])
    let error = try Self.refusal(bytes, OpeningOptions(outputLayer: "out"))
    #expect(error?.expected.contains("call each other") == true, "\(error?.description ?? "none")")
  }

  @Test func aNodeThatOthersAreWithinIsCalledByWhatItDoes() throws {
    let bytes = try Self.graph([
      Self.node("a/Relu", "Relu", ["conv"]), Self.node("a", "Softmax", ["a/Relu"]),
      Self.node("b/c/Tanh", "Tanh", ["a"]),
    ])
    let folder = TemporaryFolder()
    let names = try ModelFile.open(folder.write(bytes, to: "a.pb")).model.graph.nodes.map(\.name)
    #expect(names == ["conv", "a/Relu", "a/Softmax", "b/c"])
  }

  @Test func severalAnswersAreListed() throws {
    let bytes = try Self.graph([
      Self.node("answers", "Softmax", ["conv"]), Self.node("features", "Relu", ["conv"]),
    ])
    let error = try Self.refusal(bytes)
    #expect(error?.expected.contains("--output-layer") == true)
    #expect(error?.found == "2: 'answers', 'features'")
    #expect(try Self.refusal(bytes, OpeningOptions(outputLayer: "features")) == nil)
    let other = try Self.refusal(bytes, OpeningOptions(outputLayer: "nothing"))
    #expect(other?.found.contains("'answers', 'features'") == true)
  }

  @Test func variablesWithoutACheckpointAreMissed() throws {
    let bytes = try Self.graph([
      Self.node("bias", "VariableV2"), Self.node("y", "BiasAdd", ["conv", "bias"]),
    ])
    let error = try Self.refusal(bytes)
    #expect(error?.expected.contains("a checkpoint beside the graph") == true)
    #expect(error?.expected.contains("'bias' (VariableV2)") == true)
  }

  @Test func aGraphAsTextIsReadToo() throws {
    var graph = TFGraphDef()
    graph.node = Self.start()
    let folder = TemporaryFolder()
    let path = try folder.write(Array(graph.textFormatString().utf8), to: "graph.pbtxt")
    let model = try ModelFile.open(path).model
    #expect(model.graph.nodes.map(\.layer.kind) == ["Conv2D"])
    #expect(model.allParameters[0].values.values == [Float](repeating: 0.5, count: 6))
    let damaged = try folder.write(Array("node { name: 'x' op: {".utf8), to: "damaged.pbtxt")
    #expect(throws: FormatError.self) { try ModelFile.open(damaged) }
  }

  @Test func namesOfOutputsComeFromATextFile() throws {
    let folder = TemporaryFolder()
    let model = FixtureFile.path("tensorflow/old.pb")
    func names(_ text: String) throws -> [String]? {
      let labels = try folder.write(Array(text.utf8), to: "labels.txt")
      return try ModelFile.open(model, OpeningOptions(labels: labels)).classNames
    }
    #expect(try names("a\nb c\r\n\nd\n") == ["a", "b c", "", "d"])
    #expect(try names("1:b\n0:background\n2: c\n3:d\n") == ["background", "b", "c", "d"])
    #expect(try names("{0: 'a, b',\n 1: \"c\",\n 2: 'd',\n 3: 'e'}\n") == ["a, b", "c", "d", "e"])
    let error = #expect(throws: FormatError.self) { try names("a\nb\nc") }
    #expect(error?.expected == "names of 4 outputs" && error?.found == "3")
    #expect(throws: FormatError.self) { try names("0:a\n0:b\n1:c\n2:d") }
  }

  @Test func anyFormatsLayerMayBeTheAnswer() throws {
    let path = FixtureFile.path("convolutions-keras3.h5")
    let whole = try ModelFile.open(path).model.graph
    let name = whole.nodes[whole.nodes.count / 2].name
    let part = try ModelFile.open(path, OpeningOptions(outputLayer: name)).model.graph
    #expect(part.nodes.last?.name == name && part.nodes.count < whole.nodes.count)
    let error = #expect(throws: FormatError.self) {
      try ModelFile.open(path, OpeningOptions(outputLayer: "nothing"))
    }
    #expect(error?.expected == "a layer for --output-layer nothing")
  }
}
