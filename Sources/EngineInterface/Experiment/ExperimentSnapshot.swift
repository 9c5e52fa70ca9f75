/// What an experiment looks like from outside, at one moment: work on copies of a run, between two of its
/// steps, during which the run waits.
package struct ExperimentSnapshot: Codable, Sendable, Equatable {
  package enum Phase: Codable, Sendable, Equatable {
    case running
    /// There is nothing more to do. The run waits until somebody has looked at it.
    case done
    /// The error's words.
    case failed(String)
  }

  package enum Subject: Codable, Sendable, Equatable {
    case rangeTest(RangeTest)
    case comparison(Comparison)
  }

  package var revision: UInt64 = 0
  package var phase: Phase
  package var subject: Subject

  package init(phase: Phase, subject: Subject) {
    self.phase = phase
    self.subject = subject
  }

  package var rangeTest: RangeTest? {
    if case .rangeTest(let test) = subject { test } else { nil }
  }

  package var comparison: Comparison? {
    if case .comparison(let comparison) = subject { comparison } else { nil }
  }
}

/// What a person does about experiments. Nothing of it is journaled: what is learned is the same with them
/// and without.
package enum ExperimentControl: Codable, Sendable, Equatable {
  /// Begins to look for a learning rate.
  case testRange(RangeTestRequest)
  /// Begins to compare the run as it is with the same run edited.
  case compare(ComparisonRequest)
  /// A comparison is of so many steps; no fewer than are done.
  case setSteps(Int)
  /// Lets go of it, over or not: the run goes on as it would have.
  case end
}
