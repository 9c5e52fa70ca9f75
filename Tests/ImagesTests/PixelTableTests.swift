import Testing

@testable import Images

@Suite struct PixelTableTests {
  private static func write(_ bytes: [UInt8], _ preparation: ImagePreparation, channels: Int)
    -> [Float]?
  {
    guard let table = PixelTable(preparation, channels: channels) else { return nil }
    return [Float](unsafeUninitializedCapacity: bytes.count) { values, count in
      bytes.withUnsafeBufferPointer {
        table.write($0.baseAddress!, count: bytes.count, into: values.baseAddress!)
      }
      count = bytes.count
    }
  }

  private static func preparation(
    _ pixels: PixelRange, mean: [Float] = [], deviation: [Float] = [], isTurned: Bool = false
  ) -> ImagePreparation {
    var preparation = ImagePreparation(pixels: pixels, origin: .option)
    (preparation.mean, preparation.deviation) = (mean, deviation)
    preparation.channelOrder = isTurned ? .bgr : .rgb
    return preparation
  }

  @Test func everyChannelHasItsOwnNumbersInTheNetworksOrder() {
    let bytes: [UInt8] = [10, 20, 30, 40, 50, 60]
    let plain = Self.preparation(.bytes, mean: [1, 2, 3], deviation: [1, 2, 4])
    #expect(Self.write(bytes, plain, channels: 3) == [9, 9, 6.75, 39, 24, 14.25])
    let turned = Self.preparation(.bytes, mean: [1, 2, 3], isTurned: true)
    #expect(Self.write(bytes, turned, channels: 3) == [29, 18, 7, 59, 48, 37])
    let single = Self.preparation(.bytes, isTurned: true)
    #expect(Self.write(bytes, single, channels: 3) == [30, 20, 10, 60, 50, 40])
  }

  /// One number for all channels serves images that are no pictures.
  @Test func imagesOfAnyChannelsHaveOneTable() {
    let preparation = Self.preparation(.bytes, mean: [1], deviation: [2])
    #expect(Self.write([1, 3, 5, 7], preparation, channels: 4) == [0, 1, 2, 3])
    #expect(Self.write([1, 3, 5, 7], preparation, channels: 1) == [0, 1, 2, 3])
  }

  @Test func numbersForOtherChannelsAreRefused() {
    #expect(Self.write([1], Self.preparation(.unit, mean: [1, 2, 3]), channels: 1) == nil)
    #expect(Self.write([1], Self.preparation(.unit, mean: [1, 2, 3, 4]), channels: 4) == nil)
  }
}
