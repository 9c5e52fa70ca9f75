/// A file of text, by the words that it begins with.
struct TextContent {
  private let text: String

  /// - Parameters:
  ///   - head: the file's first bytes.
  ///   - isWhole: whether they are all of it; else the last character may be cut.
  init?(_ head: [UInt8], isWhole: Bool) {
    var bytes = head[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    guard bytes.allSatisfy({ $0 >= 0x20 || (9...13).contains($0) || $0 == 0x1B }) else {
      return nil
    }
    for _ in 0..<(isWhole ? 1 : 4) {
      if let text = String(validating: bytes, as: UTF8.self) {
        self.text = text
        return
      }
      bytes = bytes.dropLast()
    }
    return nil
  }

  var content: FileContent {
    let start = text.drop(while: \.isWhitespace)
    let lowercased = start.prefix(200).lowercased()
    if lowercased.hasPrefix("<!doctype html") || lowercased.hasPrefix("<html") {
      return FileContent("a web page, where a download may have gone wrong")
    }
    if start.hasPrefix("version https://git-lfs") {
      return FileContent("a Git LFS pointer, which stands for a file that was not fetched")
    }
    if start.hasPrefix("<") {
      return FileContent(text.contains("<net ") ? "an OpenVINO model's description" : "an XML file")
    }
    if start.hasPrefix("{") || start.hasPrefix("[") && text.contains("\"") { return json }
    if start.hasPrefix("[net]") || text.contains("[convolutional]") {
      return FileContent("a Darknet model's description (.cfg), without weights")
    }
    if text.contains("model_checkpoint_path:") { return .checkpoint }
    // Protobuf's text: the names of Caffe's and TensorFlow's own fields.
    let words = Set(text.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != ":" })
    let isMessage = text.contains("{")
    if isMessage, words.contains("node"), words.contains("op:") { return .tensorFlowText }
    if isMessage, words.contains("layer") || words.contains("layers"),
      words.contains("type:"), words.contains("name:") || words.contains("bottom:")
    {
      return .caffeText
    }
    return .text
  }

  private var json: FileContent {
    if text.contains("\"modelTopology\"") || text.contains("\"weightsManifest\"") {
      return .tensorFlowJS
    }
    if text.contains("\"class_name\"") {
      return FileContent("a Keras model's description as JSON, without weights")
    }
    return FileContent("a JSON file")
  }
}
