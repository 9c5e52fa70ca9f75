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
