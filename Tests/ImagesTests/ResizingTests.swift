import Testing

@testable import Images

extension Picture {
  /// The picture that the fixtures' scripts make of the same numbers.
  static func sample(width: Int, height: Int, channels: Int, seed: UInt32) -> Picture {
    var state = seed
    let bytes = (0..<(width * height * channels)).map { place -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      let (x, y) = (place / channels % width, place / channels / width)
      let smooth = (x * 5 + y * 3 + place % channels * 40) % 256
      return (x / 16 + y / 16) % 2 == 1 ? UInt8(state >> 24) : UInt8(smooth)
    }
    return Picture(width: width, height: height, channels: channels, bytes: bytes)
  }
}

struct ResizingCase: Decodable, Sendable {
  let width: Int
  let height: Int
  let channels: Int
  let seed: UInt32
  let box: [Int]?
  let toWidth: Int
  let toHeight: Int
  let interpolation: Interpolation
  let hash: UInt32

  static let all: [ResizingCase] = try! Fixture.decoded("resizing.json")

  var picture: Picture {
    .sample(width: width, height: height, channels: channels, seed: seed)
  }

  var source: PixelRectangle? {
    box.map { PixelRectangle(x: $0[0], y: $0[1], width: $0[2], height: $0[3]) }
  }

  func resized(window: PixelRectangle? = nil) -> Picture {
    picture.resized(
      source, width: toWidth, height: toHeight, window: window, interpolation)
  }
}

@Suite struct ResizingTests {
  @Test(arguments: ResizingCase.all) func resizingGivesPillowsBits(sample: ResizingCase) {
    #expect(fingerprint(sample.resized().bytes) == sample.hash)
  }

  @Test(arguments: ResizingCase.all) func aWindowIsACutOfTheWhole(sample: ResizingCase) {
    let whole = sample.resized()
    let window = PixelRectangle(
      x: sample.toWidth / 3, y: sample.toHeight / 4, width: (sample.toWidth + 1) / 2,
      height: (sample.toHeight + 1) / 2)
    let part = sample.resized(window: window)
    for y in 0..<window.height {
      let row = ((window.y + y) * sample.toWidth + window.x) * sample.channels
      let count = window.width * sample.channels
      #expect(
        part.bytes[(y * count)..<((y + 1) * count)].elementsEqual(whole.bytes[row..<(row + count)]))
    }
  }
}
