import Files

/// The outermost fields of a protobuf message, by which those of ONNX, TensorFlow, Caffe and Core ML
/// are told apart. None of them begins with a mark.
struct MessageFields {
  private struct Field {
    let number: Int
    /// 0: a number, 2: bytes; as protobuf's encoding has it.
    let wire: Int
    let value: Int
    /// The first bytes of a field of bytes.
    let start: [UInt8]
  }

  private var fields: [Field] = []
  /// Whether the file went on as a message up to where reading stopped.
  private var isMessage = false

  init(_ file: InputFile) throws {
    var place = 0
    while place < file.size, fields.count < Self.limit {
      guard let (key, afterKey) = try Self.number(in: file, at: place) else { return }
      let (number, wire) = (key >> 3, key & 7)
      guard number > 0, number < 1 << 29 else { return }
      switch wire {
      case 0:
        guard let (value, next) = try Self.number(in: file, at: afterKey) else { return }
        fields.append(Field(number: number, wire: 0, value: value, start: []))
        place = next
      case 1, 5:
        place = afterKey + (wire == 1 ? 8 : 4)
        guard place <= file.size else { return }
        fields.append(Field(number: number, wire: wire, value: 0, start: []))
      case 2:
        guard let (length, next) = try Self.number(in: file, at: afterKey),
          length <= file.size - next
        else { return }
        let start = try file.bytes(at: next, count: min(length, Self.startCount))
        fields.append(Field(number: number, wire: 2, value: length, start: start))
        place = next + length
      default: return
      }
    }
    isMessage = !fields.isEmpty
  }

  private static let limit = 200
  private static let startCount = 256

  /// A number of seven bits a byte, at most 2⁵⁶, and the place after it.
  private static func number(in file: InputFile, at place: Int) throws -> (Int, Int)? {
    let bytes = try file.bytes(at: place, count: max(min(file.size - place, 10), 0))
    var value = 0
    for (index, byte) in bytes.prefix(8).enumerated() {
      value |= Int(byte & 0x7F) << (7 * index)
      if byte < 0x80 { return (value, place + index + 1) }
    }
    return nil
  }

  private func first(_ number: Int) -> Field? { fields.first { $0.number == number } }
  private func has(_ number: Int, wire: Int) -> Bool {
    fields.contains { $0.number == number && $0.wire == wire }
  }

  /// `nil` where it is none of them.
  var content: FileContent? {
    guard isMessage else { return nil }
    // ModelProto: a version, producers, opsets (8) and the graph (7).
    if has(7, wire: 2), has(1, wire: 0) || has(8, wire: 2), fields.allSatisfy({ $0.number <= 30 }) {
      return .onnx
    }
    // Model: a version, a description, and a network at a high number.
    if has(1, wire: 0), fields.contains(where: { (200...3000).contains($0.number) }) {
      return .coreML
    }
    // SavedModel: a version and graphs.
    if has(1, wire: 0), has(2, wire: 2), fields.allSatisfy({ $0.number <= 2 }) {
      return .savedModel
    }
    guard let start = first(1), start.wire == 2 else {
      // NetParameter without a name.
      return has(100, wire: 2) ? .caffe : nil
    }
    // NetParameter: a name, then layers at 100, or at 2 in the first version.
    if has(100, wire: 2) { return Self.isText(start.start) ? .caffe : nil }
    // GraphDef: nodes, each with a name and then an operation.
    if Self.isNode(start.start) { return .tensorFlowGraph }
    // A first graph of a checkpoint has a message where Caffe has a name.
    if has(2, wire: 2) {
      let isCaffe = Self.isText(start.start) && fields.count(where: { $0.number == 2 }) > 1
      return isCaffe ? .caffe : has(3, wire: 2) || has(4, wire: 2) ? .metaGraph : nil
    }
    return nil
  }

  private static func isText(_ bytes: [UInt8]) -> Bool {
    !bytes.isEmpty && bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
  }

  /// `NodeDef` begins with its name (field 1) and its operation (field 2).
  private static func isNode(_ bytes: [UInt8]) -> Bool {
    guard bytes.count > 4, bytes[0] == 0x0A, bytes[1] < 0x80 else { return false }
    let end = 2 + Int(bytes[1])
    guard end + 2 < bytes.count, bytes[end] == 0x12 else { return false }
    let operation = bytes[(end + 2)...].prefix(Int(bytes[end + 1]))
    return isText(Array(bytes[2..<end])) && operation.allSatisfy { $0 > 0x20 && $0 < 0x7F }
  }
}
