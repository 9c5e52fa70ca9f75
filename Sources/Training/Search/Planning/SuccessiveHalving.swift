/// How long trials train before the worse ones are stopped (Jamieson and Talwalkar, "Non-stochastic best
/// arm identification and hyperparameter optimization", 2016): after 1, 4, 16 … epochs a quarter goes on.
///
/// What is best after one epoch need not be best after all of them. Hyperband (Li et al., 2018) therefore
/// begins some of its brackets with later rungs. Here each round begins a rung later than the one before:
/// the nearer its points lie to each other, the longer it takes to tell them apart.
///
/// All trials of a rung are compared at once, so that nothing depends on which was there first.
struct SuccessiveHalving {
  /// η: each rung is so many times as far as the one before.
  static let factor = 4
  /// Fewer than these on a rung all go on: there is too little to compare.
  static let fewest = 5

  /// Epochs after which trials are compared, the last being all of them.
  let rungs: [Int]

  /// - Parameters:
  ///   - epochs: of a trial that is never stopped; at least 1.
  ///   - round: from 1.
  init(epochs: Int, round: Int = 1) {
    precondition(epochs > 0 && round > 0, "\(epochs) epochs in round \(round)")
    var rungs: [Int] = []
    var rung = 1
    while rung < epochs {
      rungs.append(rung)
      rung =
        rung.multipliedReportingOverflow(by: Self.factor).overflow ? epochs : rung * Self.factor
    }
    // One comparison before the last remains.
    self.rungs = rungs.dropFirst(min(round - 1, max(0, rungs.count - 1))) + [epochs]
  }

  /// The rung after one; `nil` after the last.
  func next(after rung: Int) -> Int? { rungs.first { $0 > rung } }

  /// Which of a rung's trials go on: those with the lowest scores, in the order in which they came, and as
  /// many as take no more epochs up to the next rung than all have taken so far. Those without a score never
  /// do.
  /// - Parameters:
  ///   - scores: the lower, the better; infinite: none.
  ///   - rung: epochs so far.
  ///   - next: epochs of the next rung.
  static func promoted(_ scores: [Double], from rung: Int, to next: Int) -> [Int] {
    precondition(0 < rung && rung < next, "from rung \(rung) to \(next)")
    let able = scores.indices.filter { scores[$0].isFinite }
    guard scores.count >= fewest else { return able }
    let places = Int((Double(scores.count) * Double(rung) / Double(next)).rounded(.up))
    // Of equal ones the earlier goes on.
    return able.sorted { (scores[$0], $0) < (scores[$1], $1) }.prefix(places).sorted()
  }
}
