extension Reference {
  package static func dense(
    rows: Int, inputs: Int, outputs: Int, input: UnsafePointer<Float>,
    weights: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil,
    activation: Activation = .linear, output: UnsafeMutablePointer<Float>
  ) {
    for r in 0..<rows {
      for o in 0..<outputs {
        var sum = bias.map { Double($0[o]) } ?? 0
        for i in 0..<inputs {
          sum += Double(input[r * inputs + i]) * Double(weights[i * outputs + o])
        }
        output[r * outputs + o] = Float(Reference.activation(activation, sum))
      }
    }
  }

  package static func denseInputGradient(
    rows: Int, inputs: Int, outputs: Int, outputGradient: UnsafePointer<Float>,
    weights: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>
  ) {
    for r in 0..<rows {
      for i in 0..<inputs {
        var sum = 0.0
        for o in 0..<outputs {
          sum += Double(outputGradient[r * outputs + o]) * Double(weights[i * outputs + o])
        }
        inputGradient[r * inputs + i] = Float(sum)
      }
    }
  }

  package static func denseWeightGradient(
    rows: Int, inputs: Int, outputs: Int, input: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, weightGradient: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<inputs {
      for o in 0..<outputs {
        var sum = 0.0
        for r in 0..<rows {
          sum += Double(input[r * inputs + i]) * Double(outputGradient[r * outputs + o])
        }
        weightGradient[i * outputs + o] = Float(sum)
      }
    }
  }

  /// Sums of each column of `[rows, columns]`.
  package static func sumRows(
    rows: Int, columns: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    for c in 0..<columns {
      output[c] = Float((0..<rows).reduce(0.0) { $0 + Double(input[$1 * columns + c]) })
    }
  }
}
