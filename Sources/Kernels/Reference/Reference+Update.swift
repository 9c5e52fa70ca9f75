import Foundation

extension Reference {
  /// Calls `body(index, gradient)` after weight decay, and subtracts what it returns.
  private static func step(_ target: Update.Target, _ body: (Int, Double) -> Double) {
    for i in 0..<target.count {
      var w = Double(target.weights[i])
      w -= w * Double(target.weightDecay) * Double(target.rate)
      target.weights[i] = Float(w - body(i, Double(target.gradient[i])))
    }
  }

  package static func sgd(
    _ target: Update.Target, velocity: UnsafeMutablePointer<Float>?, momentum: Float,
    nesterov: Bool
  ) {
    let rate = Double(target.rate)
    step(target) { i, g in
      guard let velocity else { return rate * g }
      let v = Double(momentum) * Double(velocity[i]) - rate * g
      velocity[i] = Float(v)
      return nesterov ? rate * g - Double(momentum) * v : -v
    }
  }

  package static func rmsprop(
    _ target: Update.Target, average: UnsafeMutablePointer<Float>,
    velocity: UnsafeMutablePointer<Float>?, rho: Float, momentum: Float, epsilon: Float
  ) {
    step(target) { i, g in
      let a = Double(rho) * Double(average[i]) + (1 - Double(rho)) * g * g
      average[i] = Float(a)
      let increment = Double(target.rate) * g / (a + Double(epsilon)).squareRoot()
      guard let velocity, momentum != 0 else { return increment }
      let v = Double(momentum) * Double(velocity[i]) + increment
      velocity[i] = Float(v)
      return v
    }
  }

  package static func adagrad(
    _ target: Update.Target, accumulator: UnsafeMutablePointer<Float>, epsilon: Float
  ) {
    step(target) { i, g in
      let a = Double(accumulator[i]) + g * g
      accumulator[i] = Float(a)
      return Double(target.rate) * g / (a + Double(epsilon)).squareRoot()
    }
  }

  package static func adadelta(
    _ target: Update.Target, gradientAverage: UnsafeMutablePointer<Float>,
    updateAverage: UnsafeMutablePointer<Float>, rho: Float, epsilon: Float
  ) {
    let rho = Double(rho)
    step(target) { i, g in
      let a = rho * Double(gradientAverage[i]) + (1 - rho) * g * g
      let u = Double(updateAverage[i])
      let d = -((u + Double(epsilon)) / (a + Double(epsilon))).squareRoot() * g
      gradientAverage[i] = Float(a)
      updateAverage[i] = Float(rho * u + (1 - rho) * d * d)
      return -Double(target.rate) * d
    }
  }

  package static func adam(
    _ target: Update.Target, mean: UnsafeMutablePointer<Float>,
    variance: UnsafeMutablePointer<Float>, step: Int, beta1: Float, beta2: Float, epsilon: Float
  ) {
    let correction1 = 1 - pow(Double(beta1), Double(step))
    let correction2 = 1 - pow(Double(beta2), Double(step))
    let alpha = Double(target.rate) * correction2.squareRoot() / correction1
    self.step(target) { i, g in
      let m = Double(mean[i]) + (g - Double(mean[i])) * (1 - Double(beta1))
      let v = Double(variance[i]) + (g * g - Double(variance[i])) * (1 - Double(beta2))
      mean[i] = Float(m)
      variance[i] = Float(v)
      return m * alpha / (v.squareRoot() + Double(epsilon))
    }
  }

  package static func maxNorm(
    rows: Int, units: Int, weights: UnsafeMutablePointer<Float>, limit: Float
  ) -> Int {
    var clipped = 0
    for unit in 0..<units {
      let squares = (0..<rows).reduce(0.0) {
        $0 + Double(weights[$1 * units + unit]) * Double(weights[$1 * units + unit])
      }
      let norm = squares.squareRoot()
      guard norm > Double(limit) else { continue }
      clipped += 1
      for row in 0..<rows {
        let w = Double(weights[row * units + unit])
        weights[row * units + unit] = Float(w * Double(limit) / (1e-7 + norm))
      }
    }
    return clipped
  }

  package static func normPenalty(
    _ penalty: NormPenalty, count: Int, weights: UnsafePointer<Float>,
    gradient: UnsafeMutablePointer<Float>
  ) -> Double {
    var sum = 0.0
    for i in 0..<count {
      let w = Double(weights[i])
      sum += Double(penalty.l1) * abs(w) + Double(penalty.l2) * w * w
      let sign: Double = w > 0 ? 1 : w < 0 ? -1 : 0
      gradient[i] += Float(2 * Double(penalty.l2) * w + Double(penalty.l1) * sign)
    }
    return sum
  }
}
