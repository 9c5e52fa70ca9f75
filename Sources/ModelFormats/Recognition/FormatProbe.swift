import Files

/// What formats look at to recognise their own: a folder's names, or a file's first bytes and, where
/// asked for, the rest of it.
struct FormatProbe {
  /// `nil` for a folder.
  let file: InputFile?
  /// The file's first bytes.
  let head: [UInt8]
  private let folder: String?

  private static let headCount = 4096

  /// - Throws: `FileError`, `FormatError` where the file cannot be read.
  init(path: String) throws {
    guard !Folder.exists(path) else {
      self.init(folder: path)
      return
    }
    try self.init(InputFile(path: path))
  }

  init(_ file: InputFile) throws {
    self.file = file
    folder = nil
    head = try file.bytes(at: 0, count: min(file.size, Self.headCount))
  }

  private init(folder: String) {
    file = nil
    self.folder = folder
    head = []
  }

  var isFolder: Bool { folder != nil }

  /// The head as text, whatever it is.
  var headText: String { String(decoding: head, as: UTF8.self) }

  /// Whether a file of this name lies in the folder.
  func contains(_ name: String) -> Bool {
    folder.map { InputFile.exists(joinPath($0, name)) } ?? false
  }

  /// Whether the folder has a name that is looked for.
  func containsName(where matches: (String) -> Bool) -> Bool {
    folder.map { ((try? Folder.names(in: $0)) ?? []).contains(where: matches) } ?? false
  }

  /// Whether the folder has a file that is looked for, among those with a name of that kind.
  func containsFile(
    _ matches: (_ path: String) -> Bool, named isCandidate: (String) -> Bool
  ) -> Bool {
    guard let folder else { return false }
    return containsName { isCandidate($0) && matches(joinPath(folder, $0)) }
  }

  /// Whether the file has these bytes at `offset`, within its head.
  func has(_ bytes: [UInt8], at offset: Int = 0) -> Bool {
    file != nil && head.dropFirst(offset).starts(with: bytes)
  }

  func has(_ text: String, at offset: Int = 0) -> Bool { has(Array(text.utf8), at: offset) }

  /// Whether the file has these bytes at any place that is looked at.
  func has(_ bytes: [UInt8], atAnyOf offsets: some Sequence<Int>) throws -> Bool {
    guard let file else { return false }
    for offset in offsets where offset >= 0 && file.size - offset >= bytes.count {
      if try file.bytes(at: offset, count: bytes.count) == bytes { return true }
    }
    return false
  }
}
