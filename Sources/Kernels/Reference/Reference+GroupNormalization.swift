/// Group normalisation is layer normalisation of rows that hold a group each: the data is put in that
/// order, and back.
extension Reference {
  package static func groupNormalization(
    batch: Int, positions: Int, channels: Int, groups: Int, epsilon: Float,
    input: UnsafePointer<Float>, gamma: UnsafePointer<Float>?, beta: UnsafePointer<Float>?,
    output: UnsafeMutablePointer<Float>
  ) {
    let order = groupOrder(batch, positions, channels, groups)
    let rows = order.map { input[$0] }
    var normal = [Float](repeating: 0, count: rows.count)
    layerNormalization(
      rows: batch * groups, width: positions * channels / groups, epsilon: epsilon, input: rows,
      gamma: nil, beta: nil, output: &normal)
    for (value, place) in zip(normal, order) {
      output[place] = value * (gamma?[place % channels] ?? 1) + (beta?[place % channels] ?? 0)
    }
  }

  package static func groupNormalizationGradient(
    batch: Int, positions: Int, channels: Int, groups: Int, epsilon: Float,
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    gamma: UnsafePointer<Float>?, inputGradient: UnsafeMutablePointer<Float>,
    gammaGradient: UnsafeMutablePointer<Float>, betaGradient: UnsafeMutablePointer<Float>
  ) {
    let order = groupOrder(batch, positions, channels, groups)
    let width = positions * channels / groups
    let rows = order.map { input[$0] }
    let gradients = order.map { outputGradient[$0] * (gamma?[$0 % channels] ?? 1) }
    var back = [Float](repeating: 0, count: rows.count)
    var normal = back
    var unused = [Float](repeating: 0, count: width)
    var alsoUnused = unused
    layerNormalization(
      rows: batch * groups, width: width, epsilon: epsilon, input: rows, gamma: nil, beta: nil,
      output: &normal)
    layerNormalizationGradient(
      rows: batch * groups, width: width, epsilon: epsilon, input: rows,
      outputGradient: gradients, gamma: nil, inputGradient: &back, gammaGradient: &unused,
      betaGradient: &alsoUnused)
    var sums = [(gamma: Double, beta: Double)](repeating: (0, 0), count: channels)
    for (index, place) in order.enumerated() {
      inputGradient[place] = back[index]
      sums[place % channels].gamma += Double(outputGradient[place]) * Double(normal[index])
      sums[place % channels].beta += Double(outputGradient[place])
    }
    for c in 0..<channels {
      gammaGradient[c] = Float(sums[c].gamma)
      betaGradient[c] = Float(sums[c].beta)
    }
  }

  /// Places of `[batch, positions, channels]` in the order image, group, position, channel of the group.
  private static func groupOrder(_ batch: Int, _ positions: Int, _ channels: Int, _ groups: Int)
    -> [Int]
  {
    let width = channels / groups
    var order: [Int] = []
    for n in 0..<batch {
      for group in 0..<groups {
        for p in 0..<positions {
          for c in 0..<width { order.append((n * positions + p) * channels + group * width + c) }
        }
      }
    }
    return order
  }
}
