import Files
import Safetensors

/// The tensors of a file of `torch.save`. A tensor whose values lie in order is read straight into its
/// place; any other view is gathered from the part of the storage that it sees.
struct TorchArchive: TensorArchive {
  let tensorNames: [String]
  private let file: TorchFile
  private let tensors: [String: TorchTensor]

  /// - Throws: `UnexpectedContent` for a tensor whose bytes are not in the file.
  init(_ file: TorchFile, _ checkpoint: TorchCheckpoint) throws(UnexpectedContent) {
    self.file = file
    tensorNames = checkpoint.tensors.map(\.name)
    tensors = Dictionary(
      checkpoint.tensors.map { ($0.name, $0.tensor) }, uniquingKeysWith: { $1 })
    for (name, tensor) in checkpoint.tensors where tensor.span > 0 {
      let storage = file.pickle.storages[tensor.storage]
      guard let place = file.places[storage.key] else {
        throw UnexpectedContent(
          expected: "the storage '\(storage.key)' of '\(name)'", found: "none of that name")
      }
      guard let range = Self.range(tensor, in: storage), range.upperBound <= place.size else {
        throw UnexpectedContent(
          expected: "'\(name)' within its storage", found: "a storage of \(place.size) bytes")
      }
    }
  }

  /// The bytes that a tensor sees, counted from its storage's first; `nil` where numbers of a file are
  /// beyond all files.
  private static func range(_ tensor: TorchTensor, in storage: TorchStorage) -> Range<Int>? {
    let (base, overflow) = storage.start.multipliedReportingOverflow(by: storage.element.bytes)
    let (offset, isBeyond) = tensor.offset.multipliedReportingOverflow(by: tensor.element.bytes)
    let (length, isTooLong) = tensor.span.multipliedReportingOverflow(by: tensor.element.bytes)
    guard !overflow, !isBeyond, !isTooLong else { return nil }
    let (start, isTooFar) = base.addingReportingOverflow(offset)
    let (end, isOutside) = start.addingReportingOverflow(length)
    return isTooFar || isOutside ? nil : start..<end
  }

  func tensor(named name: String) -> StoredTensor? {
    tensors[name].map {
      StoredTensor(shape: $0.shape, type: $0.element.type?.rawValue ?? $0.element.name)
    }
  }

  func read(_ name: String, into destination: UnsafeMutableBufferPointer<Float>) throws {
    let tensor = try found(name)
    guard tensor.count == destination.count else {
      throw UnexpectedContent(
        expected: "\(destination.count) values of '\(name)'", found: "\(tensor.count)")
    }
    guard let type = tensor.element.type, type.isFloatingPoint else {
      throw UnexpectedContent(
        expected: "floating-point values of '\(name)'",
        found: tensor.element.type?.rawValue ?? tensor.element.name)
    }
    if type == .float32 {
      try readElements(of: tensor, into: UnsafeMutableRawBufferPointer(destination))
      return
    }
    try elements(name).bytes.withUnsafeBytes { type.write($0, as: destination) }
  }

  func elements(_ name: String) throws -> StoredElements {
    let tensor = try found(name)
    guard let type = tensor.element.type else {
      throw UnexpectedContent(
        expected: "plain numbers of '\(name)'", found: tensor.element.name)
    }
    let size = tensor.count * type.bytes
    let bytes = try [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
      try readElements(
        of: tensor,
        into: UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[..<size]))
      initialized = size
    }
    return StoredElements(type: type, bytes: bytes)
  }

  private func found(_ name: String) throws(UnexpectedContent) -> TorchTensor {
    guard let tensor = tensors[name] else {
      throw UnexpectedContent(expected: "a tensor '\(name)'", found: "none of that name")
    }
    return tensor
  }

  /// Row-major, little-endian.
  private func readElements(of tensor: TorchTensor, into bytes: UnsafeMutableRawBufferPointer)
    throws
  {
    guard tensor.count > 0 else { return }
    let storage = file.pickle.storages[tensor.storage]
    guard let place = file.places[storage.key], let range = Self.range(tensor, in: storage) else {
      preconditionFailure("a tensor without bytes")
    }
    let size = tensor.element.bytes
    if tensor.isContiguous {
      try file.read(range, of: place, into: bytes)
    } else {
      let span = UnsafeMutableRawBufferPointer.allocate(byteCount: range.count, alignment: 16)
      defer { span.deallocate() }
      try file.read(range, of: place, into: span)
      let source = UnsafeRawBufferPointer(span)
      switch size {
      case 1: Self.gather(UInt8.self, tensor, source, bytes)
      case 2: Self.gather(UInt16.self, tensor, source, bytes)
      case 4: Self.gather(UInt32.self, tensor, source, bytes)
      default: Self.gather(UInt64.self, tensor, source, bytes)
      }
    }
    if file.isBigEndian, size > 1 {
      for start in stride(from: 0, to: bytes.count, by: size) {
        bytes[start..<start + size].reverse()
      }
    }
  }

  /// Puts the elements that a tensor sees in the order in which they are numbered.
  private static func gather<Bits: FixedWidthInteger>(
    _ bits: Bits.Type, _ tensor: TorchTensor, _ source: UnsafeRawBufferPointer,
    _ target: UnsafeMutableRawBufferPointer
  ) {
    let size = MemoryLayout<Bits>.size
    var place = [Int](repeating: 0, count: tensor.shape.count)
    var element = 0
    for index in 0..<tensor.count {
      target.storeBytes(
        of: source.loadUnaligned(fromByteOffset: element * size, as: Bits.self),
        toByteOffset: index * size, as: Bits.self)
      for axis in tensor.shape.indices.reversed() {
        place[axis] += 1
        element += tensor.strides[axis]
        if place[axis] < tensor.shape[axis] { break }
        element -= place[axis] * tensor.strides[axis]
        place[axis] = 0
      }
    }
  }
}

/// A file of PyTorch, zip or stream.
enum PyTorchFile {
  /// - Throws: `FileError`, `FormatError`.
  static func tensors(path: String) throws -> TensorFile {
    try naming(path) {
      let file = try TorchFile(path: path)
      let checkpoint = try TorchCheckpoint(file.pickle)
      let container = checkpoint.container
      return TensorFile(
        path: path, archive: try TorchArchive(file, checkpoint),
        format: file.format + (container.isEmpty ? "" : ", '\(container)'"),
        skipped: checkpoint.skipped)
    }
  }
}
