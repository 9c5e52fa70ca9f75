import Glibc

/// The standard normal distribution.
enum NormalDistribution {
  /// The inverse of its distribution function, to one part in 10¹⁶ (Wichura, "Algorithm AS 241: The
  /// percentage points of the normal distribution", Applied Statistics 37, 1988: PPND16, without its outermost
  /// tails).
  ///
  /// - Parameter p: from 10⁻¹¹ to 1 − 10⁻¹¹.
  @inline(__always)
  static func quantile(_ p: Double) -> Double {
    let q = p - 0.5
    if abs(q) <= 0.425 {
      let r = 0.180625 - q * q
      return q * polynomial(r, middle) / polynomial(r, middleDivisor)
    }
    let r = (-log(q < 0 ? p : 1 - p)).squareRoot() - 1.6
    let z = polynomial(r, tail) / polynomial(r, tailDivisor)
    return q < 0 ? -z : z
  }

  /// From the constant on.
  private typealias Coefficients = SIMD8<Double>

  @inline(__always)
  private static func polynomial(_ x: Double, _ c: Coefficients) -> Double {
    ((((((c[7] * x + c[6]) * x + c[5]) * x + c[4]) * x + c[3]) * x + c[2]) * x + c[1]) * x + c[0]
  }

  private static let middle = Coefficients(
    3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125,
    45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727)
  private static let middleDivisor = Coefficients(
    1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867,
    39307.89580009271061, 28729.085735721942674, 5226.495278852854561)
  private static let tail = Coefficients(
    1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
    1.27045825245236838258, 0.241780725177450611770, 0.0227238449892691845833,
    7.7454501427834140764e-4)
  private static let tailDivisor = Coefficients(
    1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455,
    0.14810397642748007459, 0.0151986665636164571966, 5.475938084995344946e-4,
    1.05075007164441684324e-9)
}
