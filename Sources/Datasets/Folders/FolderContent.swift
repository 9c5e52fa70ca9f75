import Files
import Glibc

/// What lies in one folder, without what is hidden and what systems leave behind.
struct FolderContent {
  /// A file or folder, however many names lead to it.
  struct Identity: Hashable {
    let device: UInt
    let number: UInt
  }

  private(set) var files = NameList()
  /// Folders by name, in the order of their code points, links to folders among them.
  private(set) var folders: [String] = []
  /// Links that lead nowhere.
  private(set) var brokenLinks: [String] = []
  /// Names that are no UTF-8, which cannot be said.
  private(set) var unsayable = 0

  /// What is no part of anybody's data, in any case.
  private static let litter: Set<String> = [
    "__macosx", "thumbs.db", "desktop.ini", "@eadir", "$recycle.bin", "lost+found",
    "system volume information",
  ]

  private static func isIgnored(_ name: String) -> Bool {
    name.hasPrefix(".") || litter.contains(name.lowercased())
  }

  /// - Throws: `FileError`; `FormatError` for more names than can be kept.
  init(of path: String, progress: (Int) -> Void) throws {
    guard let folder = opendir(path) else {
      throw FileError(path: path, action: "list", code: errno)
    }
    defer { closedir(folder) }
    var seen = 0
    while let entry = readdir(folder) {
      seen += 1
      if seen % 10_000 == 0 { progress(seen) }
      let type = Int32(entry.pointee.d_type)
      let isRoom = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        let bytes = UnsafeRawPointer(pointer).assumingMemoryBound(to: UInt8.self)
        let count = strnlen(UnsafeRawPointer(pointer).assumingMemoryBound(to: CChar.self), 256)
        return add(UnsafeBufferPointer(start: bytes, count: count), type, in: path)
      }
      guard isRoom else {
        throw FormatError(path: path, expected: "names of at most 4 GB", found: "more")
      }
    }
    folders.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private mutating func add(_ bytes: UnsafeBufferPointer<UInt8>, _ type: Int32, in path: String)
    -> Bool
  {
    // Nearly every entry is a file whose name needs no String.
    if type == Int32(DT_REG), let first = bytes.first, Self.isPlain(first) {
      guard Self.isUnicode(bytes) else {
        unsayable += 1
        return true
      }
      return files.add(bytes)
    }
    guard let name = String(validating: bytes, as: UTF8.self) else {
      unsayable += 1
      return true
    }
    guard !Self.isIgnored(name) else { return true }
    switch Self.kind(type, joinPath(path, name)) {
    case S_IFREG: return files.add(bytes)
    case S_IFDIR: folders.append(name)
    case nil: brokenLinks.append(name)
    default: break
    }
    return true
  }

  /// A first byte that nothing ignored begins with.
  private static func isPlain(_ byte: UInt8) -> Bool {
    !".@_$".utf8.contains(byte) && !"tdlsTDLS".utf8.contains(byte)
  }

  private static func isUnicode(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.allSatisfy { $0 < 0x80 } || String(validating: bytes, as: UTF8.self) != nil
  }

  /// `S_IF…` of what the name leads to; `nil` where that is nothing.
  private static func kind(_ type: Int32, _ path: String) -> mode_t? {
    switch type {
    case Int32(DT_REG): return S_IFREG
    case Int32(DT_DIR): return S_IFDIR
    case Int32(DT_LNK), Int32(DT_UNKNOWN):
      var status = stat()
      return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    default: return 0
    }
  }

  static func identity(of path: String) -> Identity? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Identity(device: UInt(status.st_dev), number: UInt(status.st_ino))
  }
}
