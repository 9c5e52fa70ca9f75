import Files
import Glibc

/// A file of lines that only grows, open for appending. It ends in a whole line, whatever happens to the
/// process or the disk. Belongs to one queue at a time.
final class LineFile {
  let path: String
  private let descriptor: Int32
  /// Bytes of whole lines in the file.
  private var length: Int
  /// Lines that the disk has not taken yet.
  private var unwritten: [UInt8] = []

  /// Opens the file, made if need be; a torn last line is cut off.
  /// - Throws: `FileError`.
  init(path: String) throws {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o666)
    guard descriptor >= 0 else { throw FileError(path: path, action: "open", code: errno) }
    length = 0
    // Thrown from here on, `deinit` closes it.
    length = try JournalContents.wholeLines(in: InputFile(path: path))
    guard ftruncate(descriptor, off_t(length)) == 0 else {
      throw FileError(path: path, action: "write", code: errno)
    }
  }

  deinit {
    guard descriptor >= 0 else { return }
    try? write()
    close(descriptor)
  }

  /// Takes a line, to be written with the next `write`.
  func add(_ line: some Sequence<UInt8>) {
    unwritten.append(contentsOf: line)
    unwritten.append(UInt8(ascii: "\n"))
  }

  /// Writes what was added.
  /// - Throws: `FileError`. The lines are kept and written the next time; the file ends in a whole line.
  func write() throws {
    guard !unwritten.isEmpty else { return }
    do {
      guard lseek(descriptor, off_t(length), SEEK_SET) >= 0 else {
        throw FileError(path: path, action: "write", code: errno)
      }
      try unwritten.withUnsafeBytes { try writeAll($0, to: descriptor, path: path) }
    } catch {
      // A full disk takes part of a line: it is taken back, so that the file stays whole.
      _ = ftruncate(descriptor, off_t(length))
      throw error
    }
    length += unwritten.count
    unwritten.removeAll(keepingCapacity: true)
  }

  /// Writes what was added, and makes it survive a power cut.
  func synchronize() throws {
    try write()
    guard fdatasync(descriptor) == 0 else {
      throw FileError(path: path, action: "sync", code: errno)
    }
  }
}
