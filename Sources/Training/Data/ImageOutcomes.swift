import EngineInterface

/// What the network said of each image of a part of the data, and how wrong that was.
struct ImageOutcomes: Sendable {
  /// Not a number: it was not asked.
  private var losses: [Float]
  /// −1: none.
  private var answers: [Int32]
  private var probabilities: [Float]

  init(count: Int) {
    losses = Array(repeating: .nan, count: count)
    answers = Array(repeating: -1, count: count)
    probabilities = Array(repeating: 0, count: count)
  }

  mutating func note(_ image: Int, loss: Float, _ said: SaidAnswer) {
    // What is no number could not be worse.
    losses[image] = loss.isNaN ? .infinity : loss
    answers[image] = said.answer.map { Int32($0) } ?? -1
    probabilities[image] = said.probability
  }

  subscript(image: Int) -> ImageOutcome? {
    guard losses.indices ~= image, !losses[image].isNaN else { return nil }
    return ImageOutcome(
      loss: losses[image], answer: answers[image] < 0 ? nil : Int(answers[image]),
      probability: probabilities[image])
  }

  /// The images with the largest losses, the largest first.
  func worst(_ count: Int, leavingOut leftOut: Set<Int>) -> [Int] {
    let seen = losses.indices.filter { !losses[$0].isNaN && !leftOut.contains($0) }
    return Array(seen.sorted { (losses[$1], $0) < (losses[$0], $1) }.prefix(count))
  }
}

/// The answer that a row of logits comes to.
struct SaidAnswer: Sendable, Equatable {
  /// `nil` where something is no number.
  var answer: Int?
  /// 0…1
  var probability: Float
}

/// A validation that was done.
struct ValidationRecord: Sendable {
  let epoch: Int
  let confusion: ConfusionMatrix
  let outcomes: ImageOutcomes
  /// The classes that the images were validated with.
  let labels: [Int32]
}
