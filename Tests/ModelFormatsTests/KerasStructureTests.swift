import JSON
import Network
import Testing

@testable import ModelFormats

/// Nesting, names, order and freezing.
@Suite struct KerasStructureTests {
  private static func fixture(_ name: String) throws -> ImportedModel {
    try ModelFile.open(FixtureFile.path("\(name).h5"))
  }

  @Test(arguments: ["nested-keras2", "nested-keras3"])
  func nestedModelsAreLaidOutFlat(name: String) throws {
    let imported = try Self.fixture(name)
    // `conv` stands at the top and in base/inner; the other names are unique.
    #expect(
      imported.model.graph.nodes.map(\.name) == [
        "conv", "first", "base/inner/conv", "bn", "last", "pool", "first_dense", "dense",
      ])
    #expect(imported.model.graph.nodes[1].inputs == ["conv"])
    #expect(imported.frozenLayers == ["first", "bn"])
    #expect(imported.report.unused == [])
  }

  /// The file lists the one trainable layer's weights first; all have the same shapes.
  @Test(arguments: ["base_in_sequential-keras2", "base_in_sequential-keras3"])
  func frozenLayersKeepTheirOwnWeights(name: String) throws {
    let archive = try HDF5Archive(path: FixtureFile.path("\(name).h5"))
    let listed = try #require(archive.groups["model_weights/base"]?["weight_names"])
    #expect(listed[0].contains("block_conv3"))
    let imported = try Self.fixture(name)
    #expect(imported.frozenLayers == ["block_conv0", "block_conv1", "block_conv2"])
    for index in 0..<4 {
      let layer = "block_conv\(index)"
      let weight = try #require(listed.first { $0.contains("\(layer)/kernel") })
      let dataset = try #require(archive.datasets["model_weights/base/\(weight)"])
      let values = try #require(imported.model.parameters[layer]?[0]).values.values
      #expect(archive.withValues(of: dataset) { Array($0) } == values)
    }
    #expect(imported.report.skipped == ["optimizer and metrics of the training before"])
  }

  @Test func layersThatOnlyTrainingNeedsAreReported() throws {
    let imported = try Self.fixture("squeeze_excite-keras3")
    #expect(
      imported.report.skippedLayers == ["layer augment (RandomFlip): random augmentation"])
    let dropout = imported.model.graph.nodes.first { $0.name == "spatial_dropout" }?.layer
    #expect((dropout as? Dropout)?.sharedAxes == [0, 1])
    #expect(imported.model.graph.index(of: "augment") == nil)
    #expect(imported.model.graph.nodes[0].inputs == [Graph.inputName])
  }

  /// A count in whole numbers is among them.
  @Test func whatANormalizationHasMeasuredIsUsed() throws {
    let imported = try Self.fixture("normalization-keras3")
    #expect(imported.report.unused.isEmpty)
    #expect(imported.frozenLayers == ["neither"])
  }

  private func flattened(_ json: String) throws -> KerasFlattening {
    try KerasFlattening(KerasModelDefinition(JSONValue.parse(json)))
  }

  /// A functional model; each layer with what it reads.
  private func functional(
    _ layers: [(name: String, reads: [String])], output: String, extra: String = ""
  ) -> String {
    let entries = layers.map { layer in
      let calls = layer.reads.map { #"["\#($0)",0,0,{}]"# }.joined(separator: ",")
      let name = #""name":"\#(layer.name)","config":{"name":"\#(layer.name)"}"#
      return #"{"class_name":"Add",\#(name),"inbound_nodes":[[\#(calls)]]}"#
    }
    let input = #"{"class_name":"InputLayer","config":{"name":"in"},"inbound_nodes":[]}"#
    let all = ([input] + entries).joined(separator: ",")
    return #"""
      {"class_name":"Functional","config":{"name":"m","layers":[\#(all)\#(extra)],
      "input_layers":[["in",0,0]],"output_layers":[["\#(output)",0,0]]}}
      """#
  }

  @Test func layersAreSortedAndThoseThatLeadNowhereLeftOut() throws {
    let flattening = try flattened(
      functional(
        [("c", ["b", "a"]), ("b", ["a"]), ("dead", ["a"]), ("a", ["in"])], output: "c"))
    #expect(flattening.layers.map(\.name) == ["a", "b", "c"])
    #expect(flattening.layers[2].inputs == [.layer(1), .layer(0)])
    #expect(flattening.unreachable == ["dead"])
  }

  @Test func aModelAsDeepAsItsFileIsLongIsSorted() throws {
    let count = 5000
    let layers = (0..<count).reversed().map { index in
      (name: "l\(index)", reads: [index == 0 ? "in" : "l\(index - 1)"])
    }
    let flattening = try flattened(functional(layers, output: "l\(count - 1)"))
    #expect(flattening.layers.map(\.name) == (0..<count).map { "l\($0)" })
  }

  @Test func impossibleWiringIsAnError() {
    func expect(_ json: String, _ error: UnexpectedContent) {
      #expect(throws: error) { try flattened(json) }
    }
    expect(
      functional([("a", ["b"]), ("b", ["a"])], output: "b"),
      UnexpectedContent(expected: "layers without a ring", found: "a ring of layers"))
    expect(
      functional([("a", ["missing"])], output: "a"),
      UnexpectedContent(
        expected: "a layer 'missing' in model 'm'", found: "none of that name"))
    expect(
      functional([("a", ["in"]), ("a", ["in"])], output: "a"),
      UnexpectedContent(expected: "different names of layers in model 'm'", found: "'a' twice"))
    expect(
      #"{"class_name":"Custom>Net","config":{}}"#,
      UnexpectedContent(expected: "a Sequential or Functional model", found: "Custom>Net"))
    expect(
      #"{"class_name":"Sequential","config":{"name":"m","layers":[]}}"#,
      UnexpectedContent(expected: "layers in model 'm'", found: "none"))
  }

  @Test func tensorsAreFoundInBothFormsOfACall() throws {
    let layer = KerasLayerConfiguration(className: "Add", name: "a", values: [:])
    func call(_ json: String) throws -> KerasCall {
      try KerasCall(JSONValue.parse(json), of: layer)
    }
    func tensor(_ name: String) -> String {
      #"{"class_name":"__keras_tensor__","config":{"keras_history":["\#(name)",0,0]}}"#
    }
    let inference = try call(#"[["x",1,0,{"training":false}],["y",0,0,{}]]"#)
    #expect(inference.inputs.map(\.layer) == ["x", "y"] && inference.isInference)
    #expect(try call(#"["x",0,0,{}]"#).inputs.map(\.layer) == ["x"])
    #expect(try call(#"{"args":[\#(tensor("x"))],"kwargs":{}}"#).inputs.map(\.layer) == ["x"])
    let merged = try call(
      #"{"args":[[\#(tensor("x")),\#(tensor("y"))]],"kwargs":{"training":false}}"#)
    #expect(merged.inputs.map(\.layer) == ["x", "y"] && merged.isInference)
    let named = try call(#"{"args":[],"kwargs":{"inputs":\#(tensor("x"))}}"#)
    #expect(named.inputs.map(\.layer) == ["x"])
    for json in [
      #"[["x",0,0,{"y":["z",0,0]}]]"#, #"{"args":[],"kwargs":{"mask":\#(tensor("x"))}}"#,
      #"[["x",0,1,{}]]"#,
    ] {
      #expect(throws: UnexpectedContent.self) { try call(json) }
    }
  }
}
