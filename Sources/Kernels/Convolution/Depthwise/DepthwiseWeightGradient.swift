/// The weight gradient of some rows of a depthwise convolution: for every tap and channel the sum
/// over positions of input times output gradient.
struct DepthwiseWeightGradient {
  /// Taps of a kernel row whose sums are kept in registers together.
  private static let block = 4

  private let g: ConvolutionGeometry
  /// Output columns whose whole kernel row lies inside the input.
  private let interior: Range<Int>

  init(_ geometry: ConvolutionGeometry) {
    g = geometry
    let reach = (g.kernelWidth - 1) * g.dilationWidth
    let lower = (g.padding.left + g.strideWidth - 1) / g.strideWidth
    let room = g.inputWidth - 1 - reach + g.padding.left
    let upper = room < 0 ? 0 : min(g.outputWidth, room / g.strideWidth + 1)
    interior = min(lower, upper)..<upper
  }

  /// Overwrites `sums`, `[kernel positions, channels]`.
  func run(
    image: Int, rows: Range<Int>, input: UnsafePointer<Float>,
    outputGradient: UnsafePointer<Float>, sums: UnsafeMutablePointer<Float>
  ) {
    let channels = g.outputChannels
    sums.update(repeating: 0, count: g.weightCount)
    for oy in rows {
      let gradient = outputGradient + (image * g.outputHeight + oy) * g.outputWidth * channels
      for ky in 0..<g.kernelHeight {
        let y = oy * g.strideHeight + ky * g.dilationHeight - g.padding.top
        guard y >= 0, y < g.inputHeight else { continue }
        let line = input + (image * g.inputHeight + y) * g.inputWidth * channels
        let row = sums + ky * g.kernelWidth * channels
        for kx in stride(from: 0, to: g.kernelWidth, by: Self.block) {
          switch min(Self.block, g.kernelWidth - kx) {
          case 4: taps(4, kx, line, gradient, row)
          case 3: taps(3, kx, line, gradient, row)
          case 2: taps(2, kx, line, gradient, row)
          default: taps(1, kx, line, gradient, row)
          }
        }
        for ox in 0..<interior.lowerBound { edge(ox, line, gradient, row) }
        for ox in interior.upperBound..<g.outputWidth { edge(ox, line, gradient, row) }
      }
    }
  }

  /// The inner columns of `count` taps, from tap `kx` on; `count` must be a literal.
  @_transparent
  private func taps(
    _ count: Int, _ kx: Int, _ line: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>,
    _ sums: UnsafeMutablePointer<Float>
  ) {
    guard !interior.isEmpty else { return }
    let channels = g.outputChannels
    let step = g.strideWidth * channels
    let tapStep = g.dilationWidth * channels
    let firstColumn =
      interior.lowerBound * g.strideWidth + kx * g.dilationWidth - g.padding.left
    forEachChannelVector(channels) { c, size, old in
      let target = sums + kx * channels + c
      var s0 = target.channels(0, size)
      var s1 = count > 1 ? target.channels(channels, size) : .zero
      var s2 = count > 2 ? target.channels(2 * channels, size) : .zero
      var s3 = count > 3 ? target.channels(3 * channels, size) : .zero
      var x = line + firstColumn * channels + c
      var d = gradient + interior.lowerBound * channels + c
      for _ in 0..<interior.count {
        let g = d.channels(0, size)
        s0.addProduct(g, x.channels(0, size))
        if count > 1 { s1.addProduct(g, x.channels(tapStep, size)) }
        if count > 2 { s2.addProduct(g, x.channels(2 &* tapStep, size)) }
        if count > 3 { s3.addProduct(g, x.channels(3 &* tapStep, size)) }
        x += step
        d += channels
      }
      target.store(s0, 0, from: old, to: size)
      if count > 1 { target.store(s1, channels, from: old, to: size) }
      if count > 2 { target.store(s2, 2 * channels, from: old, to: size) }
      if count > 3 { target.store(s3, 3 * channels, from: old, to: size) }
    }
  }

  /// One output column, some of whose taps lie outside.
  private func edge(
    _ ox: Int, _ line: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>,
    _ sums: UnsafeMutablePointer<Float>
  ) {
    let channels = g.outputChannels
    for kx in 0..<g.kernelWidth {
      let x = ox * g.strideWidth + kx * g.dilationWidth - g.padding.left
      guard x >= 0, x < g.inputWidth else { continue }
      let target = sums + kx * channels
      let (a, b) = (line + x * channels, gradient + ox * channels)
      var c = 0
      while c < channels {
        let size = min(lanes, channels - c)
        let sum = target.channels(c, size)
        target.storeChannels(
          sum.addingProduct(a.channels(c, size), b.channels(c, size)), c, size)
        c += size
      }
    }
  }

  /// As the function of this name, for sums: the first `old` lanes of an overlapping vector have
  /// been done by the one before.
  @_transparent
  private func forEachChannelVector(
    _ channels: Int, _ body: (_ c: Int, _ count: Int, _ old: Int) -> Void
  ) {
    if channels < lanes {
      body(0, channels, 0)
      return
    }
    var c = 0
    while c &+ lanes <= channels {
      body(c, lanes, 0)
      c &+= lanes
    }
    if c < channels { body(channels &- lanes, lanes, lanes &- (channels &- c)) }
  }
}

extension UnsafeMutablePointer<Float> {
  /// Writes lanes `from..<to` to their places in the sixteen from index `i`.
  @_transparent
  fileprivate func store(_ value: Vector, _ i: Int, from: Int, to: Int) {
    if from == 0 && to == lanes {
      store(value, i)
    } else {
      for lane in from..<to { self[i &+ lane] = value[lane] }
    }
  }
}
