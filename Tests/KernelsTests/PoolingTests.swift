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
  ]

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

  @Test(arguments: geometries, [false, true])
  func averageAgreesWithTheReference(_ g: PoolingGeometry, _ countsPadding: Bool) {
    let pooling = AveragePooling(g, countsPadding: countsPadding, pool: WorkerPool(threads: 2))
    let input = randomBuffer(g.inputCount, layer: 1)
    let output = spoiledBuffer(g.outputCount)
    let expected = spoiledBuffer(g.outputCount)
    pooling.forward(input: input.pointer, output: output.pointer)
    Reference.averagePooling(
      g, countsPadding: countsPadding, input: input.pointer, output: expected.pointer)
    expectClose(output, expected)

    let gradient = randomBuffer(g.outputCount, layer: 2)
    let found = spoiledBuffer(g.inputCount)
    let wanted = spoiledBuffer(g.inputCount)
    pooling.backward(outputGradient: gradient.pointer, inputGradient: found.pointer)
    Reference.averagePoolingGradient(
      g, countsPadding: countsPadding, outputGradient: gradient.pointer,
      inputGradient: wanted.pointer)
    expectClose(found, wanted)
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
