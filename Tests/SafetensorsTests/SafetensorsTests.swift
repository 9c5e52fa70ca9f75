import Files
import Kernels
import TestSupport
import Testing

@testable import Safetensors

@Suite struct SafetensorsTests {
  let temporary = TemporaryFolder()

  /// A file of this header and so many bytes of data.
  private func file(_ header: String, data: Int = 0, length: UInt64? = nil) throws -> String {
    let length = length ?? UInt64(header.utf8.count)
    let prefix = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * UInt64($0))) }
    let values = (0..<data).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    return try temporary.write(prefix + Array(header.utf8) + values, to: "x.safetensors")
  }

  private func tensor(_ type: String, _ shape: [Int], _ begin: Int, _ end: Int) -> String {
    #"{"dtype":"\#(type)","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}"#
  }

  @Test func whatIsWrittenIsRead() throws {
    let path = temporary("out.safetensors")
    let weights: [Float] = [1, -0, .infinity, 3.5, .leastNonzeroMagnitude, -7]
    let metadata = ["a": "tab\t \"quote\" \\ \u{1b} é 🌡", "": "empty"]
    try SafetensorsWriter.write(
      [
        OutgoingTensor(name: "conv/kernel", shape: [2, 3], values: .floats(weights)),
        OutgoingTensor(name: "steps", shape: [2], values: .integers([.min, .max])),
        OutgoingTensor(name: "none", shape: [0, 5], values: .floats([])),
        OutgoingTensor(name: "scalar \"x\"\n", shape: [], values: .buffer(FloatBuffer([9]))),
      ], metadata: metadata, to: path)
    let reader = try SafetensorsReader(path: path)
    #expect(reader.metadata == metadata)
    #expect(reader.tensors.map(\.name) == ["steps", "conv/kernel", "none", "scalar \"x\"\n"])
    #expect(reader["conv/kernel"]?.shape == [2, 3])
    #expect(try reader.floats("conv/kernel").map(\.bitPattern) == weights.map(\.bitPattern))
    #expect(try reader.integers("steps") == [.min, .max])
    #expect(try reader.floats("none").isEmpty)
    #expect(try reader.floats("scalar \"x\"\n") == [9])
    let bytes = try InputFile.contents(of: path, limit: 1 << 16)
    #expect(bytes[0] % 8 == 0)
  }

  @Test func sameContentGivesSameBytes() throws {
    let metadata = Dictionary(uniqueKeysWithValues: (0..<20).map { ("k\($0)", "v\($0)") })
    let written = try (0..<3).map { number in
      let path = temporary("\(number)")
      try SafetensorsWriter.write(
        [OutgoingTensor(name: "x", shape: [1], values: .floats([1]))], metadata: metadata, to: path)
      return try InputFile.contents(of: path, limit: 1 << 16)
    }
    #expect(written[0] == written[1] && written[1] == written[2])
  }

  @Test func floatsOfOtherWidthsConvert() throws {
    let header =
      #"{"h":\#(tensor("F16", [2], 0, 4)),"b":\#(tensor("BF16", [2], 4, 8)),"#
      + #""d":\#(tensor("F64", [1], 8, 16)),"i":\#(tensor("I32", [1], 16, 20))}  "#
    let path = try file(header)
    let bytes: [UInt8] =
      [0x00, 0x3c, 0x01, 0x00, 0x80, 0x3f, 0x80, 0xff] + [0, 0, 0, 0, 0, 0, 0xf8, 0xbf]
      + [0xfe, 0xff, 0xff, 0xff]
    try OutputFile.write(InputFile.contents(of: path, limit: 1 << 16) + bytes, to: path)
    let reader = try SafetensorsReader(path: path)
    #expect(try reader.floats("h") == [1, 0x1p-24])
    #expect(try reader.floats("b") == [1, -.infinity])
    #expect(try reader.floats("d") == [-1.5])
    #expect(try reader.integers("i") == [-2])
    #expect(try reader.bytes("i") == [0xfe, 0xff, 0xff, 0xff])
    #expect(throws: FormatError.self) { try reader.floats("i") }
    #expect(throws: FormatError.self) { try reader.integers("h") }
    #expect(throws: FormatError.self) { try reader.floats("missing") }
    #expect(throws: FormatError.self) { try reader.read("h", into: FloatBuffer(count: 3)) }
  }

  @Test func longTensorsConvertPieceByPiece() throws {
    let count = 150_001
    let path = try file(#"{"x":\#(tensor("F16", [count], 0, 2 * count))}"#, data: 2 * count)
    let reader = try SafetensorsReader(path: path)
    let bytes = try reader.bytes("x")
    let floats = try reader.floats("x")
    for i in [0, 65_535, 65_536, 131_072, count - 1] {
      let expected = Float(
        Float16(bitPattern: UInt16(bytes[2 * i]) | UInt16(bytes[2 * i + 1]) << 8))
      #expect(floats[i] == expected || (floats[i].isNaN && expected.isNaN))
    }
  }

  @Test func hostileHeadersAreRefused() throws {
    let deep = String(repeating: #"{"a":"#, count: 100_000)
    let wide = "[" + Array(repeating: "1", count: 65).joined(separator: ",") + "]"
    let cases: [(String, Int)] = [
      ("", 0), ("{", 0), ("[]", 0), ("{}", 1), ("{} x", 0), (deep, 0), ("{\"a\":1}", 0),
      // Overlap, gap, out of bounds, reversed, beyond the end.
      ("{\"a\":\(tensor("F32", [2], 0, 8)),\"b\":\(tensor("F32", [2], 4, 12))}", 12),
      ("{\"a\":\(tensor("F32", [1], 0, 4)),\"b\":\(tensor("F32", [1], 8, 12))}", 12),
      ("{\"a\":\(tensor("F32", [2], 0, 8))}", 7),
      ("{\"a\":\(tensor("F32", [2], 8, 0))}", 8),
      ("{\"a\":\(tensor("F32", [1], 0, 4))}", 8),
      // Shapes that do not fit, or whose product overflows.
      ("{\"a\":\(tensor("F32", [3], 0, 8))}", 8),
      ("{\"a\":\(tensor("F32", [1 << 62, 4], 0, 0))}", 0),
      ("{\"a\":\(tensor("F32", [9_223_372_036_854_775_807, 3], 0, 4))}", 4),
      (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[1e0],"data_offsets":[0,4]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, 4),
      ("{\"a\":{\"dtype\":\"F32\",\"shape\":\(wide),\"data_offsets\":[0,4]}}", 4),
      // Duplicates, missing and unknown members.
      ("{\"a\":\(tensor("F32", [1], 0, 4)),\"a\":\(tensor("F32", [1], 4, 8))}", 8),
      (#"{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[1]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}"#, 4),
      ("{\"a\":\(tensor("F33", [1], 0, 4))}", 4),
      (#"{"__metadata__":{"a":"1","a":"2"}}"#, 0), (#"{"__metadata__":{"a":1}}"#, 0),
      (#"{"__metadata__":{"\ud800":""}}"#, 0), (#"{"__metadata__":{"\u12":""}}"#, 0),
      (#"{"__metadata__":{"\x":""}}"#, 0), ("{\"__metadata__\":{\"\u{1}\":\"\"}}", 0),
    ]
    for (header, data) in cases {
      let path = try file(header, data: data)
      #expect(throws: FormatError.self, "\(header.prefix(100))") {
        try SafetensorsReader(path: path)
      }
    }
  }

  @Test(arguments: [UInt64.max, 1 << 63, 100_000_001, 100_000_000, 3])
  func headerLengthsThatTheFileDoesNotHaveAreRefused(length: UInt64) throws {
    let path = try file("{}", length: length)
    #expect(throws: FormatError.self) { try SafetensorsReader(path: path) }
  }

  @Test func thingsThatAreNoFilesAreRefused() {
    #expect(throws: FileError.self) { try SafetensorsReader(path: temporary("missing")) }
    #expect(throws: FormatError.self) { try SafetensorsReader(path: temporary.path) }
    #expect(throws: FormatError.self) { try SafetensorsReader(path: "/dev/zero") }
  }

  @Test func damagedFilesNeverTrap() throws {
    let path = temporary("good")
    try SafetensorsWriter.write(
      [
        OutgoingTensor(name: "conv/kernel", shape: [2, 3], values: .floats([1, 2, 3, 4, 5, 6])),
        OutgoingTensor(name: "bias", shape: [3], values: .floats([1, 2, 3])),
        OutgoingTensor(name: "steps", shape: [2], values: .integers([1, 2])),
      ], metadata: ["format": "test", "é": "\u{1}\\"], to: path)
    let good = try InputFile.contents(of: path, limit: 1 << 16)
    var mutations = Mutations(seed: 1)
    var refused = 0
    for _ in 0..<4000 {
      let path = try temporary.write(mutations.damaged(good), to: "bad")
      do {
        let reader = try SafetensorsReader(path: path)
        for tensor in reader.tensors {
          _ = try? reader.floats(tensor.name)
          _ = try? reader.integers(tensor.name)
        }
      } catch is FormatError {
        refused += 1
      }
    }
    #expect(refused > 2000)
  }
}
