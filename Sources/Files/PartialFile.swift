import Glibc

/// A file beside one that is being made, which is gone with this value.
package final class PartialFile {
  package let path: String

  /// - Parameter path: the file that is being made.
  /// - Throws: `FileError` where no file can be made there.
  package init(beside path: String) throws {
    let (folder, _) = splitPath(path)
    var template = Array(joinPath(folder, ".parts-XXXXXX\(OutputFile.partialSuffix)").utf8CString)
    let descriptor = mkstemps(&template, Int32(OutputFile.partialSuffix.utf8.count))
    guard descriptor >= 0 else { throw FileError(path: path, action: "write", code: errno) }
    close(descriptor)
    self.path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
  }

  deinit { unlink(path) }
}
