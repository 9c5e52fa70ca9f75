/// Concatenation on the last axis, and its inverse.
package enum Concatenation {
  /// `[rows, channels[i]]` each, to `[rows, Σ channels]`.
  package static func join(
    rows: Int, inputs: [UnsafePointer<Float>], channels: [Int],
    output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    precondition(inputs.count == channels.count)
    let total = channels.reduce(0, +)
    var offset = 0
    for (input, width) in zip(inputs, channels) {
      for row in 0..<rows {
        (output + row * total + offset).update(from: input + row * width, count: width)
      }
      offset += width
    }
  }

  /// The gradient of `join`: parts that are `nil` are not wanted.
  package static func split(
    rows: Int, input: UnsafePointer<Float>, channels: [Int],
    outputs: [UnsafeMutablePointer<Float>?], pool: WorkerPool
  ) {
    precondition(outputs.count == channels.count)
    let total = channels.reduce(0, +)
    var offset = 0
    for (output, width) in zip(outputs, channels) {
      if let output {
        for row in 0..<rows {
          (output + row * width).update(from: input + row * total + offset, count: width)
        }
      }
      offset += width
    }
  }
}
