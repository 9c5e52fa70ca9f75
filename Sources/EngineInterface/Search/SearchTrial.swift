/// One trial of a search: what it tries, and what came of it so far.
package struct SearchTrial: Codable, Sendable, Equatable, Identifiable {
  package enum State: String, Codable, Sendable {
    /// Its turn has not come yet.
    case waiting
    case training
    /// At the end of a rung, until the others are there.
    case paused
    /// It has reached its last epoch.
    case finished
    /// Others were better on the same rung.
    case stopped
    /// A person has stopped it.
    case cancelled
    /// Its loss is no number any more, or it could not be trained.
    case failed
  }

  /// From 0, in the order in which trials were thought of.
  package let id: Int
  /// From 1.
  package let round: Int
  package let point: SearchPoint
  /// Which of the search's seeds it trains with: 0 for all, 1 and 2 to learn how much chance there is in
  /// the best.
  package let seed: Int
  package var state = State.waiting
  /// Epochs up to which it trains before it is compared.
  package var rung: Int
  /// Of each epoch so far, on the validation images.
  package private(set) var losses: [Double] = []
  package private(set) var accuracies: [Double] = []
  /// Of one that has failed, the words of the error that it could not be trained on with; `nil`: its loss is
  /// no number any more.
  package private(set) var failure: String?

  package init(id: Int, round: Int, point: SearchPoint, seed: Int, rung: Int) {
    self.id = id
    self.round = round
    self.point = point
    self.seed = seed
    self.rung = rung
  }

  package mutating func note(loss: Double, accuracy: Double) {
    losses.append(loss)
    accuracies.append(accuracy)
  }

  /// It cannot go on.
  package mutating func fail(_ error: String) {
    state = .failed
    failure = error
  }

  package var epochs: Int { losses.count }

  /// The lowest validation loss so far, which it is judged by: what early stopping would keep. Infinite
  /// where there is none, and for a trial that has failed.
  package var score: Double {
    state == .failed ? .infinity : losses.filter(\.isFinite).min() ?? .infinity
  }

  /// Whether it may still go on.
  package var isAlive: Bool {
    switch state {
    case .waiting, .training, .paused: true
    case .finished, .stopped, .cancelled, .failed: false
    }
  }
}
