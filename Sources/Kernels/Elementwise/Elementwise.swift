/// Element-wise work on whole arrays.
package enum Elementwise {
  /// `output = input`
  package static func copy(
    count: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    output.update(from: input, count: count)
  }

  /// `output += input`
  package static func accumulate(
    count: Int, input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    for i in 0..<count { output[i] += input[i] }
  }

  /// `values *= factor`
  package static func scale(
    count: Int, values: UnsafeMutablePointer<Float>, by factor: Float, pool: WorkerPool
  ) {
    for i in 0..<count { values[i] *= factor }
  }

  /// `values = value`
  package static func fill(
    count: Int, values: UnsafeMutablePointer<Float>, with value: Float, pool: WorkerPool
  ) {
    values.update(repeating: value, count: count)
  }

  /// `output = activation(Σ inputs)`, added in their order. Output may be the first input's memory.
  package static func add(
    count: Int, inputs: [UnsafePointer<Float>], activation: Activation = .linear,
    output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    precondition(!inputs.isEmpty)
    for i in 0..<count {
      let sum = inputs.dropFirst().reduce(inputs[0][i]) { $0 + $1[i] }
      output[i] = Float(Reference.activation(activation, Double(sum)))
    }
  }

  /// `output = a · b`, and its gradient: `aGradient = multiply(outputGradient, b)`.
  package static func multiply(
    count: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    for i in 0..<count { output[i] = a[i] * b[i] }
  }
}
