import Kernels
import Network

/// Element-wise operations on one feature that are not layers yet: what they come to shows at their end.
final class PendingElementwise {
  /// An operation with a constant.
  struct Step {
    let operation: ConstantArithmetic.Binary
    let constant: ConstantTensor
    /// One value, or one for each place along `PendingElementwise.axis`.
    let values: [Float]
    /// Whether the constant stands first: `c − x`.
    var isReversed = false
  }

  let base: Feature
  /// What becomes of each number, where that is the same at every place.
  let expression: ScalarExpression?
  /// Sums and products with constants, where there is nothing else.
  let steps: [Step]?
  /// The file's axis, without the batch, along which steps have values of their own.
  let axis: Int?
  let name: DraftName
  /// What it was made into.
  var forced: Feature?

  init(
    base: Feature, expression: ScalarExpression?, steps: [Step]?, axis: Int?, name: DraftName
  ) {
    self.base = base
    self.expression = expression
    self.steps = steps
    self.axis = axis
    self.name = name
  }
}

extension PendingElementwise.Step {
  /// The sequence of factors and summands that steps come to, `scale · x + offset`, for `count` places.
  static func line(
    of steps: [PendingElementwise.Step], count: Int
  ) -> (scale: [Double], offset: [Double]) {
    var scale = [Double](repeating: 1, count: count)
    var offset = [Double](repeating: 0, count: count)
    for step in steps {
      for place in 0..<count {
        let value = Double(step.values[step.values.count == 1 ? 0 : place])
        switch step.operation {
        case .add: offset[place] += value
        case .subtract where step.isReversed:
          scale[place] = -scale[place]
          offset[place] = value - offset[place]
        case .subtract: offset[place] -= value
        case .multiply:
          scale[place] *= value
          offset[place] *= value
        default:
          scale[place] /= value
          offset[place] /= value
        }
      }
    }
    return (scale, offset)
  }

  /// Whether such an operation keeps a line a line.
  static func isAffine(_ operation: ConstantArithmetic.Binary, isReversed: Bool) -> Bool {
    switch operation {
    case .add, .subtract, .multiply: true
    case .divide: !isReversed
    default: false
    }
  }
}
