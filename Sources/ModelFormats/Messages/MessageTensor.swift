import Files
import Foundation
import Network

/// One tensor of a file of messages, whose size has been held against the bytes that there are. Large values
/// stay in their file until they are asked for.
struct MessageTensor {
  enum Source {
    /// As they lie in `raw_data`, from a byte of a file or of a part that was unpacked.
    case stored(MessageSource, offset: Int)
    case bytes(Data)
    /// Of a field with a number for each.
    case numbers([Float])
    case integers([Int])
  }

  let shape: [Int]
  let type: MessageElementType
  let source: Source

  /// More of them is no shape, list of axes or table of a classifier.
  private static let integerLimit = 1 << 22

  var count: Int { shape.reduce(1, *) }

  /// - Parameter name: of the tensor, for what is said of one that does not agree with itself.
  init(
    shape: [Int], type: MessageElementType, _ source: Source, held: Int, name: String
  ) throws {
    self.shape = try Self.checked(shape, of: name)
    self.type = type
    self.source = source
    guard held == count else {
      throw UnexpectedContent(
        expected: "\(count) values of tensor '\(name)' (\(Shape(shape)))", found: "\(held)")
    }
  }

  /// - Throws: `UnexpectedContent` for a shape that none has, or of more elements than can be counted.
  static func checked(_ shape: [Int], of name: String) throws -> [Int] {
    var count = 1
    for dimension in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
      guard dimension >= 0, !overflow, shape.count <= 8 else {
        throw UnexpectedContent(
          expected: "a shape of tensor '\(name)'", found: Shape(shape).description)
      }
      count = product
    }
    return shape
  }

  /// All values as single-precision numbers.
  func read(into destination: UnsafeMutableBufferPointer<Float>) throws {
    switch source {
    case .numbers(let numbers): _ = destination.update(fromContentsOf: numbers)
    case .integers(let integers):
      for (index, value) in integers.enumerated() { destination[index] = Float(value) }
    case .bytes(let data):
      data.withUnsafeBytes { convert($0, into: destination) }
    case .stored(let source, let offset) where type == .float:
      try source.read(at: offset, into: UnsafeMutableRawBufferPointer(destination))
    case .stored(let source, let offset):
      // A piece at a time: a conversion costs no second copy of the tensor.
      let piece = 1 << 16
      for start in stride(from: 0, to: destination.count, by: piece) {
        let part = UnsafeMutableBufferPointer(
          rebasing: destination[start..<min(start + piece, destination.count)])
        let bytes = try source.bytes(
          at: offset + start * type.bytes, count: part.count * type.bytes)
        bytes.withUnsafeBytes { convert($0, into: part) }
      }
    }
  }

  private func convert(
    _ bytes: UnsafeRawBufferPointer, into destination: UnsafeMutableBufferPointer<Float>
  ) {
    for index in destination.indices {
      destination[index] = type.number(type.bits(index, of: bytes))
    }
  }

  /// All values as whole numbers.
  func integers(of name: String) throws -> [Int] {
    guard count <= Self.integerLimit else {
      throw UnexpectedContent(
        expected: "at most \(Self.integerLimit) whole numbers in tensor '\(name)'",
        found: "\(count)")
    }
    switch source {
    case .integers(let integers): return integers
    case .numbers:
      throw UnexpectedContent(expected: "whole numbers in tensor '\(name)'", found: "others")
    case .bytes(let data):
      return data.withUnsafeBytes { bytes in
        (0..<count).map { type.integer(type.bits($0, of: bytes)) }
      }
    case .stored(let source, let offset):
      let bytes = try source.bytes(at: offset, count: count * type.bytes)
      return bytes.withUnsafeBytes { bytes in
        (0..<count).map { type.integer(type.bits($0, of: bytes)) }
      }
    }
  }
}
