import Files
import Glibc
import Images
import Kernels
import Synchronization
import TestSupport
import Testing

@testable import Datasets

@Suite struct PhotographBatchTests {
  private let temporary = TemporaryFolder()

  init() throws {
    try PictureFixture.write(["a": 12, "b": 12], to: temporary)
  }

  private func data(_ strength: Augmentation.Strength = .none, views: Int = 1) throws
    -> TrainingData
  {
    try PictureData.load(temporary.path, options: ReadingOptions(validation: .fraction(0.25)))
      .prepared(
        .assumed, width: 8, height: 8, channels: 3, augmentation: Augmentation(strength),
        views: views, seed: 3)
  }

  /// Everything that some batches say.
  private struct Seen: Equatable {
    var images: [Float] = []
    var labels: [Int32] = []
    var indices: [Int] = []
    var mixes: [MixedLabel] = []
    var counts: [Int] = []
    var views: [Int] = []
  }

  private func read(_ loader: BatchLoader, _ batches: Int) throws -> Seen {
    var seen = Seen()
    for _ in 0..<batches {
      let batch = try loader.next()
      seen.images += Array(UnsafeBufferPointer(start: batch.images, count: batch.count * 192))
      seen.labels += Array(UnsafeBufferPointer(start: batch.labels, count: batch.count))
      seen.indices += batch.indices
      seen.mixes += batch.mixes
      seen.counts.append(batch.count)
      seen.views.append(batch.view)
    }
    return seen
  }

  @Test(arguments: Augmentation.Strength.allCases)
  func workersNeverChangeABit(strength: Augmentation.Strength) throws {
    let train = try data(strength, views: 3).train
    func loader(_ workers: Int, epoch: Int = 1, batch: Int = 0) -> BatchLoader {
      BatchLoader(
        dataset: train, batchSize: 5, order: .shuffled(seed: 8), epoch: epoch, batch: batch,
        workers: workers)
    }
    let one = try read(loader(1), 12)
    for workers in [2, 4, 16] { #expect(try read(loader(workers), 12) == one) }
    // Where a resumed run goes on.
    let rest = try read(loader(4, epoch: 2, batch: 1), 7)
    #expect(rest.indices == Array(one.indices.suffix(rest.indices.count)))
    #expect(rest.images == Array(one.images.suffix(rest.images.count)))
    #expect(strength == .strong ? one.mixes.count == one.indices.count : one.mixes.isEmpty)
  }

  @Test func epochsVisitTheViewsInTurn() throws {
    let fixed = try data(.flip, views: 2).train
    let loader = BatchLoader(dataset: fixed, batchSize: 18, order: .sequential)
    let epochs = try (0..<4).map { _ in try read(loader, 1) }
    #expect(epochs.map(\.views) == [[1], [0], [1], [0]])
    #expect(epochs[0].images == epochs[2].images && epochs[0].images != epochs[1].images)
    let fresh = try data(.flip, views: 0).train
    let endless = BatchLoader(dataset: fresh, batchSize: 18, order: .sequential)
    #expect(try read(endless, 4).views == [1, 2, 3, 4])
    #expect(!fresh.isRepeatable && !fixed.isRepeatable)
    #expect(try data().train.isRepeatable)
  }

  @Test func aFileThatVanishesIsLeftOutAndNamedOnce() throws {
    let train = try data().train
    let paths = try #require(train as? PreparedPictures).source
    let gone = try #require(paths.path(4))
    let short = try #require(paths.path(9))
    unlink(gone)
    truncate(short, 40)
    let named = Mutex<[Int: String]>([:])
    let loader = BatchLoader(dataset: train, batchSize: 6, order: .sequential) { image, error in
      named.withLock { named in
        #expect(named[image] == nil)
        named[image] = "\(error)"
      }
    }
    let seen = try read(loader, 6)
    #expect(seen.counts == [5, 5, 6, 5, 5, 6])
    let rest = (0..<18).filter { $0 != 4 && $0 != 9 }
    #expect(seen.indices == rest + rest)
    #expect(seen.labels == (rest + rest).map { train.labels[$0] })
    for (place, index) in seen.indices.enumerated() {
      var pixels = [Float](repeating: 0, count: 192)
      try train.copyImage(index, into: &pixels)
      #expect(Array(seen.images[(place * 192)..<((place + 1) * 192)]) == pixels)
    }
    let errors = named.withLock { $0 }
    #expect(Set(errors.keys) == [4, 9])
    #expect(errors[4]?.contains(gone) == true && errors[9]?.contains("a whole PNG") == true)
  }

  @Test func aBatchOfWhichNothingIsLeftIsEmpty() throws {
    let train = try data().train
    let source = try #require(train as? PreparedPictures).source
    for index in 0..<3 { unlink(try #require(source.path(index))) }
    let loader = BatchLoader(dataset: train, batchSize: 3, order: .sequential)
    #expect(try read(loader, 2).counts == [0, 3])
  }

  @Test func pixelsThatAreNeededAfterAllAndGoneMakeTheBatchSmaller() throws {
    let train = try data().train
    let needs = PixelNeeds(images: 18)
    needs.replace { _ in false }
    let loader = BatchLoader(dataset: train, batchSize: 6, order: .sequential, needs: needs)
    let batch = try loader.next()
    #expect(batch.isLoaded == Array(repeating: false, count: 6))
    let source = try #require(train as? PreparedPictures).source
    unlink(try #require(source.path(2)))
    try loader.load(1, of: batch)
    #expect(throws: FileError.self) { try loader.load(2, of: batch) }
    let again = try loader.again()
    #expect(Array(again.indices) == [0, 1, 3, 4, 5] && again.isLoaded.allSatisfy { $0 })
    #expect(again.index == 0 && again.epoch == 1)
    #expect(Array(try loader.next().indices) == Array(6..<12))
  }

  @Test func needsAreToldApartByView() throws {
    let train = try data(.flip, views: 2).train
    let needs = PixelNeeds(images: 18, views: 2)
    needs.note(3, view: 1)
    let loader = BatchLoader(dataset: train, batchSize: 18, order: .sequential, needs: needs)
    #expect(try loader.next().isLoaded.firstIndex(of: false) == 3)
    #expect(try loader.next().isLoaded.allSatisfy { $0 })
  }

  @Test func imagesThatAreLeftOutAreNotVisitedAndOthersKeepTheirPlaces() throws {
    let train = try data().train
    let all = try read(BatchLoader(dataset: train, batchSize: 18, order: .shuffled(seed: 2)), 1)
    let some = BatchLoader(
      dataset: train, batchSize: 4, order: .shuffled(seed: 2), leftOut: [1, 7, 8])
    #expect(some.batchesPerEpoch == 5)
    for number in 0..<5 {
      let whole = all.indices[(4 * number)..<min(4 * number + 4, 18)]
      let batch = try some.next()
      #expect(Array(batch.indices) == whole.filter { ![1, 7, 8].contains($0) })
      #expect(batch.count == batch.indices.count)
    }
  }

  @Test func correctedLabelsAreOthersInTheSamePictures() throws {
    let train = try data().train
    let corrected = RelabelledImages(train, corrections: [0: 1])
    #expect(corrected.labels == [1] + train.labels.dropFirst())
    #expect(corrected.isSlow && corrected.name(0) == train.name(0))
  }

  @Test func mixedImagesAreTheSharesOfBoth() throws {
    let mixing = try #require(try data(.strong, views: 2).train as? PreparedPictures)
    var mixed = [Float](repeating: 0, count: 192)
    try mixing.copyImage(5, view: 1, into: &mixed)
    let mixup = try #require(mixing.mixup(of: 5, view: 1))
    func alone(_ index: Int) throws -> [Float] {
      var values = [Float](repeating: 0, count: 192)
      let view = mixing.augmentation.view(1, of: index, seed: 3)
      mixing.preparer.write(try mixing.source.picture(index), view, into: &values)
      return values
    }
    let (own, other) = (try alone(5), try alone(mixup.partner))
    let expected = zip(own, other).map { $0 * mixup.share + $1 * (1 - mixup.share) }
    #expect(mixed == expected && (mixup.share == 1 || mixed != own))
  }
}
