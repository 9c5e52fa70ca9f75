import Files
import Network

/// A checkpoint of version 1: a table of slices of tensors, whose shapes and types stand in its first entry
/// alone.
struct SlicedCheckpoint: TensorArchive {
  private struct Slice {
    let walker: MessageWalker
    let extents: TFTensorSliceProto
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
      let walker = MessageWalker(table.file)
      for entry in table.entries {
        for field in try walker.fields(in: entry.value) where field.wire == 2 {
          switch field.number {
          case Self.meta: try Self.describe(walker, field.value, &tensors)
          case Self.data where !field.value.isEmpty: try Self.add(walker, field.value, &tensors)
          default: break
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
    _ walker: MessageWalker, _ range: Range<Int>, _ tensors: inout [String: Tensor]
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
    tensors[text]?.slices.append(Slice(walker: walker, extents: extents, tensor: values.value))
  }

  func tensor(named name: String) -> StoredTensor? {
    tensors[name].map { StoredTensor(shape: $0.shape, type: $0.type.name) }
  }

  func read(_ name: String, into destination: UnsafeMutableBufferPointer<Float>) throws {
    guard let tensor = tensors[name], destination.count == tensor.shape.reduce(1, *) else {
      throw UnexpectedContent(
        expected: "a tensor '\(name)' of \(destination.count) values", found: "none")
    }
    var filled = 0
    for slice in tensor.slices where filled <= destination.count {
      let (starts, lengths) = try Self.bounds(slice.extents, tensor.shape, name)
      let values = try Self.values(slice, tensor, count: lengths.reduce(1, *), name)
      Self.copy(values, to: destination, tensor.shape, starts, lengths)
      filled += values.count
    }
    guard filled == destination.count else {
      throw UnexpectedContent(
        expected: "\(destination.count) values of tensor '\(name)'", found: "\(filled)")
    }
  }

  /// Where a slice begins and how long it is along each axis.
  private static func bounds(
    _ extents: TFTensorSliceProto, _ shape: [Int], _ name: String
  ) throws -> (starts: [Int], lengths: [Int]) {
    guard !extents.extent.isEmpty else { return (shape.map { _ in 0 }, shape) }
    let starts = extents.extent.map { Int($0.start) }
    let isWhole = extents.extent.map { $0.hasLength_p == nil }
    guard starts.count == shape.count else {
      throw UnexpectedContent(
        expected: "a slice of \(shape.count) axes of '\(name)'", found: "\(starts.count)")
    }
    let lengths = extents.extent.indices.map {
      isWhole[$0] ? shape[$0] : Int(extents.extent[$0].length)
    }
    guard
      shape.indices.allSatisfy({
        (0...shape[$0]).contains(starts[$0]) && (0...(shape[$0] - starts[$0])).contains(lengths[$0])
      })
    else {
      throw UnexpectedContent(
        expected: "a slice within \(Shape(shape)) of '\(name)'", found: "\(starts), \(lengths)")
    }
    return (starts, lengths)
  }

  private static func values(
    _ slice: Slice, _ tensor: Tensor, count: Int, _ name: String
  ) throws -> [Float] {
    let fields = try slice.walker.fields(in: slice.tensor)
    var stored: MessageTensor?
    if let packed = fields.last(where: {
      $0.wire == 2 && $0.number == (tensor.type == .float ? floats : doubles)
    }), tensor.type == .float || tensor.type == .double {
      stored = try MessageTensor(
        shape: [count], type: tensor.type,
        .file(slice.walker.file, offset: packed.value.lowerBound),
        held: packed.value.count / tensor.type.bytes, name: name)
    } else {
      // Neither shape nor type are said where the elements are.
      var message: TFTensorProto = try slice.walker.message(fields, limit: messageLimit)
      message.dtype = tensor.type.tensorFlow
      var dim = TFTensorShapeProto.Dim()
      dim.size = Int64(count)
      message.tensorShape.dim = [dim]
      stored = try MessageTensor(message, name: name)
    }
    guard let stored else {
      throw UnexpectedContent(expected: "values of tensor '\(name)'", found: "none")
    }
    return try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
      try stored.read(into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
      initialized = count
    }
  }

  private static func copy(
    _ values: [Float], to destination: UnsafeMutableBufferPointer<Float>, _ shape: [Int],
    _ starts: [Int], _ lengths: [Int]
  ) {
    guard !values.isEmpty else { return }
    guard lengths != shape else {
      _ = destination.update(fromContentsOf: values)
      return
    }
    let strides = ConstantArithmetic.strides(of: shape)
    let run = lengths.last ?? 1
    var place = [Int](repeating: 0, count: shape.count)
    for first in stride(from: 0, to: values.count, by: run) {
      var rest = first / run
      for axis in shape.indices.dropLast().reversed() {
        place[axis] = rest % lengths[axis]
        rest /= lengths[axis]
      }
      let start = shape.indices.reduce(0) { $0 + (starts[$1] + place[$1]) * strides[$1] }
      for offset in 0..<run { destination[start + offset] = values[first + offset] }
    }
  }
}
