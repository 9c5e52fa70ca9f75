import EngineInterface
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
    /// Bytes of the file's disk that stay free: what training cannot do without comes first.
    var diskReserve = 0

    /// Nothing is kept.
    static let nothing = Limits(memory: 0, total: 0, path: nil)
  }

  let limits: Limits
  fileprivate(set) var memoryBytes = 0
  fileprivate(set) var fileBytes = 0
  /// Why room was refused last.
  private(set) var refusal: CacheObstacle?
  private let disk: any DiskSpace
  /// The disk was needed for something else: there is no file any more.
  private var isFileGivenUp = false

  init(_ limits: Limits, disk: any DiskSpace = SystemDisk()) {
    self.limits = limits
    self.disk = disk
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
    let inFile = limits.path == nil || isFileGivenUp ? 0 : min(rows, room / rowBytes)
    guard inFile > 0 else {
      refusal = isFileGivenUp ? .gaveWay : .budgetUsedUp(bytes: limits.total)
      return nil
    }
    if let free = disk.freeBytes(in: splitPath(limits.path!).folder),
      free < limits.diskReserve || free - limits.diskReserve < inFile * rowBytes + page
    {
      refusal = .diskNeeded(free: free, reserve: limits.diskReserve)
      return nil
    }
    let size = (inFile * rowBytes + page - 1) / page * page
    do {
      return try mapBlock(rows: inFile, bytes: size)
    } catch {
      refusal = .error("\(error)")
      return nil
    }
  }

  /// From now on there is only memory; blocks in files are the caller's to let go.
  func giveUpFile() {
    isFileGivenUp = true
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

  /// Some rows' room, given back when nobody holds it any more.
  final class Block {
    let rows: Int
    let values: UnsafeMutablePointer<Float>
    private let memory: FeatureMemory
    private let bytes: Int
    /// `nil`: in a file.
    private let buffer: FloatBuffer?
    var isInFile: Bool { buffer == nil }

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
