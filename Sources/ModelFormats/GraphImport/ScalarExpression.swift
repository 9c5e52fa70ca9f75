import Foundation
import Kernels

/// What a chain of element-wise operations makes of one number `x`. Exporters spell activations out in
/// many ways, `x · min(max(x + 3, 0), 6) / 6` and others: whatever they are made of, they are functions
/// of one number, and are known by their values.
final class ScalarExpression: Sendable {
  enum Form: Sendable {
    case input
    case constant(Double)
    case activation(Activation, ScalarExpression)
    case function(Function, ScalarExpression)
    case combination(ConstantArithmetic.Binary, ScalarExpression, ScalarExpression)
  }

  /// Functions that no layer computes by itself.
  enum Function: String, Sendable {
    case errorFunction = "Erf"
    case squareRoot = "Sqrt"
    case reciprocal = "Reciprocal"
    case logarithm = "Log"
    case sine = "Sin"
    case cosine = "Cos"
    case negative = "Neg"
  }

  let form: Form
  /// Operations in it; expressions share their parts, so that this may grow faster than they do.
  let size: Int

  /// The largest that is looked at.
  static let sizeLimit = 64

  init(_ form: Form) {
    self.form = form
    size =
      switch form {
      case .input, .constant: 1
      case .activation(_, let inner), .function(_, let inner): inner.size + 1
      case .combination(_, let a, let b): min(a.size + b.size + 1, 1 << 40)
      }
  }

  static let input = ScalarExpression(.input)

  var isInput: Bool { if case .input = form { true } else { false } }

  func value(_ x: Double) -> Double {
    switch form {
    case .input: return x
    case .constant(let value): return value
    case .activation(let activation, let inner): return activation.value(inner.value(x))
    case .function(let function, let inner):
      let y = inner.value(x)
      switch function {
      case .errorFunction: return erf(y)
      case .squareRoot: return y.squareRoot()
      case .reciprocal: return 1 / y
      case .logarithm: return log(y)
      case .sine: return sin(y)
      case .cosine: return cos(y)
      case .negative: return -y
      }
    case .combination(let operation, let a, let b):
      let (y, z) = (a.value(x), b.value(x))
      switch operation {
      case .add: return y + z
      case .subtract: return y - z
      case .multiply: return y * z
      case .divide: return y / z
      case .power: return pow(y, z)
      case .minimum: return min(y, z)
      case .maximum: return max(y, z)
      default: return .nan
      }
    }
  }
}

extension Activation {
  /// Of one number, in double precision.
  func value(_ x: Double) -> Double {
    func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
    switch self {
    case .linear: return x
    case .relu: return max(x, 0)
    case .relu6: return min(max(x, 0), 6)
    case .leakyReLU(let slope): return x >= 0 ? x : Double(slope) * x
    case .elu(let alpha): return x >= 0 ? x : Double(alpha) * expm1(x)
    case .sigmoid: return sigmoid(x)
    case .tanh: return Foundation.tanh(x)
    case .swish: return x * sigmoid(x)
    case .hardSwish: return x * min(max(x + 3, 0), 6) / 6
    case .hardSigmoid(let slope, let offset):
      return min(max(Double(slope) * x + Double(offset), 0), 1)
    case .clip(let lower, let upper): return min(max(x, Double(lower)), Double(upper))
    case .boundedReLU(let slope, let threshold, let limit):
      return x > Double(threshold)
        ? min(x, Double(limit)) : Double(slope) * (x - Double(threshold))
    case .selu:
      let (scale, alpha) = (1.050_700_987_355_480_5, 1.673_263_242_354_377_2)
      return scale * (x >= 0 ? x : alpha * expm1(x))
    case .celu(let alpha): return x >= 0 ? x : Double(alpha) * expm1(x / Double(alpha))
    case .gelu(isApproximate: false): return x * 0.5 * (1 + erf(x / 2.0.squareRoot()))
    case .gelu(isApproximate: true):
      let inner = (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
      return x * 0.5 * (1 + Foundation.tanh(inner))
    case .mish: return x * Foundation.tanh(softplus(x))
    case .softplus: return softplus(x)
    case .logSigmoid: return -softplus(-x)
    case .softsign: return x / (1 + abs(x))
    case .exponential: return exp(x)
    case .squareplus(let b): return (x + (x * x + Double(b)).squareRoot()) / 2
    case .tanhShrink: return x - Foundation.tanh(x)
    case .hardShrink(let bound): return abs(x) > Double(bound) ? x : 0
    case .softShrink(let bound):
      return x > Double(bound) ? x - Double(bound) : x < -Double(bound) ? x + Double(bound) : 0
    case .threshold(let threshold, let value): return x > Double(threshold) ? x : Double(value)
    case .sparsePlus: return x <= -1 ? 0 : x >= 1 ? x : (x + 1) * (x + 1) / 4
    case .absolute: return abs(x)
    case .power(let exponent, let scale, let shift):
      return pow(Double(scale) * x + Double(shift), Double(exponent))
    }
  }
}
