import Testing

@testable import EngineInterface

@Suite struct LayerPatternTests {
  @Test(arguments: [
    ("conv*", "conv1", true), ("conv*", "conv", true), ("conv*", "bn_conv1", false),
    ("*conv*", "bn_conv1", true), ("conv?", "conv1", true), ("conv?", "conv12", false),
    ("conv1", "conv1", true), ("conv1", "conv12", false), ("*", "", true), ("", "", true),
    ("", "a", false), ("?", "", false), ("*_bn", "a_bn_bn", true), ("a*b*c", "aXbYbZc", true),
    ("a*b*c", "aXbYbZ", false), ("*1?", "conv12", true), ("a*c", "a.b.c", true),
    ("layer[1]", "layer[1]", true), ("layer.0", "layerx0", false),
  ])
  func patternMatchesTheWholeName(pattern: String, name: String, expected: Bool) {
    #expect(LayerPattern(pattern).matches(name) == expected)
  }

  @Test(arguments: [
    ("features.0-6", "features.3", true), ("features.0-6", "features.6", true),
    ("features.0-6", "features.7", false), ("features.0-6", "features.16", false),
    ("features.0-6", "features.03", true), ("features.0-6", "features.", false),
    ("layer3.1-2.conv1", "layer3.2.conv1", true), ("layer3.1-2.conv1", "layer3.2.conv2", false),
    ("block1-3_conv*", "block2_conv1", true), ("block1-3_conv*", "block4_conv1", false),
    ("*.9-11", "a.b.10", true), ("*.9-11", "a.b.12", false), ("a6-0", "a3", false),
    ("a6-0", "a6-0", true), ("conv2-3", "conv2-3", true), ("1-2", "2", true), ("1-2", "12", false),
    ("a1-99999999999", "a5", false), ("a-3", "a-3", true), ("a-3", "a2", false),
  ])
  func aRangeStandsForEachOfItsNumbers(pattern: String, name: String, expected: Bool) {
    #expect(LayerPattern(pattern).matches(name) == expected)
  }

  /// Names of each framework: blocks by their scope, single layers by their whole name.
  @Test(arguments: [
    ("layer4", ["layer4.0.conv1", "layer4.1.bn2"]),
    ("layer4.*", ["layer4.0.conv1", "layer4.1.bn2"]),
    ("layer4.1", ["layer4.1.bn2"]), ("layer4.1.bn2", ["layer4.1.bn2"]),
    ("layer", []), ("layer4.", ["layer4.0.conv1", "layer4.1.bn2"]),
    ("features.0-6", ["features.0.0", "features.6.conv.0"]), ("features.1", []),
    ("conv4_block6", ["conv4_block6_2_conv"]), ("conv4", ["conv4_block6_2_conv"]),
    ("block3", ["block3_conv1", "block3_pool"]), ("block1-3", ["block3_conv1", "block3_pool"]),
    ("a/b", ["a/b/c"]), ("a", ["a/b/c"]),
    ("conv2d", ["conv2d"]), ("conv2d_1", ["conv2d_1"]), ("conv2d_0-9", ["conv2d_1"]),
    ("conv2d*", ["conv2d", "conv2d_1", "conv2d_1_bn"]), ("block?", []), ("", []),
  ])
  func aPatternNamesABlockInEachDialect(pattern: String, expected: [String]) {
    let names = [
      "layer4.0.conv1", "layer4.1.bn2", "features.0.0", "features.6.conv.0", "features.16.0",
      "conv4_block6_2_conv", "conv40_conv", "block3_conv1", "block3_pool", "block30_conv1", "a/b/c",
      "conv2d", "conv2d_1", "conv2d_1_bn",
    ]
    let pattern = LayerPattern(pattern)
    #expect(names.filter { pattern.means($0) { names.contains($0) } } == expected)
  }

  /// Backtracking in every star at once would not end.
  @Test func manyStarsAreNoTrap() {
    let pattern = LayerPattern(String(repeating: "a*", count: 40) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 5000)))
  }

  @Test func starAloneNamesNothing() {
    #expect(LayerPattern("out*").names("output"))
    #expect(LayerPattern("output").names("output"))
    #expect(!LayerPattern("*").names("output"))
    #expect(!LayerPattern("conv*").names("output"))
  }
}
