import Files
import Foundation
import Network
import TestSupport
import Testing

@testable import ModelFormats

/// Files of weights that are damaged, or say of themselves what cannot be.
@Suite struct CaffeDamageTests {
  private static func refusal(_ bytes: [UInt8]) throws -> FormatError? {
    try DamagedFile.refusal(bytes, named: "damaged.caffemodel")
  }

  @Test(arguments: ["v0", "v1", "trained"]) func aFileCutAnywhereIsRefused(name: String) throws {
    let whole = try FixtureFile.bytes("caffe/\(name)/net.caffemodel")
    #expect(try Self.refusal(whole) == nil)
    for count in stride(from: 0, to: whole.count - 60, by: 61) {
      #expect(try Self.refusal(Array(whole[..<count])) != nil, "\(count) bytes")
    }
  }

  @Test(arguments: ["v0", "v1", "trained"]) func damageIsRefusedOrHarmless(name: String) throws {
    let whole = try FixtureFile.bytes("caffe/\(name)/net.caffemodel")
    for seed in 0..<60 {
      var mutations = Mutations(seed: UInt64(seed))
      _ = try Self.refusal(mutations.damaged(whole))
    }
  }

  private static func number(_ value: UInt64) -> [UInt8] {
    var (rest, bytes) = (value, [UInt8]())
    repeat {
      bytes.append(UInt8(rest & 0x7F) | (rest > 127 ? 0x80 : 0))
      rest >>= 7
    } while rest != 0
    return bytes
  }

  private static func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
    Self.number(number << 3 | 2) + Self.number(UInt64(bytes.count)) + bytes
  }

  /// Dimensions whose product is beyond all numbers, below 0, or beyond what the file holds.
  @Test(arguments: [[Int64.max, 2], [1 << 40, 1 << 40], [-1, 3], [1000, 1000], []])
  func sizesAreHeldAgainstTheFile(shape: [Int64]) throws {
    let dimensions: [UInt8] = shape.flatMap { dimension -> [UInt8] in
      [8] + Self.number(UInt64(bitPattern: dimension))
    }
    let blob = Self.field(7, dimensions) + Self.field(5, [0, 0, 0, 0, 0, 0, 0, 0])
    let layer =
      Self.field(1, Array("conv".utf8)) + Self.field(2, Array("Convolution".utf8))
      + Self.field(3, Array("data".utf8)) + Self.field(4, Array("conv".utf8)) + Self.field(7, blob)
    let error = try Self.refusal(Self.field(1, Array("net".utf8)) + Self.field(100, layer))
    #expect(error?.expected.contains("'conv/0'") == true, "\(error?.description ?? "none")")
  }

  @Test func weightsThatAreNotAllThereAreMissed() throws {
    let blob = Self.field(7, [8, 3]) + Self.field(5, [0, 0, 0, 0, 0, 0, 0, 0])
    let layer = Self.field(1, Array("conv".utf8)) + Self.field(7, blob)
    let error = try Self.refusal(Self.field(1, Array("net".utf8)) + Self.field(100, layer))
    #expect(error?.expected == "3 values of tensor 'conv/0' (3)")
    #expect(error?.found == "2")
  }
}
