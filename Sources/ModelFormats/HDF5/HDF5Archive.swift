import CHDF5Extraction
import Files
import Glibc
import Synchronization

/// Everything that Thaw takes from an HDF5 file: groups with their text attributes, and tensors of
/// floats. Paths have no leading slash; the root is `""`.
///
/// Only hard links are followed. Values in other files, virtual views, references, and filters
/// other than deflate, shuffle and fletcher32 are refused, dataset by dataset. libhdf5 runs in a
/// child process, because damaged files make it crash (see `hdf5_extraction.h`).
struct HDF5Archive {
  struct Dataset {
    let shape: [Int]
    /// Where the values stand in `stream`.
    fileprivate let offset: Int

    /// Values; the reader has checked that they are there.
    var count: Int { shape.reduce(1, *) }
  }

  /// Path of a group → its attributes. A text attribute is a list, of one string where it is scalar.
  private(set) var groups: [String: [String: [String]]] = [:]
  private(set) var datasets: [String: Dataset] = [:]
  /// Path of a dataset whose values are not taken → why.
  private(set) var unreadable: [String: String] = [:]
  private let stream: MappedBytes

  /// - Parameter skipped: groups of the root that are left out.
  /// - Throws: `FileError`; `FormatError` where the file is truncated, damaged, locked or no HDF5.
  init(path: String, skipping skipped: [String] = []) throws {
    try self.init(
      name: path, memory: -1, length: try InputFile(path: path).size, skipping: skipped)
  }

  /// Of a file in memory.
  init(_ file: MemoryFile, skipping skipped: [String] = []) throws {
    try self.init(
      name: file.name, memory: file.descriptor, length: file.size, skipping: skipped)
  }

  private init(name: String, memory: Int32, length: Int, skipping skipped: [String]) throws {
    stream = try Self.extract(path: name, memory: memory, length: length, skipping: skipped)
    do throws(HDF5Failure) {
      try readRecords()
    } catch {
      throw FormatError(path: name, expected: "a readable HDF5 file", found: error.reason)
    }
  }

  /// The values of `dataset`, row-major.
  func withValues<R>(of dataset: Dataset, _ body: (UnsafeBufferPointer<Float>) throws -> R)
    rethrows -> R
  {
    let length = dataset.count * MemoryLayout<Float>.stride
    return try body(
      UnsafeRawBufferPointer(rebasing: stream.bytes[dataset.offset..<dataset.offset + length])
        .assumingMemoryBound(to: Float.self))
  }

  private mutating func readRecords() throws(HDF5Failure) {
    var records = HDF5RecordReader(bytes: stream.bytes)
    while true {
      let kind = try records.number()
      let path = try records.string()
      switch UInt32(truncatingIfNeeded: kind) {
      case UInt32(HDF5_RECORD_GROUP):
        groups[path] = groups[path] ?? [:]
      case UInt32(HDF5_RECORD_ATTRIBUTE):
        let name = try records.string()
        groups[path, default: [:]][name] = try records.strings()
      case UInt32(HDF5_RECORD_DATASET):
        let shape = try records.shape()
        datasets[path] = Dataset(shape: shape, offset: try records.skipValues(of: shape))
      case UInt32(HDF5_RECORD_UNREADABLE):
        unreadable[path] = try records.string()
      case UInt32(HDF5_RECORD_FAILURE):
        throw HDF5Failure(reason: try records.string())
      case UInt32(HDF5_RECORD_END):
        return
      default:
        throw .interrupted
      }
    }
  }
}

extension HDF5Archive: TensorArchive {
  package var tensorNames: [String] { datasets.keys.sorted() }

  package func tensor(named name: String) -> StoredTensor? {
    datasets[name].map { StoredTensor(shape: $0.shape, type: "float") }
  }

  package func read(_ name: String, into destination: UnsafeMutableBufferPointer<Float>) throws {
    guard let dataset = datasets[name], dataset.count == destination.count else {
      throw UnexpectedContent(
        expected: "\(destination.count) values of '\(name)'",
        found: unreadable[name].map { "that \($0)" } ?? "\(datasets[name]?.count ?? 0)")
    }
    withValues(of: dataset) { _ = destination.update(fromContentsOf: $0) }
  }
}

/// One extraction at a time: the child has the library to itself.
private let extractionLock = Mutex(())

extension HDF5Archive {
  /// Runs the child over the file; its records come back mapped.
  private static func extract(
    path: String, memory: Int32, length: Int, skipping skipped: [String]
  ) throws -> MappedBytes {
    // Weights hardly shrink when packed: 8 times covers half precision and then some, and keeps a
    // file of packed zeros from taking the machine's memory.
    let (eightfold, overflow) = UInt64(length).multipliedReportingOverflow(by: 8)
    // What is unpacked stands in memory, and once more as the model's own.
    let room = UInt64(SystemMemory.available / 2)
    let maximumBytes = min(overflow ? 1 << 40 : min(eightfold + 64 << 20, 1 << 40), room)
    let maximumSeconds = UInt64(length) >> 24 + 2
    var signal: Int32 = 0
    var descriptor: Int32 = -1
    let names = skipped.map { strdup($0) }
    defer { for name in names { free(name) } }
    let outcome = extractionLock.withLock { _ in
      names.map { UnsafePointer($0) }.withUnsafeBufferPointer { names in
        hdf5_extract(
          path, memory, UInt64(length),
          hdf5_extraction_limits(
            maximum_bytes: maximumBytes, maximum_seconds: maximumSeconds,
            skipped: names.baseAddress, skipped_count: UInt64(names.count)), &descriptor,
          &signal)
      }
    }
    switch outcome {
    case HDF5_EXTRACTION_FINISHED: break
    case HDF5_EXTRACTION_CRASHED where signal == SIGXCPU || signal == SIGKILL:
      throw FormatError(
        path: path, expected: "a readable HDF5 file",
        found: "damage that keeps the HDF5 library busy without end")
    case HDF5_EXTRACTION_CRASHED where signal == SIGXFSZ:
      // A limit on the size of files is the person's and no fault of this one.
      throw FileError(path: "shared memory (ulimit -f)", action: "write", code: EFBIG)
    case HDF5_EXTRACTION_CRASHED:
      throw FormatError(
        path: path, expected: "a readable HDF5 file",
        found: "damage that the HDF5 library does not survive (signal \(signal))")
    default: throw FileError(path: path, action: "read", code: signal)
    }
    defer { close(descriptor) }
    guard let stream = MappedBytes(descriptor: descriptor) else {
      throw FileError(path: path, action: "read", code: errno)
    }
    return stream
  }
}
