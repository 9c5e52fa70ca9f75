import Files
import Network

/// A checkpoint of version 1: a table of slices of tensors, whose shapes and types stand in its first entry
/// alone.
struct SlicedCheckpoint: TensorArchive {
  private struct Slice {
    let table: LevelDBTable
    let block: LevelDBTable.Block
    let part: TensorSlice
    /// The `TensorProto` with its elements.
    let tensor: Range<Int>
  }

  private struct Tensor {
    let shape: [Int]
    let type: MessageElementType
    var slices: [Slice] = []
  }

  let tensorNames: [String]
  private let tensors: [String: Tensor]

  /// Fields of `SavedTensorSlices`, of `SavedSlice` and of `TensorProto`.
  private static let (meta, data) = (1, 2)
  private static let (name, slice, tensor) = (1, 2, 3)
  private static let (floats, doubles) = (5, 6)
  private static let messageLimit = 1 << 26

  /// - Parameter paths: of all of its parts.
  init(paths: [String]) throws {
    var tensors: [String: Tensor] = [:]
    for path in paths {
      let table = try LevelDBTable(InputFile(path: path))
      for block in table.blocks {
        let walker = MessageWalker(try table.source(of: block))
        for entry in block.entries {
          for field in try walker.fields(in: entry.value) where field.wire == 2 {
            switch field.number {
            case Self.meta: try Self.describe(walker, field.value, &tensors)
            case Self.data where !field.value.isEmpty:
              try Self.add(walker, field.value, of: block, in: table, &tensors)
            default: break
            }
          }
        }
      }
    }
    self.tensors = tensors
    tensorNames = tensors.keys.sorted()
  }

  private static func describe(
    _ walker: MessageWalker, _ range: Range<Int>, _ tensors: inout [String: Tensor]
  ) throws {
    let message: TFSavedTensorSliceMeta = try walker.message(
      try walker.fields(in: range), limit: messageLimit)
    for tensor in message.tensor where tensors[tensor.name] == nil {
      guard let type = MessageElementType(tensorFlow: tensor.type) else { continue }
      tensors[tensor.name] = Tensor(
        shape: try MessageTensor.shape(tensor.shape, of: tensor.name), type: type)
    }
  }

  private static func add(
    _ walker: MessageWalker, _ range: Range<Int>, of block: LevelDBTable.Block,
    in table: LevelDBTable, _ tensors: inout [String: Tensor]
  ) throws {
    let fields = try walker.fields(in: range)
    guard let name = fields.first(where: { $0.number == name && $0.wire == 2 }),
      let values = fields.first(where: { $0.number == tensor && $0.wire == 2 })
    else { return }
    let text = String(
      decoding: try walker.bytes(of: [name.value], limit: 1 << 16), as: UTF8.self)
    var extents = TFTensorSliceProto()
    if let slice = fields.first(where: { $0.number == slice && $0.wire == 2 }) {
      extents = try walker.message(try walker.fields(in: slice.value), limit: messageLimit)
    }
    guard let shape = tensors[text]?.shape else { return }
    tensors[text]?.slices.append(
      Slice(
        table: table, block: block, part: try TensorSlice(extents, of: shape, text),
        tensor: values.value))
  }

  func tensor(named name: String) -> StoredTensor? {
    tensors[name].map { StoredTensor(shape: $0.shape, type: $0.type.name) }
  }

  func read(_ name: String, into destination: UnsafeMutableBufferPointer<Float>) throws {
    guard let tensor = tensors[name], destination.count == tensor.shape.reduce(1, *) else {
      throw UnexpectedContent(
        expected: "a tensor '\(name)' of \(destination.count) values", found: "none")
    }
    try pieces(of: tensor, name).read(into: destination)
  }

  /// No memory is taken before the files are known to hold as much.
  func elements(_ name: String) throws -> StoredElements {
    guard let tensor = tensors[name] else {
      throw UnexpectedContent(expected: "a tensor '\(name)'", found: "none")
    }
    return try pieces(of: tensor, name).elements()
  }

  private func pieces(of tensor: Tensor, _ name: String) throws -> TensorPieces {
    try TensorPieces(of: tensor.shape, name, parts: tensor.slices.map(\.part)) {
      try Self.piece(tensor.slices[$0], tensor, name)
    }
  }

  private static func piece(
    _ slice: Slice, _ tensor: Tensor, _ name: String
  ) throws -> MessageTensor {
    let count = slice.part.count
    let walker = MessageWalker(try slice.table.source(of: slice.block))
    let fields = try walker.fields(in: slice.tensor)
    var stored: MessageTensor?
    if let packed = fields.last(where: {
      $0.wire == 2 && $0.number == (tensor.type == .float ? floats : doubles)
    }), tensor.type == .float || tensor.type == .double {
      stored = try MessageTensor(
        shape: [count], type: tensor.type,
        .stored(walker.source, offset: packed.value.lowerBound),
        held: packed.value.count / tensor.type.bytes, name: name)
    } else {
      // Neither shape nor type are said where the elements are.
      var message: TFTensorProto = try walker.message(fields, limit: messageLimit)
      message.dtype = tensor.type.tensorFlow
      var dim = TFTensorShapeProto.Dim()
      dim.size = Int64(count)
      message.tensorShape.dim = [dim]
      stored = try MessageTensor(message, name: name)
    }
    guard let stored else {
      throw UnexpectedContent(expected: "values of tensor '\(name)'", found: "none")
    }
    return stored
  }
}
