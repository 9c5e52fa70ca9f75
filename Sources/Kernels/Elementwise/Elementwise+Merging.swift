/// Arrays of one shape, merged value by value.
extension Elementwise {
  /// `output = a − b`; output may be either's memory.
  package static func subtract(
    count: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    ElementTiles.forEach(count, pool) { mapVectors($0, a, b, output) { $0 - $1 } }
  }

  /// `output = input · factor`; both may be the same memory.
  package static func scale(
    count: Int, input: UnsafePointer<Float>, by factor: Float,
    output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    ElementTiles.forEach(count, pool) { mapVectors($0, input, output) { $0 * factor } }
  }

  /// The largest, or smallest, of the inputs at each place. NaN in the first of two that are
  /// compared stays.
  package static func extreme(
    count: Int, inputs: [UnsafePointer<Float>], isLargest: Bool,
    output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    precondition(!inputs.isEmpty)
    ElementTiles.forEach(count, pool) { range in
      mapVectors(range, inputs[0], output) { $0 }
      for input in inputs.dropFirst() {
        mapVectors(range, output, input, output) { a, b in
          a.replacing(with: b, where: isLargest ? b .> a : b .< a)
        }
      }
    }
  }

  /// The gradient of one input of `extreme`: the output's, where it is the first one that has the
  /// output's value, else 0.
  package static func extremeGradient(
    count: Int, inputs: [UnsafePointer<Float>], of index: Int, output: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>,
    pool: WorkerPool
  ) {
    ElementTiles.forEach(count, pool) { range in
      var i = range.lowerBound
      while i < range.upperBound {
        let size = min(lanes, range.upperBound &- i)
        let y = output.channels(i, size)
        var isMine = inputs[index].channels(i, size) .== y
        for earlier in inputs[..<index] {
          isMine .&= earlier.channels(i, size) .!= y
        }
        let gradient = outputGradient.channels(i, size)
        inputGradient.storeChannels(
          Vector.zero.replacing(with: gradient, where: isMine), i, size)
        i &+= lanes
      }
    }
  }
}
