import Foundation
import Testing

@testable import Images

struct PreparationCase: Decodable, Sendable {
  let width: Int
  let height: Int
  let channels: Int
  let seed: UInt32
  let fit: ImagePreparation.Fit
  let interpolation: Interpolation
  let fraction: Double
  let toWidth: Int
  let toHeight: Int
  let mean: [Float]
  let deviation: [Float]
  let hash: UInt32

  static let all: [PreparationCase] = try! Fixture.decoded("preparation.json")

  var preparer: PicturePreparer {
    var preparation = ImagePreparation.assumed
    preparation.fit = fit
    preparation.interpolation = interpolation
    preparation.fraction = fraction
    preparation.mean = mean
    preparation.deviation = deviation
    return PicturePreparer(preparation, width: toWidth, height: toHeight, channels: 3)!
  }
}

extension PicturePreparer {
  func values(_ picture: Picture) -> [Float] {
    var values = [Float](repeating: .nan, count: count)
    values.withUnsafeMutableBufferPointer { write(picture, into: $0.baseAddress!) }
    return values
  }
}

@Suite struct PreparationTests {
  @Test(arguments: PreparationCase.all) func picturesBecomeTimmsNumbers(sample: PreparationCase) {
    let picture = Picture.sample(
      width: sample.width, height: sample.height, channels: sample.channels, seed: sample.seed)
    let values = sample.preparer.values(picture)
    #expect(fingerprint(values.flatMap { withUnsafeBytes(of: $0, Array.init) }) == sample.hash)
  }

  @Test func channelsTakeTheNetworksOrder() {
    let picture = Picture(width: 1, height: 1, channels: 3, bytes: [10, 20, 30])
    var preparation = ImagePreparation(pixels: .bytes, origin: .option)
    preparation.channelOrder = .bgr
    preparation.mean = [1, 2, 3]
    preparation.deviation = [2]
    let preparer = PicturePreparer(preparation, width: 1, height: 1, channels: 3)!
    #expect(preparer.values(picture) == [14.5, 9, 3.5])
  }

  @Test func bordersAreTheMeanInTheNetworksOrder() {
    let picture = Picture(width: 2, height: 1, channels: 3, bytes: [9, 9, 9, 9, 9, 9])
    var preparation = ImagePreparation(pixels: .bytes, origin: .option)
    preparation.fit = .pad
    preparation.channelOrder = .bgr
    preparation.mean = [103.939, 116.779, 123.68]
    let preparer = PicturePreparer(preparation, width: 2, height: 2, channels: 3)!
    #expect(preparer.fitted(picture).bytes == [9, 9, 9, 9, 9, 9, 124, 117, 104, 124, 117, 104])
  }

  @Test func greyNetworksSeeGrey() {
    let picture = Picture(width: 1, height: 1, channels: 3, bytes: [200, 100, 50])
    let preparer = PicturePreparer(.assumed, width: 1, height: 1, channels: 1)!
    // Pillow's convert("L").
    #expect(preparer.values(picture) == [124 / 255])
    #expect(PicturePreparer(.assumed, width: 1, height: 1, channels: 4) == nil)
  }

  @Test func whatOlderRunsDoNotHaveIsAssumed() throws {
    let text = #"{"pixels":"0..255","origin":{"option":{}}}"#
    let read = try JSONDecoder().decode(ImagePreparation.self, from: Data(text.utf8))
    #expect(read == ImagePreparation(pixels: .bytes, origin: .option))
  }

  @Test func aPreparationIsReadAsItWasWritten() throws {
    var preparation = PreparationCase.all[3].preparer.preparation
    preparation.normalizationOrigin = .file("config.json")
    preparation.fitOrigin = .family("timm's ResNets")
    let text = try JSONEncoder().encode(preparation)
    #expect(try JSONDecoder().decode(ImagePreparation.self, from: text) == preparation)
  }

  @Test(arguments: [#""fraction":0"#, #""fraction":-1"#, #""deviation":[0]"#])
  func numbersThatCannotBeAreRefused(field: String) {
    let text = #"{"pixels":"0..1","origin":{"option":{}},\#(field)}"#
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(ImagePreparation.self, from: Data(text.utf8))
    }
  }
}
