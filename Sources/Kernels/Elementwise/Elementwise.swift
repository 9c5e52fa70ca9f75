/// Element-wise work on whole arrays.
package enum Elementwise {
  /// `output = input`
  package static func copy(
    count: Int, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    ElementTiles.forEach(count, pool) { range in
      (output + range.lowerBound).update(from: input + range.lowerBound, count: range.count)
    }
  }

  /// `output += input`
  package static func accumulate(
    count: Int, input: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    ElementTiles.forEach(count, pool) { mapVectors($0, output, input, output) { $0 + $1 } }
  }

  /// `values *= factor`
  package static func scale(
    count: Int, values: UnsafeMutablePointer<Float>, by factor: Float, pool: WorkerPool
  ) {
    ElementTiles.forEach(count, pool) { mapVectors($0, values, values) { $0 * factor } }
  }

  /// `values = value`
  package static func fill(
    count: Int, values: UnsafeMutablePointer<Float>, with value: Float, pool: WorkerPool
  ) {
    ElementTiles.forEach(count, pool) { range in
      (values + range.lowerBound).update(repeating: value, count: range.count)
    }
  }

  /// `output = activation(Σ inputs)`, added in their order. Output may be the first input's memory.
  package static func add(
    count: Int, inputs: [UnsafePointer<Float>], activation: Activation = .linear,
    output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    precondition(!inputs.isEmpty)
    ElementTiles.forEach(count, pool) { range in
      if inputs.count == 2 {
        activation.dispatch(AddLoop(range: range, a: inputs[0], b: inputs[1], output: output))
        return
      }
      mapVectors(range, inputs[0], output) { $0 }
      for input in inputs.dropFirst() { mapVectors(range, output, input, output) { $0 + $1 } }
      let part = output + range.lowerBound
      if activation != .linear { activation.forward(count: range.count, input: part, output: part) }
    }
  }

  /// `output = a · b`, and its gradient: `aGradient = multiply(outputGradient, b)`.
  package static func multiply(
    count: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    ElementTiles.forEach(count, pool) { mapVectors($0, a, b, output) { $0 * $1 } }
  }
}

private struct AddLoop: ActivationLoop {
  let range: Range<Int>
  let a: UnsafePointer<Float>
  let b: UnsafePointer<Float>
  let output: UnsafeMutablePointer<Float>

  func run(_ function: some ActivationFunction) {
    mapVectors(range, a, b, output) { function.value($0 + $1) }
  }
}
