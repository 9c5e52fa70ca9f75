import Glibc

/// What there is to do with folders.
package enum Folder {
  /// Makes the folder and those above it; content when it is there already.
  package static func create(_ path: String) throws {
    if mkdir(path, 0o777) == 0 { return }
    let code = errno
    let above = splitPath(path).folder
    if code == ENOENT, above != path, above != "." {
      try create(above)
      try create(path, exclusively: false)
    } else if !(code == EEXIST && exists(path)) {
      throw FileError(path: path, action: "create", code: code)
    }
  }

  /// Makes one folder.
  /// - Parameter exclusively: whether one that is already there is an error (`EEXIST`).
  package static func create(_ path: String, exclusively: Bool) throws {
    guard mkdir(path, 0o777) != 0 else { return }
    let code = errno
    if !exclusively, code == EEXIST, exists(path) { return }
    throw FileError(path: path, action: "create", code: code)
  }

  package static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The names in it, sorted, without `.` and `..`. Names that are not UTF-8 are left out: a path with
  /// one cannot be said.
  package static func names(in path: String) throws -> [String] {
    guard let folder = opendir(path) else {
      throw FileError(path: path, action: "list", code: errno)
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
      }
      if let name, name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Makes what was created, renamed or removed in it survive a power cut.
  package static func synchronize(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: path, action: "sync", code: errno) }
    defer { close(descriptor) }
    // Some file systems cannot sync a folder and say so with EINVAL; there is nothing more to do.
    if fsync(descriptor) != 0, errno != EINVAL {
      throw FileError(path: path, action: "sync", code: errno)
    }
  }
}

/// `a/b/c` → (`a/b`, `c`); a name alone lies in `.`.
package func splitPath(_ path: String) -> (folder: String, name: String) {
  // Over bytes: a combining mark after a slash makes it another Character.
  var bytes = path.utf8[...]
  let slash = UInt8(ascii: "/")
  while bytes.count > 1, bytes.last == slash { bytes.removeLast() }
  guard let cut = bytes.lastIndex(of: slash) else { return (".", String(Substring(bytes))) }
  let name = String(Substring(bytes[bytes.index(after: cut)...]))
  return (cut == bytes.startIndex ? "/" : String(Substring(bytes[..<cut])), name)
}

/// `name` in `folder`.
package func joinPath(_ folder: String, _ name: String) -> String {
  folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
}

/// The text as a POSIX shell takes it for one word: as it is where nothing in it means anything to a
/// shell, else in single quotes.
package func shellArgument(_ text: String) -> String {
  let plain = text.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "_-./,:@%+".utf8.contains(byte)
    }
  }
  guard !plain || text.isEmpty else { return text }
  // Inside single quotes only they themselves mean something.
  return "'"
    + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
    + "'"
}
