import EngineInterface
import Testing

/// What a person writes behind `--over`, and what comes of it.
@Suite struct SearchWishTests {
  private static func dimension(
    _ text: String, rate: Double = 1e-3, layers: Int = 6
  ) throws -> SearchDimension {
    try SearchDimension(
      SearchWish(text: text), settings: TuningSettings(learningRate: rate), layers: layers,
      augmentations: ["none", "strong"])
  }

  @Test func aValueAloneHasItsUsualRange() throws {
    #expect(
      try Self.dimension("dropout").scale == .logarithmic(lower: 0.05, upper: 0.8))
    #expect(try Self.dimension("max-norm").scale == .logarithmic(lower: 0.5, upper: 8))
    #expect(try Self.dimension("frozen-depth").scale == .whole(lower: 0, upper: 6))
    guard case .logarithmic(let lower, let upper) = try Self.dimension("learning-rate").scale else {
      Issue.record("the learning rate is searched on a logarithmic scale")
      return
    }
    #expect(abs(lower - 1e-5) < 1e-12 && abs(upper - 0.1) < 1e-9)
    #expect(
      try Self.dimension("optimizer").scale == .choices(OptimizerKind.allCases.map(\.rawValue)))
  }

  @Test func aRangeOrChoicesCanBeGiven() throws {
    let wishes = try SearchWish.wishes(
      "dropout:dense_1=0.1..0.5,optimizer=adam|sgd,frozen-depth=1..3")
    #expect(
      wishes.map(\.variable) == [.dropout(layer: "dense_1"), .optimizer, .frozenDepth])
    #expect(
      try Self.dimension("dropout:dense_1=0.1..0.5").scale == .logarithmic(lower: 0.1, upper: 0.5))
    #expect(try Self.dimension("optimizer=adam|sgd").scale == .choices(["adam", "sgd"]))
    #expect(try Self.dimension("frozen-depth=1..3").scale == .whole(lower: 1, upper: 3))
    #expect(try Self.dimension("head-width=0|32").scale == .choices(["0", "32"]))
    #expect(try Self.dimension("momentum=0.1..0.2").scale == .linear(lower: 0.1, upper: 0.2))
  }

  @Test(arguments: [
    "", "nonsense", "dropout=", "dropout=0.1", "dropout=0.1..", "dropout=0.1..0.2..0.3",
    "dropout=x..y", "dropout=0.5..0.1", "dropout=0..0.5", "dropout=0.1..1.5",
    "learning-rate=nan..1",
    "learning-rate=1e-3..1e9", "momentum=0.5..1.5", "frozen-depth=0..99", "frozen-depth=0.5..2",
    "frozen-depth=-1..2", "optimizer=adam|adam", "max-norm=1..1", "weight-decay=-1..1", "dropout:",
  ])
  func whatCannotBeSearchedIsRefused(text: String) {
    let error = #expect(throws: OutOfRange.self) { try Self.dimension(text) }
    #expect(error.map { !"\($0)".contains("\n") } == true)
  }
}
