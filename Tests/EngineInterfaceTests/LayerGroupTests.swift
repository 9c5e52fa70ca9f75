import Testing

@testable import EngineInterface

@Suite struct LayerGroupTests {
  private func names(_ layers: [String]) -> [String] {
    LayerGroup.groups(ofLayersNamed: layers).map(Self.text)
  }

  /// `conv2 32 [conv2_block1 12, …]`
  private static func text(_ group: LayerGroup) -> String {
    let inner = group.groups.map(text).joined(separator: ", ")
    return "\(group.name) \(group.layers.count)" + (inner.isEmpty ? "" : " [\(inner)]")
  }

  private static func kerasBlock(_ name: String, projects: Bool) -> [String] {
    let shortcut = projects ? ["0_conv", "0_bn"] : []
    let inner = ["1_conv", "1_bn", "1_relu", "2_conv", "2_bn", "2_relu"]
    return (inner + shortcut + ["3_conv", "3_bn", "add", "out"]).map { "\(name)_\($0)" }
  }

  private static let kerasResNet50: [String] =
    ["conv1_pad", "conv1_conv", "conv1_bn", "conv1_relu", "pool1_pad", "pool1_pool"]
    + [(2, 3), (3, 4), (4, 6), (5, 3)].flatMap { stage, count in
      (1...count).flatMap { kerasBlock("conv\(stage)_block\($0)", projects: $0 == 1) }
    } + ["avg_pool", "predictions"]

  @Test func kerasResNetFallsIntoItsBlocks() {
    let groups = names(Self.kerasResNet50)
    #expect(
      groups.prefix(3) == [
        "conv1 4", "pool1 2",
        "conv2 32 [conv2_block1 12, conv2_block2 10, conv2_block3 10]",
      ])
    #expect(groups.count == 6)
    #expect(
      groups.last == "conv5 32 [conv5_block1 12, conv5_block2 10, conv5_block3 10]")
  }

  @Test func kerasMobileNetFallsIntoItsBlocks() {
    func block(_ number: Int, _ ending: String?) -> [String] {
      let parts = ["expand", "depthwise", "project"].flatMap { part in
        part == "project" ? [part, "project_BN"] : [part, "\(part)_BN", "\(part)_relu"]
      }
      return (parts + (ending.map { [$0] } ?? [])).map { "block_\(number)_\($0)" }
    }
    let layers =
      ["Conv1", "bn_Conv1", "Conv1_relu"]
      + ["depthwise", "depthwise_BN", "depthwise_relu", "project", "project_BN"].map {
        "expanded_conv_\($0)"
      } + block(1, nil) + block(2, "add") + block(9, "add") + block(10, nil) + block(11, "add")
      + ["Conv_1", "Conv_1_bn", "out_relu", "global_average_pooling2d", "predictions"]
    #expect(
      names(layers) == [
        "expanded_conv 5", "block_1 8", "block_2 9", "block_9 9", "block_10 8", "block_11 9",
        "Conv_1 2",
      ])
  }

  @Test func torchvisionResNetFallsIntoItsBlocks() {
    let layers =
      ["conv1", "bn1", "relu", "maxpool"]
      + ["conv1", "bn1", "relu1", "conv2", "bn2", "add", "relu"].map { "layer1.0.\($0)" }
      + ["conv1", "bn1", "relu1", "conv2", "bn2", "add", "relu"].map { "layer1.1.\($0)" }
      + ["downsample.0", "downsample.1", "conv1", "bn1", "relu1", "conv2", "bn2", "add", "relu"].map
    {
      "layer2.0.\($0)"
    } + ["avgpool", "fc"]
    #expect(names(layers) == ["layer1 14 [layer1.0 7, layer1.1 7]", "layer2.0 9"])
  }

  /// Caffe's names begin with what a layer does.
  @Test func caffeNetworksFallIntoTheirBlocks() {
    func block(_ name: String) -> [String] {
      ["2a", "2b", "2c"].flatMap { part in
        ["res\(name)_branch\(part)", "bn\(name)_branch\(part)"]
          + (part == "2c" ? [] : ["res\(name)_branch\(part)_relu"])
      } + ["res\(name)", "res\(name)_relu"]
    }
    let resNet =
      ["conv1", "bn_conv1", "conv1_relu", "pool1", "res2a_branch1", "bn2a_branch1"]
      + block("2a") + block("2b") + block("3a") + ["pool5", "fc1000", "prob"]
    #expect(names(resNet) == ["res2a 12", "res2b 10", "res3a 10"])

    func stage(_ name: String) -> [String] {
      ["branch2a", "branch2b"].flatMap { part in
        ["conv", "bn", "relu"].map { "\($0)_\(name)_\(part)" }
      } + ["eltwise_\(name)", "relu_\(name)"]
    }
    let half =
      ["conv_1", "bn_1", "relu_1", "pool1"] + stage("stage0_block0") + stage("stage0_block1")
      + stage("stage1_block0") + stage("stage1_block1") + ["pool", "fc_nsfw", "prob"]
    #expect(
      names(half) == [
        "stage0 16 [stage0_block0 8, stage0_block1 8]",
        "stage1 16 [stage1_block0 8, stage1_block1 8]",
      ])

    let inception = ["a", "b"].flatMap { part in
      ["1x1", "relu_1x1", "3x3_reduce", "relu_3x3_reduce", "3x3", "relu_3x3", "output"].map {
        "inception_3\(part)/\($0)"
      }
    }
    #expect(
      names(["conv1/7x7_s2", "conv1/relu_7x7", "pool1/3x3_s2"] + inception + ["loss3/classifier"])
        == ["conv1 2", "inception_3a 7", "inception_3b 7"])
  }

  @Test func vggFallsIntoItsBlocks() {
    let layers =
      ["block1_conv1", "block1_conv2", "block1_pool", "block2_conv1", "block2_conv2"]
      + ["block2_pool", "flatten", "fc1", "fc2", "predictions"]
    #expect(names(layers) == ["block1 3", "block2 3"])
  }

  @Test func nestedModelIsNoBlockOfItsOwn() {
    let nested = Self.kerasResNet50.map { "resnet50/\($0)" } + ["flatten", "dense"]
    let groups = names(nested)
    #expect(groups.count == 6)
    #expect(groups.first == "resnet50/conv1 4")
    #expect(groups[2].hasPrefix("resnet50/conv2 32 [resnet50/conv2_block1 12, "))
  }

  @Test func torchSequencesFallIntoTheirModules() {
    #expect(
      names([
        "features.0.0", "features.0.1", "features.0.2", "features.1.conv.0.0",
        "features.1.conv.0.1", "features.1.conv.1", "features.2.conv.0.0", "features.2.conv.0.1",
        "classifier.0", "classifier.1",
      ]) == ["features.0 3", "features.1 3", "features.2 2"])
    #expect(
      names(["inception_3a/1x1", "inception_3a/3x3", "inception_3b/1x1", "inception_3b/3x3"])
        == ["inception_3a 2", "inception_3b 2"])
  }

  /// Stages, their blocks, and in large blocks their parts.
  @Test func efficientNetFallsIntoStagesBlocksAndParts() {
    func block(_ name: String) -> [String] {
      ([
        "0.0", "0.1", "0.2", "1.0", "1.1", "1.2", "2.avgpool", "2.fc1", "2.fc2", "2.mul", "3.0",
        "3.1",
      ]
      .map { "\(name).block.\($0)" }) + ["\(name).add"]
    }
    let layers =
      ["features.0.0", "features.0.1", "features.0.2"] + block("features.1.0")
      + block("features.2.0") + block("features.2.1") + ["avgpool", "classifier.1"]
    let parts = { (name: String) in
      "\(name) 13 [\(name).block.0 3, \(name).block.1 3, \(name).block.2 4, \(name).block.3 2]"
    }
    #expect(
      names(layers) == [
        "features.0 3", parts("features.1.0"),
        "features.2 26 [\(parts("features.2.0")), \(parts("features.2.1"))]",
      ])
  }

  /// Two thirds of ResNet-152 are its third stage.
  @Test func aStageMayBeMostOfTheNetwork() {
    let layers =
      ["conv1", "bn1"] + (0..<36).flatMap { ["layer3.\($0).conv1", "layer3.\($0).bn1"] }
      + (0..<9).flatMap { ["layer4.\($0).conv1", "layer4.\($0).bn1"] } + ["fc"]
    let groups = LayerGroup.groups(ofLayersNamed: layers)
    #expect(groups.map(\.name) == ["layer3", "layer4"])
    #expect(groups[0].groups.count == 36 && groups[0].groups[35].name == "layer3.35")
  }

  @Test func namesOfExportersLoseWhatTheyRepeat() {
    let layers =
      ["/conv1/Conv", "/Relu"].map { $0 }
      + (0..<2).flatMap { block in
        ["conv1/Conv", "relu/Relu", "conv2/Conv"].map { "/layer1/layer1.\(block)/\($0)" }
      } + ["/fc/Gemm"]
    #expect(
      names(layers) == ["/layer1/layer1 6 [/layer1/layer1.0 3, /layer1/layer1.1 3]"])
  }

  /// Names come from files.
  @Test func namesOfEndlesslyManyPartsAreNoTrap() {
    let long = String(repeating: "a.", count: 50_000)
    #expect(names([long + "x", long + "y", "b"]).count <= 1)
  }

  @Test func layersThatAreOnlyCountedStandAlone() {
    #expect(names(["conv1", "conv2", "pool1", "dense1", "output"]).isEmpty)
    #expect(names(["conv2d", "conv2d_1", "pool", "conv2d_2", "conv2d_3", "dense"]).isEmpty)
    #expect(names((0..<20).map { "features.\($0)" } + ["fc"]).isEmpty)
  }

  @Test func oneGroupNeverHoldsEverything() {
    #expect(names(["a_x", "a_y", "a_z"]).isEmpty)
    #expect(names([]).isEmpty)
    #expect(names(["a_b"]).isEmpty)
    #expect(names(["_", "", ".."]).isEmpty)
    #expect(names(["a_b_x", "a_b_y", "a_c"]) == ["a_b 2"])
  }
}
