import Network

/// A batch normalisation that a graph spells out as arithmetic: `γ · (x − μ) / √(v + ε) + β`, in any of
/// the orders in which it is written.
struct SpelledNormalization {
  let epsilon: Float
  let gamma: [Float]
  let beta: [Float]
  let mean: [Float]
  let variance: [Float]

  /// - Parameters:
  ///   - steps: with values along the channels.
  ///   - channels: how many there are.
  /// - Returns: `nil` where the constants do not come of a variance.
  init?(_ steps: [PendingElementwise.Step], channels: Int, in archive: any TensorArchive) {
    guard let root = steps.lazy.compactMap({ Root(in: $0.constant, depth: 4, archive) }).first,
      root.variance.count == channels || root.variance.count == 1
    else { return nil }
    let line = PendingElementwise.Step.line(of: steps, count: channels)
    func spread(_ values: [Float]) -> [Float] {
      values.count == channels
        ? values : [Float](repeating: values[0], count: channels)
    }
    variance = spread(root.variance)
    epsilon = root.epsilon
    var mean = [Float](repeating: 0, count: channels)
    if steps[0].operation == .subtract, !steps[0].isReversed {
      mean = spread(steps[0].values)
    } else if let found = Self.mean(in: steps, archive), found.count == channels {
      mean = found
    }
    self.mean = mean
    gamma = (0..<channels).map {
      Float(
        line.scale[$0] * (Double(root.epsilon) + Double(spread(root.variance)[$0])).squareRoot())
    }
    beta = (0..<channels).map { Float(line.offset[$0] + Double(mean[$0]) * line.scale[$0]) }
    guard (gamma + beta + mean + variance).allSatisfy(\.isFinite), epsilon >= 0 else { return nil }
  }

  /// μ of a last summand `β − μ · scale`.
  private static func mean(
    in steps: [PendingElementwise.Step], _ archive: any TensorArchive
  ) -> [Float]? {
    guard let last = steps.last, last.operation == .add,
      let difference = last.constant.derivation, difference.operation == "subtract",
      let product = difference.operands[1].derivation, product.operation == "multiply"
    else { return nil }
    // The one that does not come of the variance is the mean.
    let plain = product.operands.first { Root(in: $0, depth: 3, archive) == nil }
    return plain.flatMap { try? $0.numbers(in: archive) }
  }

  /// `√(v + ε)`, or one over it, wherever it stands in what a constant was computed of.
  private struct Root {
    let variance: [Float]
    let epsilon: Float

    init?(in tensor: ConstantTensor, depth: Int, _ archive: any TensorArchive) {
      guard depth > 0, let derivation = tensor.derivation else { return nil }
      let isRoot = derivation.operation == "squareRoot" || derivation.operation == "power"
      if isRoot, let sum = derivation.operands[0].derivation, sum.operation == "add" {
        let operands = sum.operands
        guard let scalar = operands.first(where: { $0.count == 1 }),
          let vector = operands.last(where: { $0.count > 1 }) ?? operands.first,
          let epsilon = try? scalar.numbers(in: archive).first,
          let variance = try? vector.numbers(in: archive),
          variance.allSatisfy({ $0 >= 0 })
        else { return nil }
        (self.variance, self.epsilon) = (variance, epsilon)
        return
      }
      for operand in derivation.operands {
        if let found = Root(in: operand, depth: depth - 1, archive) {
          self = found
          return
        }
      }
      return nil
    }
  }
}
