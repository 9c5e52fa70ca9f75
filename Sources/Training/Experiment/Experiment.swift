import EngineInterface

/// Work on copies of a run that waits. Does one unit of it at a call and never waits itself. Belongs to one
/// queue at a time.
protocol Experiment: AnyObject {
  /// Whether `tick` would do something now.
  var wantsToRun: Bool { get }
  func tick()
  /// The revision is the caller's.
  var snapshot: ExperimentSnapshot { get }
  /// What is to be said when it has nothing more to do.
  var outcome: EngineNotice { get }
  /// Images that its copies could not read.
  func takeUnreadable() -> [String]
}
