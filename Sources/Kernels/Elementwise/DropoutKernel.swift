/// Inverted dropout: keeps a value with probability `1 − rate` and then divides it by that.
///
/// Whether element `i` is kept is `random.uniform(i) >= rate`: drawn again for the gradient, never
/// stored.
package enum DropoutKernel {
  /// Also the gradient: `forward` of the output's gradient with the same stream. Output may be the
  /// input's memory. A rate of 1 gives zeros.
  package static func forward(
    count: Int, rate: Float, random: RandomStream, input: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, pool: WorkerPool
  ) {
    Reference.dropout(count: count, rate: rate, random: random, input: input, output: output)
  }
}
