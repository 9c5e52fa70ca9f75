import Files
import Glibc
import Kernels

/// The room that cached features may take: memory first, then a mapped file. Belongs to one queue at
/// a time.
final class FeatureMemory {
  struct Limits: Equatable {
    /// Bytes of memory.
    var memory: Int
    /// Bytes of memory and file together; 0: nothing is cached.
    var total: Int
    /// Where the file may lie; `nil`: memory only.
    var path: String?
  }

  let limits: Limits
  fileprivate(set) var memoryBytes = 0
  fileprivate(set) var fileBytes = 0
  /// Why room was refused last.
  private(set) var refusal: String?

  init(_ limits: Limits) {
    self.limits = limits
    // What a process that died in the wrong moment left behind.
    if let path = limits.path { unlink(path) }
  }

  var bytes: Int { memoryBytes + fileBytes }

  /// Room for up to `rows` rows; for fewer where the budget ends.
  /// - Returns: `nil` where there is no room for a single one; `refusal` then says why.
  func allocate(rows: Int, rowBytes: Int) -> Block? {
    let inMemory = min(rows, max(0, min(limits.memory, limits.total) - memoryBytes) / rowBytes)
    // A file only for what memory cannot take at all.
    if inMemory > 0, memoryBytes + fileBytes + inMemory * rowBytes <= limits.total {
      return Block(memory: self, rows: inMemory, bytes: inMemory * rowBytes)
    }
    let page = 4096
    let room = max(0, limits.total - bytes) / page * page
    let inFile = limits.path == nil ? 0 : min(rows, room / rowBytes)
    guard inFile > 0 else {
      refusal = "the budget of \(Self.text(limits.total)) is used up"
      return nil
    }
    let size = (inFile * rowBytes + page - 1) / page * page
    do {
      return try mapBlock(rows: inFile, bytes: size)
    } catch {
      refusal = "\(error)"
      return nil
    }
  }

  /// A block in a file of its own that has no name: however the process ends, the system takes it
  /// away, and no other run ever meets it.
  private func mapBlock(rows: Int, bytes: Int) throws -> Block {
    let path = limits.path!
    unlink(path)
    let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw FileError(path: path, action: "create", code: errno) }
    unlink(path)
    // The mapping holds on to the file.
    defer { close(file) }
    // Written to a hole of a full disk, a mapping would end the process: the room is taken first.
    let code = posix_fallocate(file, 0, off_t(bytes))
    guard code == 0 else { throw FileError(path: path, action: "extend", code: code) }
    let address = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)
    guard let address, address != MAP_FAILED else {
      throw FileError(path: path, action: "map", code: errno)
    }
    return Block(memory: self, rows: rows, bytes: bytes, address: address)
  }

  /// `1.5 GB`
  static func text(_ bytes: Int) -> String {
    let units = ["bytes", "KB", "MB", "GB", "TB"]
    var value = Double(bytes)
    var unit = 0
    while value >= 1000, unit < units.count - 1 {
      value /= 1000
      unit += 1
    }
    let tenths = Int((value * 10).rounded())
    let digits = tenths % 10 == 0 || unit == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    return "\(digits) \(units[unit])"
  }

  /// Some rows' room, given back when nobody holds it any more.
  final class Block {
    let rows: Int
    let values: UnsafeMutablePointer<Float>
    private let memory: FeatureMemory
    private let bytes: Int
    /// `nil`: in a file.
    private let buffer: FloatBuffer?

    fileprivate init(memory: FeatureMemory, rows: Int, bytes: Int) {
      self.memory = memory
      self.rows = rows
      self.bytes = bytes
      let buffer = FloatBuffer(count: bytes / MemoryLayout<Float>.stride)
      self.buffer = buffer
      values = buffer.pointer
      memory.memoryBytes += bytes
    }

    fileprivate init(
      memory: FeatureMemory, rows: Int, bytes: Int, address: UnsafeMutableRawPointer
    ) {
      self.memory = memory
      self.rows = rows
      self.bytes = bytes
      values = address.bindMemory(to: Float.self, capacity: bytes / MemoryLayout<Float>.stride)
      buffer = nil
      memory.fileBytes += bytes
    }

    deinit {
      guard buffer == nil else {
        memory.memoryBytes -= bytes
        return
      }
      munmap(values, bytes)
      memory.fileBytes -= bytes
    }
  }
}
