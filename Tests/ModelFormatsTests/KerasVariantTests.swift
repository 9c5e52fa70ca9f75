import JSON
import Kernels
import Network
import Testing

@testable import ModelFormats

/// What versions and backends of Keras write differently, and what is said about it.
@Suite struct KerasVariantTests {
  private func fixture(_ name: String, _ imageSize: ImageSize? = nil) throws -> ImportedModel {
    try ModelFile.open(
      FixtureFile.path("\(name).h5"), OpeningOptions(imageSize: imageSize))
  }

  /// Answers to the images and with the numbers of `make_theano_fixture.py`.
  @Test func theanosKernelsAreTurnedBack() throws {
    let imported = try fixture("theano-keras2")
    #expect(
      imported.report.warnings.contains(
        "kernels of a Theano file are turned by 180°, as Keras does"))
    #expect(
      try #require(try KerasExpectation.all()["theano-keras2"]).distance(from: imported.model)
        < 2e-5)
  }

  @Test func sharedLayersWithoutWeightsAreANodePerCall() throws {
    for version in ["keras2", "keras3"] {
      let nodes = try fixture("shared-\(version)").model.graph.nodes
      let names = nodes.map(\.name)
      // `act_2` is a convolution's name: the second call has to take another.
      #expect(names.filter { $0.hasPrefix("act") }.sorted() == ["act", "act_2", "act_2_", "act_3"])
      #expect(
        nodes.count { $0.layer is Dropout } == 2 && nodes.count { $0.layer is ActivationLayer } == 3
      )
      #expect(Set(names).count == names.count)
    }
  }

  /// `preprocess_input` of ResNet: Keras 2 writes one slice, Keras 3 three and a stack.
  @Test(arguments: ["operations-keras2", "operations-keras3"])
  func channelsInAnotherOrderAreOneSlice(name: String) throws {
    let graph = try fixture(name).model.graph
    let first = try #require(graph.nodes.first)
    #expect(
      (first.layer as? Slice)?.axes == [
        Slice.Axis(start: 0, step: 1, count: 6), Slice.Axis(start: 0, step: 1, count: 5),
        Slice.Axis(start: 2, step: -1, count: 3),
      ])
    #expect(graph.inputIndices.count { $0.contains(nil) } == 1)
    let shift = try #require(graph.nodes[1].layer as? Rescaling)
    #expect(shift.offset == [-103.939, -116.779, -123.68] && graph.nodes[1].inputs == [first.name])
  }

  @Test func channelsOfDifferentOrdersStayApart() throws {
    func slice(_ name: String, _ channel: Int, of source: String) -> [Graph.Node] {
      let axes = [
        Slice.Axis(start: 0, step: 1, count: 4), Slice.Axis(start: 1, step: 1, count: 3),
        Slice.Axis(start: channel, step: 1, count: 1),
      ]
      return [
        Graph.Node(name: name + "_slice", layer: Slice(axes), inputs: [source]),
        Graph.Node(name: name, layer: Reshape([4, 3, 1]), inputs: [name + "_slice"]),
      ]
    }
    func layer(_ channels: [Int], otherSource: String = "x") -> any Layer {
      var nodes = channels.enumerated().flatMap { index, channel in
        slice("c\(index)", channel, of: index == 1 ? otherSource : "x")
      }
      let names = channels.indices.map { "c\($0)" }
      nodes.append(Graph.Node(name: "all", layer: Concatenate(), inputs: names))
      return KerasChannelOrder.simplified(nodes)[nodes.count - 1].layer
    }
    #expect(layer([0, 2, 4]) is Slice && layer([3, 2]) is Slice)
    #expect(layer([0, 2, 1]) is Concatenate && layer([1, 1]) is Concatenate)
    #expect(layer([0, 1], otherSource: "y") is Concatenate)
  }

  @Test func stochasticDepthDropsWholeImages() throws {
    let model = try fixture("open_size-keras2", ImageSize(height: 9, width: 12)).model
    let drop = try #require(model.graph.nodes.first { $0.name == "drop" }?.layer as? Dropout)
    #expect(drop.sharedAxes == [0, 1, 2] && drop.rate == 0.2)
  }

  @Test func anOpenSizeIsAskedForAndTold() throws {
    let error = #expect(throws: (any Error).self) { try fixture("open_size-keras3") }
    #expect("\(try #require(error))".contains("--image-size"))
    let imported = try fixture("open_size-keras3", ImageSize(height: 20, width: 30))
    #expect(imported.model.graph.inputShape.dimensions == [20, 30, 3])
    #expect(imported.report.warnings.contains("the input is any×any×3, and taken as 20×30×3"))
    // A model that says its size keeps it.
    #expect(
      try fixture("shared-keras3", ImageSize(height: 20, width: 30)).model.graph.inputShape
        .dimensions == [8, 8, 2])
  }

  @Test(arguments: ["preparing-keras2", "preparing-keras3"])
  func whatTrainingAloneDoesIsTold(name: String) throws {
    let skipped = try fixture(name).report.skippedLayers
    #expect(skipped.contains("layer flip (RandomFlip): random augmentation"))
    #expect(skipped.contains { $0.hasPrefix("layer random_crop (RandomCrop): random cropping") })
    if name.hasSuffix("3") {
      #expect(skipped.contains("layer rand_augment (RandAugment): random augmentation"))
    }
  }

  private func model(_ json: String) throws -> KerasModelDefinition {
    try KerasModelDefinition(JSONValue.parse(json))
  }

  @Test(arguments: [
    "[null,12,10,1]", #"{"class_name":"__tuple__","items":[null,12,10,1]}"#,
    #"{"class_name":"TensorShape","items":[null,12,10,1]}"#,
  ])
  func aSequentialsInputMayStandBesideItsLayers(shape: String) throws {
    let model = try model(
      #"""
      {"class_name":"Sequential","config":{"name":"m","build_input_shape":\#(shape),
      "layers":[{"class_name":"Flatten","config":{"name":"f"}}]}}
      """#)
    #expect(try model.inputDimensions() == [12, 10, 1])
  }

  @Test func registeredNamesLoseTheirPackage() throws {
    let model = try model(
      #"""
      {"class_name":"Sequential","config":{"name":"m","layers":[
      {"class_name":"Custom>Flatten","config":{"name":"f"}},
      {"class_name":"Custom>CustomScaleLayer","config":{"name":"s"}},
      {"class_name":"Dense","registered_name":"Mine>Dense","config":{"name":"d"}}]}}
      """#)
    #expect(
      model.layers.map(\.configuration.className) == ["Flatten", "CustomScaleLayer", "Dense"])
    #expect(
      model.layers.map(\.configuration.isRegisteredUnderAKerasName) == [true, false, true])
    #expect(KerasActivation(function: "Custom>relu6", major: 2) == .elementwise(.relu6))
  }

  private func parts(_ json: String, _ inputs: [Shape]) throws -> [KerasLayerBuilder.Part] {
    let entry = try KerasModelDefinition.Layer(JSONValue.parse(json))
    return try KerasLayerBuilder(major: 2).parts(
      of: entry.configuration, inputs: inputs, call: entry.calls.first
    ) { _ throws(UnexpectedContent) in [] }
  }

  static let nodes: [(node: String, place: String, scale: [Float], offset: [Float])] = [
    (#"{\"op\": \"Sub\"}"#, "0", [-1], [3]),
    (#"name: \"a\"\nop: \"Sub\"\ninput: \"x\""#, "1", [1], [-3]),
    (#"{\"op\": \"RealDiv\"}"#, "1", [1 / 3], [0]),
    (#"{\"op\": \"AddV2\"}"#, "1", [1], [3]),
  ]

  /// TensorFlow 2.0 to 2.3 keep operations as nodes of a graph with constants by place.
  @Test(arguments: nodes)
  func nodesOfGraphsKeepTheirConstants(
    node: String, place: String, scale: [Float], offset: [Float]
  ) throws {
    let parts = try parts(
      #"""
      {"class_name":"TensorFlowOpLayer","name":"op","config":{"name":"op","node_def":"\#(node)",
      "constants":{"\#(place)":3.0}},"inbound_nodes":[[["x",0,0,{}]]]}
      """#, [Shape([4, 4, 3])])
    let rescaling = try #require(parts.first?.layer as? Rescaling)
    #expect(parts.count == 1 && rescaling.scale == scale && rescaling.offset == offset)
  }

  /// Keras 2 before 2.14 had Python code in InceptionResNetV2.
  @Test func theScaledSumOfInceptionResNetIsKnownByItsName() throws {
    func lambda(_ name: String) throws -> [KerasLayerBuilder.Part] {
      try parts(
        #"""
        {"class_name":"Lambda","name":"\#(name)","config":{"name":"\#(name)","function":["4wIAAAA=",null,null],
        "arguments":{"scale":0.17}},"inbound_nodes":[[["a",0,0,{}],["b",0,0,{}]]]}
        """#, [Shape([4, 4, 3]), Shape([4, 4, 3])])
    }
    let sum = try lambda("block35_1")
    #expect((sum.first?.layer as? Rescaling)?.scale == [0.17] && sum.first?.reads == [.input(1)])
    #expect(sum.last?.layer is Add && sum.last?.reads == [.input(0), .part(0)])
    #expect(throws: UnexpectedContent.self) { try lambda("scaled_sum") }
  }

  @Test(arguments: [
    // A constant for each row, one for each of other channels, no number, a tensor as divisor.
    #"["x",0,0,{"y":[[1.0],[2.0],[3.0],[4.0]]}]"#, #"["x",0,0,{"y":[1.0,2.0]}]"#,
    #"["x",0,0,{"y":"two"}]"#, #"["_CONSTANT_VALUE",-1,2.0,{"y":["x",0,0]}]"#,
    #"["x",0,0,{"y":0.0}]"#, #"["x",0,0,{"y":["z",0,0]}]"#, #"["x",0,0,{}]"#,
  ])
  func constantsThatCannotBeAreRefused(call: String) throws {
    #expect(throws: UnexpectedContent.self) {
      try parts(
        #"""
        {"class_name":"TFOpLambda","name":"op","config":{"name":"op","function":"math.truediv"},
        "inbound_nodes":[\#(call)]}
        """#, [Shape([4, 4, 3]), Shape([4, 4, 3])])
    }
  }

  @Test func quantizedWeightsAreRefusedAndOtherPrecisionsTold() throws {
    func error(_ type: String) throws -> (any Error)? {
      let archive = try HDF5Archive(path: FixtureFile.path("open_size-keras2.h5"))
      let text = try #require(archive.groups[""]?["model_config"]?.first)
      let changed = try JSONValue.parse(text.replacing(#""dtype": "float32""#, with: type))
      do {
        let imported = try KerasHDF5.model(
          changed, builder: KerasLayerBuilder(major: 2), archive: archive,
          imageSize: ImageSize(height: 9, width: 12), report: ImportReport(format: ""))
        #expect(
          imported.report.warnings.contains(
            "layers of precision mixed_float16 are computed in single precision"))
        return nil
      } catch { return error }
    }
    let quantized = #""dtype": {"class_name": "QuantizedDTypePolicy", "config": {"name": "int8"}}"#
    #expect("\(try #require(try error(quantized)))".contains("quantized"))
    #expect(
      try error(#""dtype": {"class_name": "Policy", "config": {"name": "mixed_float16"}}"#) == nil)
  }

  /// Two dense layers of the same weights: a graph has no such thing.
  @Test func aSharedLayerWithWeightsIsRefused() throws {
    let archive = try HDF5Archive(path: FixtureFile.path("open_size-keras2.h5"))
    func tensor(_ name: String, _ call: Int) -> String { #"[["\#(name)",\#(call),0,{}]]"# }
    let text = #"""
      {"class_name":"Functional","config":{"name":"m","input_layers":[["in",0,0]],
      "output_layers":[["last",1,0]],"layers":[
      {"class_name":"InputLayer","name":"in","config":{"name":"in","batch_input_shape":[null,3]},"inbound_nodes":[]},
      {"class_name":"Dense","name":"last","config":{"name":"last","units":3},
      "inbound_nodes":[\#(tensor("in", 0)),\#(tensor("last", 0))]}]}}
      """#
    #expect(
      throws: UnexpectedContent(
        expected: "one call of layer 'last' (Dense)", found: "2 of them (a shared layer)")
    ) {
      try KerasHDF5.model(
        JSONValue.parse(text), builder: KerasLayerBuilder(major: 2), archive: archive,
        report: ImportReport(format: ""))
    }
  }

  /// A fixture's model whose description is changed.
  private func changed(
    _ name: String, _ old: String, _ new: String, imageSize: ImageSize? = nil
  ) throws -> ImportedModel {
    let archive = try HDF5Archive(path: FixtureFile.path("\(name).h5"))
    let text = try #require(archive.groups[""]?["model_config"]?.first)
    try #require(text.contains(old))
    return try KerasHDF5.model(
      JSONValue.parse(text.replacing(old, with: new)), builder: KerasLayerBuilder(major: 2),
      archive: archive, imageSize: imageSize, report: ImportReport(format: ""))
  }

  /// A dense layer whose kernel is a convolution's of 1×1.
  @Test func axesOfLengthOneAreTakenAndTold() throws {
    let size = ImageSize(height: 9, width: 12)
    let imported = try changed(
      "open_size-keras2", #""class_name": "Conv2D", "config": {"name": "expand""#,
      #""class_name": "Dense", "config": {"units": 4, "name": "expand""#, imageSize: size)
    #expect(
      imported.report.mismatched.map(\.description) == [
        "expand/kernel: expected 4×4, found 1×1×4×4, the same values"
      ])
    let expected = try #require(try KerasExpectation.all()["open_size-keras2"])
    #expect(expected.distance(from: imported.model) < 2e-5)
    #expect(
      try fixture("open_size-keras2", size).report.mismatched == [])
  }

  /// With a dense layer behind `Flatten` only one size fits, which the file does not tell.
  @Test func anOpenSizeThatWeightsDoNotFitIsNamed() throws {
    let (old, new) = (
      #""batch_input_shape": [null, 5, 4, 3]"#, #""batch_input_shape": [null, null, null, 3]"#
    )
    let fitting = try changed(
      "squeeze_excite-keras2", old, new, imageSize: ImageSize(height: 5, width: 4))
    let expected = try #require(try KerasExpectation.all()["squeeze_excite-keras2"])
    #expect(expected.distance(from: fitting.model) < 2e-5)
    #expect(
      throws: UnexpectedContent(
        expected: "logits/kernel of shape 256×3 (of an input that is any×any×3, taken as 8×8×3)",
        found: "80×3")
    ) {
      try changed("squeeze_excite-keras2", old, new, imageSize: ImageSize(height: 8, width: 8))
    }
  }
}
