import Foundation

/// Local response normalisation. `windows[i]` are the places that value `i` is divided by.
extension Reference {
  package static func responseNormalization(
    count: Int, windows: (Int) -> [Int], divisor: ResponseDivisor, input: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<count {
      output[i] = Float(Double(input[i]) * pow(base(windows(i), divisor, input), -beta(divisor)))
    }
  }

  package static func responseNormalizationGradient(
    count: Int, windows: (Int) -> [Int], divisor: ResponseDivisor, input: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>
  ) {
    var sums = [Double](repeating: 0, count: count)
    for i in 0..<count {
      let base = base(windows(i), divisor, input)
      let gradient = Double(outputGradient[i])
      sums[i] += gradient * pow(base, -beta(divisor))
      for j in windows(i) {
        let slope = -beta(divisor) * pow(base, -beta(divisor) - 1) * Double(divisor.scale)
        sums[j] += gradient * Double(input[i]) * slope * 2 * Double(input[j])
      }
    }
    for i in 0..<count { inputGradient[i] = Float(sums[i]) }
  }

  private static func beta(_ divisor: ResponseDivisor) -> Double { Double(divisor.beta) }

  private static func base(
    _ window: [Int], _ divisor: ResponseDivisor, _ input: UnsafePointer<Float>
  ) -> Double {
    let squares = window.map { Double(input[$0]) * Double(input[$0]) }.reduce(0, +)
    return Double(divisor.bias) + Double(divisor.scale) * squares
  }
}
