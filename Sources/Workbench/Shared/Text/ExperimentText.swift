import EngineInterface
import Files

/// What was tried on copies of a run, in words.
enum ExperimentText {
  /// `learning-rate finder, 83 rates: valley 2.1e-3, steepest 4.4e-3; a search may try 2.1e-4..0.14`.
  static func rangeTested(
    valley: Double?, steepest: Double?, rates: Int, searchRange: ClosedRange<Double>?
  ) -> String {
    let found = [("valley", valley), ("steepest", steepest)].compactMap { name, rate in
      rate.map { "\(name) \(NumberText.short($0))" }
    }
    return "learning-rate finder, \(NumberText.quantity(rates, "rate")): "
      + (found.isEmpty ? noSuggestion : found.joined(separator: ", "))
      + (searchRange.map { "; a search may try \(SearchText.wish($0.lowerBound, $0.upperBound))" }
        ?? "")
  }

  static let noSuggestion = "the loss falls at none of them"

  /// `what if learning rate 1e-3 → 3e-3: training loss −0.031 ± 0.012 after 50 steps, validation loss …`.
  static func compared(
    _ changes: [EditChange], steps: Int, training: Estimate?, validation: Estimate?
  ) -> String {
    let words = ChangeText([])
    let what = changes.map(words.text).joined(separator: ", ")
    let losses = [
      training.map { "training loss \(difference($0))" },
      validation.map { "validation loss \(difference($0))" },
    ].compactMap(\.self).joined(separator: ", ")
    return "what if \(what): "
      + (losses.isEmpty ? "training breaks down" : losses)
      + " after \(NumberText.quantity(steps, "step"))"
  }

  /// `−0.031 ± 0.012`.
  static func difference(_ estimate: Estimate) -> String {
    let sign = estimate.mean < 0 ? "−" : "+"
    return "\(sign)\(NumberText.metric(estimate.mean.magnitude)) ± "
      + NumberText.metric(estimate.standardError)
  }

  /// What a difference of losses comes to.
  static func verdict(_ estimate: Estimate) -> String {
    guard estimate.isClear else { return "unclear" }
    return estimate.mean < 0 ? "better" : "worse"
  }
}
