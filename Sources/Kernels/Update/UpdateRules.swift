/// The formulas of `Update`, each as its documentation there says.
struct SGDRule: UpdateRule {
  let rate: Float
  let momentum: Float
  let nesterov: Bool

  @inline(__always) func change(
    _ g: SIMD16<Float>, _ velocity: inout SIMD16<Float>, _: inout SIMD16<Float>
  ) -> SIMD16<Float> {
    let step = g * rate
    velocity = velocity * momentum - step
    return nesterov ? velocity * momentum - step : velocity
  }
}

struct RMSpropRule: UpdateRule {
  let rate: Float
  let rho: Float
  let momentum: Float
  let epsilon: Float

  @inline(__always) func change(
    _ g: SIMD16<Float>, _ average: inout SIMD16<Float>, _ velocity: inout SIMD16<Float>
  ) -> SIMD16<Float> {
    average = average * rho + g * g * (1 - rho)
    velocity = velocity * momentum + g * rate / (average + epsilon).squareRoot()
    return -velocity
  }
}

struct AdagradRule: UpdateRule {
  let rate: Float
  let epsilon: Float

  @inline(__always) func change(
    _ g: SIMD16<Float>, _ accumulator: inout SIMD16<Float>, _: inout SIMD16<Float>
  ) -> SIMD16<Float> {
    accumulator += g * g
    return -(g * rate / (accumulator + epsilon).squareRoot())
  }
}

struct AdadeltaRule: UpdateRule {
  let rate: Float
  let rho: Float
  let epsilon: Float

  @inline(__always) func change(
    _ g: SIMD16<Float>, _ gradientAverage: inout SIMD16<Float>,
    _ updateAverage: inout SIMD16<Float>
  ) -> SIMD16<Float> {
    gradientAverage = gradientAverage * rho + g * g * (1 - rho)
    let delta =
      -(g * (updateAverage + epsilon).squareRoot() / (gradientAverage + epsilon).squareRoot())
    updateAverage = updateAverage * rho + delta * delta * (1 - rho)
    return delta * rate
  }
}

struct AdamRule: UpdateRule {
  /// The rate with both bias corrections in it.
  let alpha: Float
  let beta1: Float
  let beta2: Float
  let epsilon: Float

  @inline(__always) func change(
    _ g: SIMD16<Float>, _ mean: inout SIMD16<Float>, _ variance: inout SIMD16<Float>
  ) -> SIMD16<Float> {
    mean += (g - mean) * (1 - beta1)
    variance += (g * g - variance) * (1 - beta2)
    return -(mean * alpha / (variance.squareRoot() + epsilon))
  }
}
