import Files
import Network

/// Weights of a layer, or a mean image, as a message of Caffe's holds them: any number of dimensions, or in
/// old files the four of `num`, `channels`, `height` and `width`.
enum CaffeBlob {
  /// Fields of `BlobProto`: the old dimensions, values, their shape, values in double precision.
  private static let (oldDimensions, floats, shape, doubles) = (1...4, 5, 7, 8)
  /// Values that are written one by one, with a key each.
  private static let scatteredLimit = 1 << 20
  private static let shapeLimit = 1 << 12

  /// - Parameter name: for what is said of one that does not agree with itself.
  static func tensor(_ walker: MessageWalker, at range: Range<Int>, name: String) throws
    -> MessageTensor
  {
    let fields = try walker.fields(in: range)
    let shape = try dimensions(walker, fields, name: name)
    let isDouble = fields.contains { $0.number == doubles && !$0.value.isEmpty }
    let type: MessageElementType = isDouble ? .double : .float
    let values = fields.filter {
      $0.number == (isDouble ? doubles : floats) && [1, 2, 5].contains($0.wire)
    }
    if values.count == 1, values[0].value.count % type.bytes == 0 {
      return try MessageTensor(
        shape: shape, type: type, .stored(walker.source, offset: values[0].value.lowerBound),
        held: values[0].value.count / type.bytes, name: name)
    }
    let bytes = try walker.bytes(of: values.map(\.value), limit: scatteredLimit * type.bytes)
    let numbers = bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / type.bytes).map { type.number(type.bits($0, of: bytes)) }
    }
    return try MessageTensor(
      shape: shape, type: type, .numbers(numbers), held: numbers.count, name: name)
  }

  private static func dimensions(
    _ walker: MessageWalker, _ fields: [MessageField], name: String
  ) throws -> [Int] {
    if let field = fields.last(where: { $0.number == shape && $0.wire == 2 }) {
      let message: CaffeBlobShape = try walker.message(
        walker.fields(in: field.value), limit: shapeLimit)
      return message.dim.map { Int($0) }
    }
    let old = fields.filter { oldDimensions.contains($0.number) && $0.wire == 0 }
    guard !old.isEmpty else {
      throw UnexpectedContent(expected: "a shape of '\(name)'", found: "none")
    }
    let message: CaffeOldBlobShape = try walker.message(old, limit: shapeLimit)
    return [message.num, message.channels, message.height, message.width].map { Int($0) }
  }
}
