/// How long trials train before the worse ones are stopped (Jamieson and Talwalkar, "Non-stochastic best
/// arm identification and hyperparameter optimization", 2016): after 1, 4, 16 … epochs a quarter goes on.
///
/// All trials of a rung are compared at once, so that nothing depends on which was there first.
struct SuccessiveHalving {
  /// η: of so many one goes on.
  static let factor = 4
  /// Fewer than these on a rung all go on: there is too little to compare.
  static let fewest = 5

  /// Epochs after which trials are compared, the last being all of them.
  let rungs: [Int]

  /// - Parameter epochs: of a trial that is never stopped; at least 1.
  init(epochs: Int) {
    precondition(epochs > 0, "\(epochs) epochs")
    var rungs: [Int] = []
    var rung = 1
    while rung < epochs {
      rungs.append(rung)
      rung =
        rung.multipliedReportingOverflow(by: Self.factor).overflow ? epochs : rung * Self.factor
    }
    self.rungs = rungs + [epochs]
  }

  /// The rung after one; `nil` after the last.
  func next(after rung: Int) -> Int? { rungs.first { $0 > rung } }

  /// Which of a rung's trials go on: the quarter with the lowest scores, in the order in which they came.
  /// Those without a score never do.
  /// - Parameter scores: the lower, the better; infinite: none.
  static func promoted(_ scores: [Double]) -> [Int] {
    let able = scores.indices.filter { scores[$0].isFinite }
    guard scores.count >= fewest else { return able }
    let places = (scores.count + factor - 1) / factor
    // Of equal ones the earlier goes on.
    return able.sorted { (scores[$0], $0) < (scores[$1], $1) }.prefix(places).sorted()
  }
}
