import EngineInterface
import Files
import Kernels
import ModelFormats
import Network

/// What a model file says of its weights' sizes, as far as training keeps to it: penalties that are
/// part of the loss, and limits on norms.
package struct WeightRules {
  /// A limit on the norm of each column of a parameter, read as a matrix of so many rows.
  struct Limit: Equatable {
    var value: Double
    var rows: Int
  }

  /// Of one parameter.
  struct Rule {
    var penalty: NormPenalty?
    var limit: Limit?
  }

  private var rules: [ObjectIdentifier: Rule] = [:]
  private(set) var penalized: [(parameter: Parameter, penalty: NormPenalty)] = []
  /// Limits on kernels, by layer: the max-norm that its layer starts with, and that can be turned.
  private(set) var layerMaxNorms: [String: Double] = [:]
  /// In words, for a person: what training keeps to, and what it does not.
  package private(set) var kept: [String] = []
  package private(set) var notKept: [String] = []

  init() {}

  /// - Parameters:
  ///   - newLayers: took others' places and begin without rules.
  ///   - keepsLimits: whether the file's limits hold; an option may stand over them.
  package init(
    _ file: TrainingRules, of model: Model, newLayers: [String] = [], keepsLimits: Bool = true
  ) {
    var words = RuleWords()
    for parameter in model.allParameters where !newLayers.contains(parameter.layer) {
      var rule = Rule()
      switch file.regularizers[parameter.name] {
      case nil: break
      case .norms(let l1, let l2):
        let penalty = NormPenalty(l1: l1, l2: l2)
        rule.penalty = penalty
        penalized.append((parameter, penalty))
        words.note(kept: RuleWords.text(l1: l1, l2: l2), of: parameter.name)
      case .other(let name): words.note(notKept: name, of: parameter.name)
      }
      switch file.constraints[parameter.name] {
      case nil: break
      case .maxNorm(let limit, let axes) where keepsLimits:
        let text = "max-norm \(RuleWords.number(limit))"
        guard let rows = parameter.specification.rows(over: axes),
          TuningRange.maxNorm.contains(Double(limit))
        else {
          words.note(notKept: "\(text) over axes \(axes)", of: parameter.name)
          break
        }
        rule.limit = Limit(value: Double(limit), rows: rows)
        if !parameter.specification.unitAxes.isEmpty {
          layerMaxNorms[parameter.layer] = Double(limit)
        }
        words.note(kept: text, of: parameter.name)
      case .maxNorm: break
      case .other(let name): words.note(notKept: name, of: parameter.name)
      }
      if rule.penalty != nil || rule.limit != nil { rules[ObjectIdentifier(parameter)] = rule }
    }
    for node in model.graph.nodes where !newLayers.contains(node.name) {
      guard let regularizer = file.activityRegularizers[node.name] else { continue }
      let name: String
      switch regularizer {
      case .norms(let l1, let l2): name = RuleWords.text(l1: l1, l2: l2)
      case .other(let other): name = other
      }
      words.note(notKept: name, of: "what \(node.name) gives")
    }
    kept = words.kept.map { "the file's \($0), which training keeps to" }
    if !keepsLimits,
      file.constraints.values.contains(where: { if case .maxNorm = $0 { true } else { false } })
    {
      kept.append("the file's max-norms give way to the one that was asked for")
    }
    notKept = words.notKept.map {
      "the file's \($0), which Thaw does not have: training does without"
    }
  }

  /// The same rules for a model that has copies of the parameters.
  func following(_ original: Model, to copy: Model) -> WeightRules {
    guard !isEmpty else { return self }
    var moved = self
    moved.rules = [:]
    moved.penalized = []
    for (before, after) in zip(original.allParameters, copy.allParameters) {
      precondition(before.name == after.name, "\(before.name) beside \(after.name)")
      guard let rule = rules[ObjectIdentifier(before)] else { continue }
      moved.rules[ObjectIdentifier(after)] = rule
      if let penalty = rule.penalty { moved.penalized.append((after, penalty)) }
    }
    return moved
  }

  var isEmpty: Bool { rules.isEmpty }

  subscript(parameter: Parameter) -> Rule? {
    rules.isEmpty ? nil : rules[ObjectIdentifier(parameter)]
  }
}

/// Rules in words, those that are alike together.
private struct RuleWords {
  private var keptNames: [(rule: String, names: [String])] = []
  private var otherNames: [(rule: String, names: [String])] = []

  var kept: [String] { keptNames.map(Self.line) }
  var notKept: [String] { otherNames.map(Self.line) }

  mutating func note(kept rule: String, of name: String) { Self.add(rule, name, to: &keptNames) }
  mutating func note(notKept rule: String, of name: String) {
    Self.add(rule, name, to: &otherNames)
  }

  static func text(l1: Float, l2: Float) -> String {
    [(l1, "L1"), (l2, "L2")].filter { $0.0 != 0 }.map { "\($0.1) \(number($0.0))" }
      .joined(separator: " and ")
  }

  static func number(_ value: Float) -> String { NumberText.short(Double(value)) }

  private static func add(
    _ rule: String, _ name: String, to list: inout [(rule: String, names: [String])]
  ) {
    if let place = list.firstIndex(where: { $0.rule == rule }) {
      list[place].names.append(name)
    } else {
      list.append((rule, [name]))
    }
  }

  private static let namesShown = 3

  private static func line(_ entry: (rule: String, names: [String])) -> String {
    let more = entry.names.count - namesShown
    let names = entry.names.prefix(namesShown).joined(separator: ", ")
    return "\(entry.rule) on \(names)" + (more > 0 ? " and \(more) more" : "")
  }
}

extension ParameterSpecification {
  /// The rows of the matrix whose columns a norm over `axes` is taken of; `nil` where these are not
  /// the first ones, axes of length 1 aside.
  fileprivate func rows(over axes: [Int]) -> Int? {
    let long = shape.indices.filter { shape[$0] != 1 }
    let summed = long.filter(axes.contains)
    guard long.starts(with: summed) else { return nil }
    return summed.reduce(1) { $0 * shape[$1] }
  }
}
