import Glibc
import Synchronization

/// A file that appears whole or not at all: written beside its place, synced, renamed into it, and
/// the folder synced. Whatever stood there before stays until the rename.
///
/// Without `commit`, nothing remains of it. Belongs to one queue at a time.
package final class OutputFile {
  /// How the names of unfinished files end.
  package static let partialSuffix = ".partial"
  private static let bufferBytes = 1 << 18
  private static let serial = Atomic<Int>(0)

  package let path: String
  private let partialPath: String
  private var descriptor: Int32
  private var pending: [UInt8] = []

  /// - Throws: `FileError`; `FormatError` where something other than a file has that name.
  package init(path: String) throws {
    self.path = try Self.destination(of: path)
    let number = Self.serial.wrappingAdd(1, ordering: .relaxed).newValue
    let (folder, name) = splitPath(self.path)
    // A prefix of the name is enough to tell what it was going to be, and fits into 255 bytes.
    let short = name.utf8.count <= 180 ? name : "file"
    partialPath = joinPath(folder, ".\(short).\(getpid())-\(number)\(Self.partialSuffix)")
    descriptor = open(partialPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(path: path, action: "create", code: errno) }
    pending.reserveCapacity(Self.bufferBytes)
  }

  deinit { discard() }

  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    if pending.count + bytes.count > Self.bufferBytes { try flush() }
    if bytes.count >= Self.bufferBytes {
      try writeAll(bytes, to: descriptor, path: path)
    } else {
      pending.append(contentsOf: bytes)
    }
  }

  package func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }

  /// Puts the file in its place. When this returns, it survives a power cut.
  package func commit() throws {
    precondition(descriptor >= 0, "committed twice: \(path)")
    try flush()
    guard fsync(descriptor) == 0 else { throw FileError(path: path, action: "sync", code: errno) }
    // A network's file system may report a full disk only here.
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0, rename(partialPath, path) == 0 else {
      let code = errno
      unlink(partialPath)
      throw FileError(path: path, action: "write", code: code)
    }
    try Folder.synchronize(splitPath(path).folder)
  }

  /// Lets a library that opens files itself write one, which then appears whole or not at all.
  /// - Parameter fill: writes a file of the name that it is given, and closes it.
  package static func write(to path: String, _ fill: (_ partialPath: String) throws -> Void) throws
  {
    let file = try OutputFile(path: path)
    try fill(file.partialPath)
    // The library may have put another file in the place of the one that was made.
    close(file.descriptor)
    file.descriptor = open(file.partialPath, O_WRONLY | O_CLOEXEC)
    guard file.descriptor >= 0 else {
      let code = errno
      unlink(file.partialPath)
      throw FileError(path: path, action: "write", code: code)
    }
    try file.commit()
  }

  /// Writes a whole file at once.
  package static func write(_ bytes: [UInt8], to path: String) throws {
    let file = try OutputFile(path: path)
    try file.write(bytes)
    try file.commit()
  }

  private func flush() throws {
    try pending.withUnsafeBytes { try writeAll($0, to: descriptor, path: path) }
    pending.removeAll(keepingCapacity: true)
  }

  private func discard() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
    unlink(partialPath)
  }

  /// Where the file will stand: a link is followed, so that the rename replaces what it points to,
  /// and a device is refused, which a rename would otherwise replace.
  private static func destination(of path: String) throws -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return path }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let found = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "a device or pipe"
      throw FormatError(path: path, expected: "a file to write", found: found)
    }
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

/// Writes all of `bytes`, however many calls it takes.
/// - Throws: `FileError`; some of the bytes may then have been written.
package func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, path: String) throws {
  var done = 0
  while done < bytes.count {
    let put = write(descriptor, bytes.baseAddress! + done, min(bytes.count - done, 1 << 30))
    if put < 0, errno == EINTR { continue }
    guard put > 0 else {
      throw FileError(path: path, action: "write", code: put < 0 ? errno : ENOSPC)
    }
    done += put
  }
}
