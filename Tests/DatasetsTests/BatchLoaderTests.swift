import Testing

@testable import Datasets

@Suite struct BatchLoaderTests {
  /// Image i is the value i alone, its label i % 3.
  private func data(_ count: Int) -> ByteImages {
    ByteImages(
      imageShape: [1, 1, 1], pixels: (0..<count).map { UInt8($0) },
      labels: (0..<count).map { Int32($0 % 3) }, classes: ["a", "b", "c"])
  }

  private func content(_ batch: Batch) -> [Int] {
    (0..<batch.count).map { i in
      let number = Int((batch.images[i] * 255).rounded())
      #expect(batch.labels[i] == Int32(number % 3))
      return number
    }
  }

  @Test(arguments: [1, 3, 4, 9, 10, 11, 64])
  func everyEpochVisitsEveryImageOnce(batchSize: Int) throws {
    let order = EpochOrder.shuffled(seed: 5)
    let loader = BatchLoader(dataset: data(10), batchSize: batchSize, order: order)
    for epoch in 1...3 {
      var seen: [Int] = []
      for index in 0..<loader.batchesPerEpoch {
        let batch = try loader.next()
        #expect(batch.epoch == epoch && batch.index == index)
        seen += content(batch)
      }
      #expect(seen == order.indices(epoch: epoch, count: 10))
    }
  }

  @Test func ordersArePermutationsThatSeedAndEpochDecide() {
    let first = EpochOrder.shuffled(seed: 1).indices(epoch: 1, count: 100)
    #expect(first.sorted() == Array(0..<100))
    #expect(first == EpochOrder.shuffled(seed: 1).indices(epoch: 1, count: 100))
    #expect(first != EpochOrder.shuffled(seed: 1).indices(epoch: 2, count: 100))
    #expect(first != EpochOrder.shuffled(seed: 2).indices(epoch: 1, count: 100))
    #expect(EpochOrder.sequential.indices(epoch: 9, count: 4) == [0, 1, 2, 3])
  }

  @Test func resumedLoaderGoesOnWhereAnotherStopped() throws {
    let order = EpochOrder.shuffled(seed: 3)
    let whole = BatchLoader(dataset: data(50), batchSize: 8, order: order)
    for _ in 0..<(7 + 4) { _ = try whole.next() }
    let resumed = BatchLoader(dataset: data(50), batchSize: 8, order: order, epoch: 2, batch: 4)
    for _ in 0..<10 {
      let a = try whole.next()
      let b = try resumed.next()
      #expect(a.epoch == b.epoch && a.index == b.index)
      #expect(content(a) == content(b))
    }
  }

  @Test func memoryIsTakenOnce() throws {
    let loader = BatchLoader(dataset: data(10), batchSize: 4, order: .sequential)
    let places = try Set((0..<30).map { _ in try loader.next().images })
    #expect(places.count == 3)
  }

  @Test func abandonedLoaderLeavesQuietly() throws {
    for _ in 0..<200 {
      let loader = BatchLoader(dataset: data(100), batchSize: 7, order: .shuffled(seed: 1))
      _ = try loader.next()
    }
  }

  @Test func errorBelongsToItsBatch() throws {
    struct Bad: Error {}
    final class Faulty: ImageDataset {
      let imageShape = [1, 1, 1]
      let classes = ["a"]
      let labels = [Int32](repeating: 0, count: 6)
      func copyImage(_ index: Int, view: Int, into pixels: UnsafeMutablePointer<Float>) throws {
        if index == 3 { throw Bad() }
        pixels[0] = Float(index)
      }
    }
    let loader = BatchLoader(dataset: Faulty(), batchSize: 2, order: .sequential)
    #expect(try loader.next().index == 0)
    #expect(throws: Bad.self) { try loader.next() }
    #expect(try loader.next().index == 2)
  }
}
