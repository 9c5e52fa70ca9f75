import JSON
import Network
import Testing

@testable import ModelFormats

/// Regularizers and constraints: plain data of the imported model.
@Suite struct KerasTrainingRuleTests {
  @Test(arguments: ["rules-keras2", "rules-keras3"])
  func rulesAreReadByParameter(name: String) throws {
    let rules = try ModelFile.open(FixtureFile.path("\(name).h5")).trainingRules
    #expect(
      rules.regularizers == [
        "conv/kernel": .norms(l1: 0.125, l2: 0.25), "conv/bias": .norms(l1: 0, l2: 0.01),
        "separable_depthwise/kernel": .norms(l1: 0.25, l2: 0),
        "separable/kernel": .norms(l1: 0, l2: 0.5), "depthwise/kernel": .norms(l1: 0, l2: 0.5),
        "bn/gamma": .norms(l1: 0.25, l2: 0), "hidden/kernel": .other("OrthogonalRegularizer"),
      ])
    #expect(
      rules.constraints == [
        "conv/kernel": .maxNorm(limit: 3, axes: [0, 1, 2]),
        "separable/kernel": .maxNorm(limit: 1.5, axes: [2]),
        "depthwise/kernel": .maxNorm(limit: 1, axes: [0, 1]),
        "bn/beta": .other("NonNeg"), "hidden/kernel": .maxNorm(limit: 2, axes: [0]),
        "last/kernel": .other("UnitNorm"),
      ])
    #expect(rules.activityRegularizers == ["hidden": .norms(l1: 0, l2: 0.5)])
  }

  @Test func aModelWithoutRulesHasNone() throws {
    let imported = try ModelFile.open(FixtureFile.path("nested-keras2.h5"))
    #expect(imported.trainingRules.isEmpty)
  }

  private func layer(_ json: String) throws -> KerasLayerConfiguration {
    KerasLayerConfiguration(
      className: "Dense", name: "x", values: try #require(JSONValue.parse(json).object))
  }

  /// As older versions wrote them, as names, and as what a program made itself.
  @Test(arguments: [
    (#"{"class_name":"L1L2","config":{"l1":0.0,"l2":0.5}}"#, Regularizer.norms(l1: 0, l2: 0.5)),
    (#"{"class_name":"l2","config":{"l2":0.5}}"#, .norms(l1: 0, l2: 0.5)),
    (#""l1_l2""#, .norms(l1: 0.01, l2: 0.01)),
    (#""l1""#, .norms(l1: 0.01, l2: 0)),
    (#"{"class_name":"L1L2","config":{"l1":0.0,"l2":0.0}}"#, nil),
    ("null", nil),
    (
      #"{"class_name":"L2","registered_name":"Mine>L2","config":{"l2":1}}"#, .other("Mine>L2")
    ),
    (#"{"class_name":"Custom>Sparse","config":{}}"#, .other("Custom>Sparse")),
  ])
  func regularizersOfAnyVersionAreRead(json: String, expected: Regularizer?) throws {
    let layer = try layer(#"{"kernel_regularizer":\#(json)}"#)
    #expect(try layer.regularizer(of: "kernel") == expected)
  }

  @Test(arguments: [
    #"{"class_name":"MaxNorm","config":{"max_value":2,"axis":2}}"#,
    #"{"class_name":"MaxNorm","config":{"max_value":2,"axis":[]}}"#,
    #"{"class_name":"MaxNorm","config":{"max_value":2,"axis":"all"}}"#,
    #"{"class_name":"MaxNorm","config":{"max_value":-1}}"#,
    #"{"class_name":"MaxNorm","config":{"max_value":1e300}}"#,
  ])
  func senselessLimitsAreRefused(json: String) throws {
    let layer = try layer(#"{"kernel_constraint":\#(json)}"#)
    #expect {
      try layer.constraint(of: "kernel", rank: 2)
    } throws: {
      ($0 as? UnexpectedContent)?.expected.contains("of layer 'x' 'kernel_constraint'") == true
    }
  }
}
