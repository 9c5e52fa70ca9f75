import Files
import Foundation
import Network

/// One tensor of an ONNX file, whose size has been held against the bytes that there are. Large values
/// stay in their file until they are asked for.
struct ONNXTensor {
  enum Source {
    /// As they lie in `raw_data`, from a byte of a file on.
    case file(InputFile, offset: Int)
    case bytes(Data)
    /// Of a field with a number for each.
    case numbers([Float])
    case integers([Int])
  }

  let shape: [Int]
  let type: ONNXElementType
  let source: Source

  /// More of them is no shape, list of axes or table of a classifier.
  private static let integerLimit = 1 << 22

  var count: Int { shape.reduce(1, *) }

  /// The element's type of a message.
  static func elementType(_ number: Int32, of name: String) throws -> ONNXElementType {
    guard let type = ONNXElementType(rawValue: Int(number)) else {
      throw UnexpectedContent(
        expected: "a tensor '\(name)' of numbers", found: "elements of ONNX' type \(number)")
    }
    return type
  }

  /// A tensor that is all in one message.
  init(_ message: ONNXTensorProto) throws {
    let type = try Self.elementType(message.dataType, of: message.name)
    shape = try Self.shape(message.dims, of: message.name)
    self.type = type
    let held: Int
    if !message.rawData.isEmpty {
      source = .bytes(message.rawData)
      held = message.rawData.count / type.bytes
    } else if !message.floatData.isEmpty {
      source = .numbers(message.floatData)
      held = message.floatData.count
    } else if !message.doubleData.isEmpty {
      source = .numbers(message.doubleData.map { Float($0) })
      held = message.doubleData.count
    } else if !message.int64Data.isEmpty {
      source = .integers(message.int64Data.map { Int($0) })
      held = message.int64Data.count
    } else if type.isFloatingPoint {
      // Halves stand as their bits.
      source = .numbers(
        message.int32Data.map { type.number(UInt64(UInt32(bitPattern: $0))) })
      held = message.int32Data.count
    } else {
      source = .integers(message.int32Data.map { Int($0) })
      held = message.int32Data.count
    }
    try checkCount(held, of: message.name)
  }

  /// A tensor whose elements lie one after the other in a file.
  init(
    _ message: ONNXTensorProto, in file: InputFile, at range: Range<Int>, type: ONNXElementType
  ) throws {
    shape = try Self.shape(message.dims, of: message.name)
    self.type = type
    source = .file(file, offset: range.lowerBound)
    try checkCount(range.count / type.bytes, of: message.name)
  }

  private static func shape(_ dims: [Int64], of name: String) throws -> [Int] {
    let shape = dims.map { Int($0) }
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

  private func checkCount(_ held: Int, of name: String) throws {
    guard held == count else {
      throw UnexpectedContent(
        expected: "\(count) values of tensor '\(name)' (\(Shape(shape)))", found: "\(held)")
    }
  }

  /// All values as single-precision numbers.
  func read(into destination: UnsafeMutableBufferPointer<Float>) throws {
    switch source {
    case .numbers(let numbers): _ = destination.update(fromContentsOf: numbers)
    case .integers(let integers):
      for (index, value) in integers.enumerated() { destination[index] = Float(value) }
    case .bytes(let data):
      data.withUnsafeBytes { convert($0, into: destination) }
    case .file(let file, let offset) where type == .float:
      try file.read(at: offset, into: UnsafeMutableRawBufferPointer(destination))
    case .file(let file, let offset):
      // A piece at a time: a conversion costs no second copy of the tensor.
      let piece = 1 << 16
      for start in stride(from: 0, to: destination.count, by: piece) {
        let part = UnsafeMutableBufferPointer(
          rebasing: destination[start..<min(start + piece, destination.count)])
        let bytes = try file.bytes(
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
    case .file(let file, let offset):
      let bytes = try file.bytes(at: offset, count: count * type.bytes)
      return bytes.withUnsafeBytes { bytes in
        (0..<count).map { type.integer(type.bits($0, of: bytes)) }
      }
    }
  }
}
