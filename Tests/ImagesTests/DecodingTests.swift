import Files
import Foundation
import TestSupport
import Testing

@testable import Images

/// What Pillow makes of a fixture.
struct ExpectedPicture: Decodable, CustomTestStringConvertible {
  let name: String
  let width: Int
  let height: Int
  let channels: Int
  let tolerance: Int
  let pixels: Data

  static let all: [ExpectedPicture] = try! Fixture.decoded("pictures.json")
  var testDescription: String { name }
}

@Suite struct DecodingTests {
  @Test(arguments: ExpectedPicture.all) func picturesAreWhatPillowSees(expected: ExpectedPicture)
    throws
  {
    let picture = try Picture.read(Fixture.picture(expected.name))
    #expect(picture.width == expected.width && picture.height == expected.height)
    #expect(picture.channels == expected.channels)
    let differences = zip(picture.bytes, expected.pixels).map { abs(Int($0) - Int($1)) }
    #expect(differences.count == expected.pixels.count)
    #expect(differences.max()! <= expected.tolerance, "\(differences.max()!) levels apart")
  }

  @Test(arguments: ExpectedPicture.all) func headersSayTheSizeFromTheBeginning(
    expected: ExpectedPicture
  ) throws {
    let header = try PictureHeader.read(Fixture.picture(expected.name))
    let isTurned = header.orientation.swapsAxes
    #expect((isTurned ? header.height : header.width) == expected.width)
    #expect((isTurned ? header.width : header.height) == expected.height)
  }

  @Test(arguments: [
    ("animated.webp", "an animated WebP"), ("picture.gif", "GIF"), ("picture.bmp", "BMP"),
    ("picture.tif", "TIFF"), ("picture.ico", "ICO"), ("picture.jp2", "JPEG 2000"),
    ("picture.avif", "AVIF"), ("picture.ppm", "PNM"), ("picture.pdf", "PDF"),
  ]) func otherKindsAreRefusedByNameWithAWayOut(name: String, kind: String) throws {
    let error = try #require(throws: PictureError.self) {
      try Picture.read(Fixture.picture(name))
    }
    guard case .unsupported = error.reason else {
      Issue.record("\(error.reason)")
      return
    }
    #expect(error.description.contains("\(name): expected "))
    #expect(error.found.hasPrefix(kind) && error.found.contains(";"), "\(error.found)")
  }

  @Test(arguments: [
    ("ftypheic", PictureKind.heic), ("ftypmif1\0\0\0\0mif1heic", .heic),
    ("ftypmif1\0\0\0\0mif1avif", .avif), ("ftypavif", .avif),
  ]) func phonesFilesAreToldApartByTheirBrands(text: String, kind: PictureKind) {
    let bytes: [UInt8] = [0, 0, 0, UInt8(text.utf8.count + 4)] + Array(text.utf8)
    #expect(PictureKind(of: bytes) == kind)
  }

  @Test func filmsAndTextsAreNoPictures() {
    for text in ["\0\0\0\u{18}ftypisom", "hello, this is text", "P", "BM and more than this", "II"]
    {
      #expect(PictureKind(of: Array(text.utf8)) == nil, "\(text)")
    }
  }

  /// Cut anywhere, a picture is refused and never half grey.
  @Test(arguments: ["baseline-420.jpg", "progressive.jpg", "colour.png", "lossy.webp"])
  func cutPicturesAreRefused(name: String) throws {
    let bytes = try Fixture.bytes(Fixture.picture(name))
    for count in stride(from: 0, to: bytes.count - 12, by: 3) {
      let error = try #require(throws: PictureError.self, "\(count) of \(bytes.count) bytes") {
        try Picture.decode(Array(bytes[..<count]), path: name)
      }
      #expect(error.reason == .damaged || count < 12, "\(error)")
    }
  }

  /// 65,500 × 65,500 pixels, a hundred times what is in the file: refused before memory is taken.
  @Test(arguments: ["baseline-444.jpg", "colour.png", "lossless.webp"])
  func tooManyPixelsAreRefusedWithBothNumbers(name: String) throws {
    var bytes = try Fixture.bytes(Fixture.picture(name))
    switch PictureKind(of: bytes) {
    case .jpeg:
      let frame = bytes.indices.first { bytes[$0] == 0xff && bytes[$0 + 1] == 0xc0 }!
      for offset in [5, 7] {
        bytes.replaceSubrange((frame + offset)..<(frame + offset + 2), with: [0xff, 0xdc])
      }
    case .png:
      for offset in [16, 20] {
        bytes.replaceSubrange(offset..<(offset + 4), with: [0, 0, 0xff, 0xdc])
      }
    default:
      // 14 bits of each, less 1: 16,384 × 16,384.
      bytes.replaceSubrange(21..<25, with: [0xff, 0xff, 0xff, bytes[24] | 0x0f])
    }
    let error = try #require(throws: PictureError.self) { try Picture.decode(bytes, path: name) }
    #expect(error.reason == .tooLarge)
    #expect(error.expected == "at most 200000000 pixels")
    let isWebP = name.hasSuffix("webp")
    #expect(
      error.found
        == (isWebP ? "16384×16384, which are 268435456" : "65500×65500, which are 4290250000"))
  }

  @Test func aFolderAndAMissingFileAreSaidAsWhatTheyAre() throws {
    let folder = TemporaryFolder()
    #expect(throws: FormatError.self) { try Picture.read(folder.path) }
    let error = try #require(throws: FileError.self) { try Picture.read(folder("none.jpg")) }
    #expect(error.isMissing)
    let empty = try folder.write([], to: "empty.jpg")
    let fault = try #require(throws: PictureError.self) { try Picture.read(empty) }
    #expect(fault.found == "an empty file")
  }

  /// Damage is an error or another picture, and never a crash.
  @Test(arguments: [
    "baseline-420.jpg", "progressive.jpg", "ycck.jpg", "orientation-6.jpg", "palette-alpha.png",
    "colour-16-interlaced.png", "orientation.png", "lossy-alpha.webp", "lossless.webp",
  ]) func damageNeverCrashes(name: String) throws {
    let bytes = try Fixture.bytes(Fixture.picture(name))
    var mutations = Mutations(seed: 7)
    var refused = 0
    for _ in 0..<1500 {
      do {
        _ = try Picture.decode(mutations.damaged(bytes), path: name)
      } catch is PictureError {
        refused += 1
      }
    }
    #expect(refused > 0)
  }
}
