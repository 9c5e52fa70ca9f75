import Files

/// What kind of data lies at a path: by what is in it, and by names only where formats have no other
/// mark.
package enum DataKind: String, Sendable {
  case idx, folders, list, cifar, numPy

  /// Entries of a folder that are opened to see what they are: an IDX data set has a few.
  private static let mostFiles = 1000

  /// - Throws: `FileError`; `FormatError` where it is nothing that is read.
  package init(of path: String) throws {
    guard Folder.exists(path) else {
      self = try Self.ofFile(path)
      return
    }
    let names = try Folder.names(in: path)
    if CIFARFolder.isOne(names) {
      self = .cifar
    } else if NumPyPair.isOne(names) {
      self = .numPy
    } else if names.count <= Self.mostFiles,
      names.contains(where: { IDXFile.rank(of: joinPath(path, $0)) != nil })
    {
      self = .idx
    } else {
      self = .folders
    }
  }

  private static func ofFile(_ path: String) throws -> DataKind {
    let file = try InputFile(path: path)
    let start = try file.bytes(at: 0, count: min(file.size, 4096))
    if start.starts(with: [0x50, 0x4b, 3, 4]) || start.starts(with: [0x93] + Array("NUMPY".utf8)) {
      return .numPy
    }
    if IDXFile.rank(of: path) != nil { return .idx }
    // Text has no zeros and begins with a line of fields.
    if !start.isEmpty, !start.contains(0), start.prefix(1024).contains(UInt8(ascii: ",")) {
      return .list
    }
    throw FormatError(
      path: path,
      expected: "a folder of class folders, a CSV list, IDX, CIFAR's .bin or NumPy's .npz",
      found: start.isEmpty ? "an empty file" : "a file of another kind")
  }
}
