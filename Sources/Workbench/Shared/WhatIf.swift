import EngineInterface
import Files

/// Edits that a person thinks of: shown as if they were on their way, and made by nobody yet.
struct WhatIf: Sendable, Equatable {
  private(set) var edits: [Edit] = []

  /// Adds an edit. What all the others come to without it is left out: a slider that was turned twice, a
  /// layer that was frozen and thawed.
  mutating func add(_ edit: Edit, to settings: TuningSettings) {
    edits.append(edit)
    func outcome(_ edits: [Edit]) -> TuningSettings {
      edits.reduce(settings) { $0.applying($1) }
    }
    let whole = outcome(edits)
    while let index = edits.indices.first(where: { index in
      var others = edits
      others.remove(at: index)
      return outcome(others) == whole
    }) {
      edits.remove(at: index)
    }
  }

  mutating func removeLast() { _ = edits.popLast() }
}

extension Shared {
  /// Edits are collected from now on; a value that is still being turned is the first.
  mutating func beginWhatIf() {
    whatIf = WhatIf()
    if let draft {
      self.draft = nil
      collect(draft.edit)
    }
  }

  mutating func leaveWhatIf() {
    whatIf = nil
    draft = nil
    log.add(.information, "the run is left as it is", at: now)
  }

  mutating func collect(_ edit: Edit) {
    guard edit.isComparable else {
      log.add(.warning, ObjectionText.text(.cannotCompare(edit)), at: now)
      return
    }
    guard let snapshot else { return }
    whatIf?.add(edit, to: pending.applied(to: snapshot.settings))
  }

  /// Why nothing can be compared yet.
  var compareRefusal: String? {
    whatIf?.edits.isEmpty == true && draft == nil
      ? "change a value first: it is collected, and not made" : nil
  }

  mutating func compare() -> [Effect] {
    let effects = flushDraft()
    guard let whatIf, !whatIf.edits.isEmpty else {
      log.add(.warning, ObjectionText.text(.changesNothing), at: now)
      return effects
    }
    return effects
      + begin(.compare(ComparisonRequest(edits: whatIf.edits, steps: comparisonSteps)))
  }

  /// A quarter of an epoch, but enough to see something.
  private var comparisonSteps: Int {
    let steps = max(50, (snapshot?.progress.stepsPerEpoch ?? 0) / 4)
    return min(steps, TuningRange.comparisonSteps.values.upperBound)
  }

  // MARK: - What is tried on copies

  /// Takes up what the engine says, once it has heard of what was asked for last.
  mutating func take(_ experiment: ExperimentSnapshot?) {
    guard !pending.hasExperiment else { return }
    self.experiment = experiment
    if let test = experiment?.rangeTest, test.ending != nil {
      foundRates = test.searchRange ?? foundRates
    }
    // It was ended by somebody else.
    if experiment == nil { showsExperiment = false }
  }

  /// The engine has refused something.
  mutating func noteRefused(_ request: Request) {
    switch request {
    case .experiment(.testRange), .experiment(.compare): showsExperiment = false
    default: break
    }
  }

  /// Lets the run go on.
  /// - Parameter keepsEdits: whether edits go on being collected.
  mutating func endExperiment(keepsEdits: Bool = false) -> [Effect] {
    showsExperiment = false
    experiment = nil
    if !keepsEdits { whatIf = nil }
    return steer(.end)
  }
}
