import Kernels
import Testing

struct PoolingTests {
  static let geometries: [PoolingGeometry] = [
    PoolingGeometry(
      batch: 2, inputHeight: 9, inputWidth: 7, channels: 5, windowHeight: 2, windowWidth: 2,
      strideHeight: 2, strideWidth: 2),
    PoolingGeometry(
      batch: 3, inputHeight: 11, inputWidth: 12, channels: 24, windowHeight: 3, windowWidth: 3,
      strideHeight: 2, strideWidth: 2, padding: Padding(top: 1, bottom: 1, left: 0, right: 1)),
    PoolingGeometry(
      batch: 1, inputHeight: 8, inputWidth: 8, channels: 32, windowHeight: 3, windowWidth: 5,
      strideHeight: 1, strideWidth: 3, padding: Padding(top: 1, bottom: 2, left: 2, right: 0)),
    PoolingGeometry(
      batch: 2, inputHeight: 7, inputWidth: 10, channels: 16, windowHeight: 2, windowWidth: 3,
      strideHeight: 3, strideWidth: 4),
    // Last windows that hang over the padding.
    PoolingGeometry(
      batch: 2, inputHeight: 8, inputWidth: 9, channels: 19, windowHeight: 3, windowWidth: 4,
      strideHeight: 2, strideWidth: 3, padding: Padding(top: 1, bottom: 2, left: 0, right: 3),
      overhangBottom: 1, overhangRight: 2),
    // Parts of one size, parts that overlap, more parts than pixels.
    PoolingGeometry(
      batch: 2, inputHeight: 8, inputWidth: 6, channels: 5, partsHigh: 4, partsWide: 3),
    PoolingGeometry(
      batch: 3, inputHeight: 13, inputWidth: 10, channels: 17, partsHigh: 6, partsWide: 7),
    PoolingGeometry(
      batch: 1, inputHeight: 2, inputWidth: 3, channels: 32, partsHigh: 7, partsWide: 5),
  ]

  static let divisors: [AveragePooling.Divisor] = [.pixels, .paddedPixels, .fixed(5)]

  @Test(arguments: geometries)
  func maximumAgreesWithTheReference(_ g: PoolingGeometry) {
    let pooling = MaxPooling(g, pool: WorkerPool(threads: 2))
    let input = randomBuffer(g.inputCount, layer: 1)
    let output = spoiledBuffer(g.outputCount)
    let expected = spoiledBuffer(g.outputCount)
    let saved = FloatBuffer(count: pooling.savedCount)
    let places = UnsafeMutablePointer<Int32>.allocate(capacity: g.outputCount)
    defer { places.deallocate() }
    pooling.forward(input: input.pointer, output: output.pointer, saved: saved.pointer)
    Reference.maxPooling(g, input: input.pointer, output: expected.pointer, places: places)
    expectSameBits(output, expected)

    let gradient = randomBuffer(g.outputCount, layer: 2)
    let found = spoiledBuffer(g.inputCount)
    let wanted = spoiledBuffer(g.inputCount)
    pooling.backward(
      outputGradient: gradient.pointer, saved: saved.pointer, inputGradient: found.pointer)
    Reference.maxPoolingGradient(
      g, outputGradient: gradient.pointer, places: places, inputGradient: wanted.pointer)
    expectClose(found, wanted)
  }

  @Test(arguments: geometries, divisors)
  func averageAgreesWithTheReference(_ g: PoolingGeometry, _ divisor: AveragePooling.Divisor) {
    let pooling = AveragePooling(g, divisor: divisor, pool: WorkerPool(threads: 2))
    let input = randomBuffer(g.inputCount, layer: 1)
    let output = spoiledBuffer(g.outputCount)
    let expected = spoiledBuffer(g.outputCount)
    pooling.forward(input: input.pointer, output: output.pointer)
    Reference.averagePooling(
      g, divisor: divisor, input: input.pointer, output: expected.pointer)
    expectClose(output, expected)

    let gradient = randomBuffer(g.outputCount, layer: 2)
    let found = spoiledBuffer(g.inputCount)
    let wanted = spoiledBuffer(g.inputCount)
    pooling.backward(outputGradient: gradient.pointer, inputGradient: found.pointer)
    Reference.averagePoolingGradient(
      g, divisor: divisor, outputGradient: gradient.pointer,
      inputGradient: wanted.pointer)
    expectClose(found, wanted)
  }

  /// Each part of an image by its definition, whatever covers it.
  @Test(arguments: [(1, 1), (7, 3), (13, 6), (3, 7), (224, 6), (5, 5)])
  func partsCoverWhatTheyShould(_ size: Int, _ parts: Int) {
    let g = PoolingGeometry(
      batch: 1, inputHeight: size, inputWidth: 1, channels: 1, partsHigh: parts, partsWide: 1)
    let input = FloatBuffer((0..<size).map(Float.init))
    let output = spoiledBuffer(parts)
    AveragePooling(g, pool: WorkerPool(threads: 1))
      .forward(input: input.pointer, output: output.pointer)
    let ends = (0..<parts).map { i in
      let start = (Double(i) * Double(size) / Double(parts)).rounded(.down)
      return (start, (Double(i + 1) * Double(size) / Double(parts)).rounded(.up))
    }
    #expect(output.values == ends.map { Float(($0.0 + $0.1 - 1) / 2) })
  }

  @Test func aTieGoesToTheFirst() {
    let g = PoolingGeometry(
      batch: 1, inputHeight: 2, inputWidth: 2, channels: 1, windowHeight: 2, windowWidth: 2,
      strideHeight: 2, strideWidth: 2)
    let pooling = MaxPooling(g, pool: WorkerPool(threads: 1))
    let input = FloatBuffer([1, 3, 3, 2])
    let output = FloatBuffer(count: 1)
    let saved = FloatBuffer(count: pooling.savedCount)
    pooling.forward(input: input.pointer, output: output.pointer, saved: saved.pointer)
    let gradient = FloatBuffer([5])
    let found = spoiledBuffer(4)
    pooling.backward(
      outputGradient: gradient.pointer, saved: saved.pointer, inputGradient: found.pointer)
    #expect(found.values == [0, 5, 0, 0])
  }

  @Test(arguments: [(2, 49, 5), (1, 200, 24), (3, 7, 130), (2, 1, 16)])
  func globalPoolingAgreesWithTheReference(_ batch: Int, _ positions: Int, _ channels: Int) {
    let pool = WorkerPool(threads: 2)
    let count = batch * positions * channels
    let input = randomBuffer(count, layer: 1)
    let gradient = randomBuffer(batch * channels, layer: 2)
    let output = spoiledBuffer(batch * channels)
    let expected = spoiledBuffer(batch * channels)
    let found = spoiledBuffer(count)
    let wanted = spoiledBuffer(count)

    GlobalPooling.average(
      batch: batch, positions: positions, channels: channels, input: input.pointer,
      output: output.pointer, pool: pool)
    Reference.globalAverage(
      batch: batch, positions: positions, channels: channels, input: input.pointer,
      output: expected.pointer)
    expectClose(output, expected)
    GlobalPooling.averageGradient(
      batch: batch, positions: positions, channels: channels, outputGradient: gradient.pointer,
      inputGradient: found.pointer, pool: pool)
    Reference.globalAverageGradient(
      batch: batch, positions: positions, channels: channels, outputGradient: gradient.pointer,
      inputGradient: wanted.pointer)
    expectClose(found, wanted)

    let saved = FloatBuffer(count: batch * channels)
    let places = UnsafeMutablePointer<Int32>.allocate(capacity: batch * channels)
    defer { places.deallocate() }
    GlobalPooling.maximum(
      batch: batch, positions: positions, channels: channels, input: input.pointer,
      output: output.pointer, saved: saved.pointer, pool: pool)
    Reference.globalMaximum(
      batch: batch, positions: positions, channels: channels, input: input.pointer,
      output: expected.pointer, places: places)
    expectSameBits(output, expected)
    GlobalPooling.maximumGradient(
      batch: batch, positions: positions, channels: channels, outputGradient: gradient.pointer,
      saved: saved.pointer, inputGradient: found.pointer, pool: pool)
    Reference.globalMaximumGradient(
      batch: batch, positions: positions, channels: channels, outputGradient: gradient.pointer,
      places: places, inputGradient: wanted.pointer)
    expectSameBits(found, wanted)
  }
}
