import Kernels
import Testing

@testable import Network

@Suite struct GraphTests {
  private func graph(_ nodes: Graph.Node...) throws -> Graph {
    try Graph(name: "test", inputShape: Shape([4, 4, 3]), nodes: nodes)
  }

  private func dense(_ name: String, _ inputs: String...) -> Graph.Node {
    Graph.Node(name: name, layer: Dense(units: 2), inputs: inputs)
  }

  @Test func shapesAndWaysAreKnown() throws {
    let graph = try Networks.residual(ending: [])
    #expect(graph.index(of: "add") == 2)
    #expect(graph.index(of: "c") == nil)
    #expect(graph.outputShape == Shape([4, 4, 3]))
    #expect(graph.inputIndices == [[nil], [0], [0, 1]])
    #expect(graph.consumers == [[1, 2], [2], []])
    #expect(graph.inputShapes(of: 2) == [Shape([4, 4, 3]), Shape([4, 4, 3])])
    #expect(graph.parameterCount == 24)
  }

  @Test func brokenGraphsAreRefused() throws {
    #expect(throws: GraphError.empty) { try graph() }
    #expect(throws: GraphError.duplicateName("a")) { try graph(dense("a", ""), dense("a", "a")) }
    #expect(throws: GraphError.duplicateName("")) { try graph(dense("", "")) }
    #expect(throws: GraphError.unknownInput(layer: "a", input: "b")) {
      try graph(dense("a", "b"), dense("b", "a"))
    }
    #expect(throws: GraphError.unknownInput(layer: "a", input: "a")) { try graph(dense("a", "a")) }
    #expect(throws: GraphError.leadsNowhere("a")) { try graph(dense("a", ""), dense("b", "")) }
    #expect {
      try graph(dense("a", "", ""))
    } throws: { "\($0)" == "layer 'a' (Dense): expected 1 input, found 2" }
    #expect {
      try Graph(name: "test", inputShape: Shape([1 << 40]), nodes: [dense("a", "")])
    } throws: { "\($0)".hasPrefix("the model's input: expected a dimension") }
  }

  @Test func parametersOfTheWholeAreLimited() {
    let wide = (1...40).map { index in
      Graph.Node(
        name: "d\(index)", layer: Dense(units: 1 << 14),
        inputs: [index == 1 ? "" : "d\(index - 1)"])
    }
    #expect {
      try Graph(name: "wide", inputShape: Shape([1 << 14]), nodes: wide)
    } throws: { "\($0)".contains("more than") }
  }

  @Test func onlyTheWayToTheOutputIsKept() {
    let nodes = [dense("a", ""), dense("aux", "a"), dense("b", "a"), dense("c", "aux")]
    #expect(Graph.nodes(leadingTo: "b", among: nodes).map(\.name) == ["a", "b"])
    #expect(Graph.nodes(leadingTo: "c", among: nodes).map(\.name) == ["a", "aux", "c"])
  }
}

@Suite struct GraphEditingTests {
  @Test func dropoutRateIsSet() throws {
    let graph = try Networks.classifier().settingDropoutRate(0.25, of: "dropout")
    #expect((graph.nodes[6].layer as? Dropout)?.rate == 0.25)
  }

  @Test func senselessDropoutEditsAreRefused() throws {
    let graph = try Networks.classifier()
    #expect(throws: GraphError.noSuchLayer("x")) { try graph.settingDropoutRate(0.1, of: "x") }
    #expect(throws: GraphError.noDropout("conv1")) {
      try graph.settingDropoutRate(0.1, of: "conv1")
    }
    #expect(throws: GraphError.self) { try graph.settingDropoutRate(1.5, of: "dropout") }
    #expect(throws: GraphError.nothingFollows("predictions")) {
      try graph.insertingDropout(after: "predictions", name: "d", rate: 0.1)
    }
    #expect(throws: GraphError.duplicateName("bn1")) {
      try graph.insertingDropout(after: "conv1", name: "bn1", rate: 0.1)
    }
  }

  @Test func insertedDropoutStandsBetweenALayerAndAllThatReadIt() throws {
    let graph = try Networks.residual(ending: [])
      .insertingDropout(after: "a", name: "a_dropout", rate: 0.1)
    #expect(graph.nodes.map(\.name) == ["a", "a_dropout", "b", "add"])
    #expect(graph.nodes.map(\.inputs) == [[""], ["a"], ["a_dropout"], ["a_dropout", "b"]])
  }

  @Test func dropoutActsOnTheLayerBeforeIt() throws {
    let graph = try Networks.classifier()
    #expect(graph.dropoutLayer(actingOn: "dense1") == "dropout")
    // Weights of another layer lie between.
    #expect(graph.dropoutLayer(actingOn: "conv1") == nil)
    #expect(graph.dropoutLayer(actingOn: "predictions") == nil)
    let inserted = try graph.insertingDropout(after: "pool1", name: "d", rate: 0.1)
    #expect(inserted.dropoutLayer(actingOn: "conv1") == "d")
  }
}

@Suite struct HeadTests {
  @Test func lastDenseLayerIsReplaced() throws {
    let replaced = try Networks.classifier().replacingHead(outputs: 12)
    #expect(replaced.removed == ["predictions"])
    #expect(replaced.added == ["output"])
    #expect(replaced.graph.outputShape == Shape([12]))
    #expect(replaced.graph.nodes.last?.inputs == ["dropout"])
    #expect((replaced.graph.nodes.last?.layer as? Dense)?.appliesSoftmax == false)
  }

  @Test func whatFollowsTheLastDenseLayerGoesWithIt() throws {
    let base = try Networks.classifier()
    let graph = try Graph(
      name: base.name, inputShape: base.inputShape,
      nodes: base.nodes.dropLast() + [
        .init(name: "logits", layer: Dense(units: 5), inputs: ["dropout"]),
        .init(name: "probabilities", layer: Softmax(), inputs: ["logits"]),
      ])
    let replaced = try graph.replacingHead(outputs: 3)
    #expect(replaced.removed == ["logits", "probabilities"])
    #expect(replaced.graph.nodes.map(\.name).suffix(2) == ["dropout", "output"])
  }

  @Test func convolutionThatClassifiesIsReplaced() throws {
    let graph = try Architecture.named("squeezenet1_1").graph(
      inputShape: Shape([64, 64, 3]), classes: 10)
    let replaced = try graph.replacingHead(outputs: 3)
    #expect(replaced.removed == ["classifier.1", "classifier.3"])
    #expect(replaced.added == ["output_pool", "output"])
    #expect(replaced.graph.outputShape == Shape([3]))
  }

  @Test func networkWithoutAHeadLosesNothing() throws {
    let residual = try Networks.residual(ending: [])
    #expect(try residual.replacingHead(outputs: 3).removed.isEmpty)
    let extractor = try Networks.residual(ending: [
      .init(name: "c", layer: Conv2D(filters: 4, window: Window(3)), inputs: ["add"]),
      .init(name: "bn", layer: BatchNormalization(), inputs: ["c"]),
      .init(name: "pool", layer: GlobalAveragePooling2D(), inputs: ["bn"]),
    ])
    let replaced = try extractor.replacingHead(outputs: 3)
    #expect(replaced.removed.isEmpty && replaced.added == ["output"])
  }

  @Test func nameThatIsTakenIsNumbered() throws {
    let graph = try Networks.residual(ending: [
      .init(name: "output", layer: Flatten(), inputs: ["add"]),
      .init(name: "d", layer: Dense(units: 2), inputs: ["output"]),
    ])
    let replaced = try graph.replacingHead(outputs: 3)
    #expect(replaced.name == "output_1")
    #expect(replaced.removed == ["d"])
  }

  @Test func headOfNoOutputsIsRefused() throws {
    let graph = try Networks.classifier()
    #expect(throws: GraphError.self) { try graph.replacingHead(outputs: 0) }
    #expect(throws: GraphError.self) { try graph.replacingHead(outputs: 1 << 40) }
  }
}

@Suite struct FinalActivationTests {
  private func names(_ graph: Graph) -> [String] { graph.nodes.map(\.name) }

  @Test func softmaxOfADenseLayerComesOffAndGoesBack() throws {
    let graph = try Networks.classifier()
    let (logits, softmax) = try #require(graph.removingFinalActivation())
    #expect((logits.nodes.last?.layer as? Dense)?.appliesSoftmax == false)
    #expect(logits.removingFinalActivation() == nil)
    let restored = try logits.restoring(softmax)
    #expect((restored.nodes.last?.layer as? Dense)?.appliesSoftmax == true)
  }

  @Test func softmaxLayerComesOffAndGoesBackBeforeWhatOnlyReshapes() throws {
    let graph = try Networks.residual(ending: [
      .init(name: "pool", layer: GlobalAveragePooling2D(keepsDimensions: true), inputs: ["add"]),
      .init(name: "softmax", layer: Softmax(), inputs: ["pool"]),
      .init(name: "flatten", layer: Flatten(), inputs: ["softmax"]),
    ])
    let (logits, softmax) = try #require(graph.removingFinalActivation())
    #expect(names(logits) == ["a", "b", "add", "pool", "flatten"])
    #expect(logits.nodes.last?.inputs == ["pool"])
    let restored = try logits.restoring(softmax)
    #expect(names(restored) == names(graph))
    #expect(restored.nodes.map(\.inputs) == graph.nodes.map(\.inputs))
  }

  @Test func softmaxOfEachPositionIsNotTheAnswers() throws {
    let graph = try Networks.residual(ending: [
      .init(name: "softmax", layer: Softmax(), inputs: ["add"]),
      .init(name: "flatten", layer: Flatten(), inputs: ["softmax"]),
    ])
    #expect(graph.removingFinalActivation() == nil)
  }

  @Test func logitsGetASoftmaxWhereTheyEnd() throws {
    let graph = try Networks.classifier().replacingHead(outputs: 3).graph
    #expect((try graph.endingInSoftmax().nodes.last?.layer as? Dense)?.appliesSoftmax == true)
    let residual = try Networks.residual(ending: [])
    #expect(names(try residual.endingInSoftmax()).last == "softmax")
    let classifier = try Networks.classifier()
    #expect(names(try classifier.endingInSoftmax()) == names(classifier))
  }

  @Test(arguments: ["dense", "convolution", "layer"])
  func sigmoidComesOffAndGoesBackWhereverItStands(place: String) throws {
    let pool = Graph.Node(
      name: "pool", layer: GlobalAveragePooling2D(keepsDimensions: place == "convolution"),
      inputs: ["add"])
    let ends: [Graph.Node] =
      switch place {
      case "dense":
        [.init(name: "d", layer: Dense(units: 2, activation: .sigmoid), inputs: ["pool"])]
      case "convolution":
        [
          .init(
            name: "c", layer: Conv2D(filters: 2, window: Window(1), activation: .sigmoid),
            inputs: ["pool"]),
          .init(name: "flatten", layer: Flatten(), inputs: ["c"]),
        ]
      default:
        [
          .init(name: "d", layer: Dense(units: 2), inputs: ["pool"]),
          .init(name: "s", layer: ActivationLayer(.sigmoid), inputs: ["d"]),
        ]
      }
    let graph = try Networks.residual(ending: [pool] + ends)
    #expect(graph.finalActivationKind == .sigmoid)
    let (logits, activation) = try #require(graph.removingFinalActivation())
    #expect(activation.kind == .sigmoid)
    #expect(logits.finalActivationKind == nil)
    let restored = try logits.restoring(activation)
    #expect(names(restored) == names(graph))
    #expect(restored.nodes.map(\.layer.detail) == graph.nodes.map(\.layer.detail))
  }

  /// A mean of sigmoids is no sigmoid.
  @Test func sigmoidBeforeAMeanIsNotAtTheEnd() throws {
    let graph = try Networks.residual(ending: [
      .init(name: "s", layer: ActivationLayer(.sigmoid), inputs: ["add"]),
      .init(name: "pool", layer: GlobalAveragePooling2D(), inputs: ["s"]),
    ])
    #expect(graph.removingFinalActivation() == nil)
  }
}
