import Files

/// What a file is, told by what is in it and never by its name, in a person's words: a file that
/// cannot be opened is at least called what it is.
struct FileContent: Hashable, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }

  static let hdf5 = FileContent("an HDF5 file")
  static let kerasArchive = FileContent("a zip archive (Keras 3's .keras)")
  static let pytorch = FileContent("a PyTorch file")
  static let pickle = FileContent("a Python pickle, which may be an older PyTorch file")
  static let safetensors = FileContent("a safetensors file")
  static let onnx = FileContent("an ONNX model")
  static let caffe = FileContent("a Caffe model")
  static let caffeText = FileContent("a Caffe model's description (.prototxt), without weights")
  static let tensorFlowGraph = FileContent("a TensorFlow graph")
  static let tensorFlowText = FileContent("a TensorFlow graph as text")
  static let savedModel = FileContent("a TensorFlow SavedModel")
  static let metaGraph = FileContent("a TensorFlow checkpoint's graph (.meta)")
  static let checkpoint = FileContent("a TensorFlow checkpoint")
  static let tensorFlowLite = FileContent("a TensorFlow Lite model")
  static let tensorFlowJS = FileContent("a TensorFlow.js model")
  static let coreML = FileContent("a Core ML model")
  static let image = FileContent("an image")
  static let text = FileContent("a text file")
  static let empty = FileContent("an empty file")
  static let other = FileContent("something else")

  /// - Throws: `FileError` where the file cannot be read.
  static func recognize(_ file: InputFile) throws -> FileContent {
    guard file.size > 0 else { return .empty }
    if try hasHDF5Signature(file) { return .hdf5 }
    let head = try file.bytes(at: 0, count: min(file.size, headCount))
    if let content = signature(of: head) { return content }
    if head.starts(with: Array("PK\u{3}\u{4}".utf8)) { return try ZipNames(file).content }
    // A little-endian length of at most 4 GB, then a JSON object.
    if head.count > 8, head[8] == UInt8(ascii: "{"), head[4..<8].allSatisfy({ $0 == 0 }) {
      return .safetensors
    }
    if try isSortedTable(file) { return .checkpoint }
    if let text = TextContent(head, isWhole: head.count == file.size) { return text.content }
    return try MessageFields(file).content ?? .other
  }

  private static let headCount = 4096

  /// What the first bytes alone tell.
  private static func signature(of head: [UInt8]) -> FileContent? {
    func begins(_ bytes: [UInt8], at offset: Int = 0) -> Bool {
      head.dropFirst(offset).starts(with: bytes)
    }
    func begins(_ text: String, at offset: Int = 0) -> Bool {
      begins(Array(text.utf8), at: offset)
    }
    // The number that torch.save puts in front.
    if begins([0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]) {
      return .pytorch
    }
    if head.count > 1, head[0] == 0x80, (2...5).contains(head[1]) { return .pickle }
    if begins("TFL3", at: 4) { return .tensorFlowLite }
    if begins([0x89, 0x50, 0x4E, 0x47]) || begins([0xFF, 0xD8, 0xFF]) || begins("GIF8")
      || begins("WEBP", at: 8) || begins("II*\0") || begins("MM\0*")
      || begins("BM") && begins([0, 0, 0, 0], at: 6)
    {
      return .image
    }
    let others: [(bytes: [UInt8], name: String)] = [
      ([0x93] + Array("NUMPY".utf8), "a NumPy array"),
      (Array("MATLAB".utf8), "a MATLAB file"), (Array("GGUF".utf8), "a GGUF file"),
      ([0x1F, 0x8B], "gzipped data"), (Array("BZh".utf8), "bzip2 data"),
      ([0xFD] + Array("7zXZ".utf8), "xz data"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd data"),
      (Array("7z".utf8) + [0xBC, 0xAF], "a 7z archive"), (Array("Rar!".utf8), "a RAR archive"),
      (Array("%PDF".utf8), "a PDF document"), ([0x7F] + Array("ELF".utf8), "a program"),
      ([0, 0, 8, 1], "IDX data"), ([0, 0, 8, 3], "IDX data"), ([0, 0, 8, 4], "IDX data"),
    ]
    if let other = others.first(where: { begins($0.bytes) }) { return FileContent(other.name) }
    return begins("ustar", at: 257) ? FileContent("a tar archive") : nil
  }

  /// The signature stands at byte 0, or after a block of the user's own at 512, 1024, 2048, ….
  private static func hasHDF5Signature(_ file: InputFile) throws -> Bool {
    let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    var offset = 0
    while offset <= 1 << 20, file.size - offset >= signature.count {
      if try file.bytes(at: offset, count: signature.count) == signature { return true }
      offset = offset == 0 ? 512 : offset * 2
    }
    return false
  }

  /// LevelDB's tables, which TensorFlow's checkpoints are or are listed in, end in a number.
  private static func isSortedTable(_ file: InputFile) throws -> Bool {
    guard file.size >= 48 else { return false }
    return try file.bytes(at: file.size - 8, count: 8)
      == [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB]
  }

  /// - Parameter has: whether a file of this name lies in the folder.
  static func ofFolder(_ has: (String) -> Bool) -> FileContent {
    if has("saved_model.pb") || has("saved_model.pbtxt") {
      return FileContent("a folder with a TensorFlow SavedModel")
    }
    if has("checkpoint") { return FileContent("a folder with a TensorFlow checkpoint") }
    if has("model.safetensors") || has("pytorch_model.bin") {
      return FileContent("a folder with a PyTorch model")
    }
    if has("model.json") { return FileContent("a folder with a TensorFlow.js model") }
    return FileContent("a folder")
  }
}
