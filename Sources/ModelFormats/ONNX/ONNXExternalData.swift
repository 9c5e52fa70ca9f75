import Files
import Glibc

/// Weights in files beside the model's own. Only files in the model's folder, or in folders below it,
/// are opened.
struct ONNXExternalData {
  /// `TensorProto.DataLocation.EXTERNAL`.
  static let location: Int32 = 1

  private let folder: String
  private var files: [String: InputFile] = [:]

  init(modelPath: String) {
    folder = splitPath(modelPath).folder
  }

  mutating func tensor(_ message: ONNXTensorProto) throws -> MessageTensor {
    var entries: [String: String] = [:]
    for entry in message.externalData { entries[entry.key] = entry.value }
    let type = try MessageTensor.elementType(message.dataType, of: message.name)
    let file = try file(at: entries["location"] ?? "", of: message.name)
    func number(_ key: String) throws -> Int? {
      guard let text = entries[key] else { return nil }
      guard let number = Int(text), number >= 0 else {
        throw UnexpectedContent(
          expected: "a number of bytes as '\(key)' of tensor '\(message.name)'", found: "'\(text)'")
      }
      return number
    }
    let offset = try number("offset") ?? 0
    let length = try number("length") ?? max(file.size - offset, 0)
    guard offset <= file.size, length <= file.size - offset else {
      throw UnexpectedContent(
        expected: "\(length) bytes of tensor '\(message.name)' from byte \(offset) of "
          + "'\(splitPath(file.path).name)'", found: "\(file.size) bytes in all")
    }
    return try MessageTensor(message, in: .file(file), at: offset..<offset + length, type: type)
  }

  private mutating func file(at location: String, of name: String) throws -> InputFile {
    if let file = files[location] { return file }
    let parts = location.split(separator: "/", omittingEmptySubsequences: false)
    guard !location.isEmpty, !location.hasPrefix("/"), !parts.contains(".."),
      !location.utf8.contains(0)
    else {
      throw UnexpectedContent(
        expected: "a file in the model's folder for tensor '\(name)'", found: "'\(location)'")
    }
    let path = joinPath(folder, location)
    guard let resolved = realpath(path, nil),
      let root = realpath(folder.isEmpty ? "." : folder, nil)
    else {
      throw UnexpectedContent(
        expected: "the file '\(location)' beside the model, with tensor '\(name)'", found: "none")
    }
    defer {
      free(resolved)
      free(root)
    }
    let base = String(cString: root)
    // A link may lead out of the folder.
    guard String(cString: resolved).hasPrefix(base == "/" ? base : base + "/") else {
      throw UnexpectedContent(
        expected: "a file in the model's folder for tensor '\(name)'",
        found: "'\(location)', a link out of it")
    }
    let file = try InputFile(path: path)
    files[location] = file
    return file
  }
}
