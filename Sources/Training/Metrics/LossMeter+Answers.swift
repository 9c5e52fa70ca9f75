import Glibc

extension LossMeter {
  /// What each row of logits says, and how probable that is said to be.
  func answers(rows: Int, logits: UnsafePointer<Float>) -> [SaidAnswer] {
    let outputs = loss.outputs
    return (0..<rows).map { row in
      let values = logits + row * outputs
      guard let answer = loss.answer(values) else { return SaidAnswer(probability: 0) }
      if loss.isBinary {
        // Of one sigmoid there are two sides; of several each stands for itself.
        let logit = outputs == 1 ? abs(values[0]) : values[answer]
        return SaidAnswer(answer: answer, probability: 1 / (1 + expf(-logit)))
      }
      var sum: Float = 0
      for output in 0..<outputs { sum += expf(values[output] - values[answer]) }
      return SaidAnswer(answer: answer, probability: 1 / sum)
    }
  }
}
