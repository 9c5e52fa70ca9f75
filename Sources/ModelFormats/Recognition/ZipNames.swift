import Files

/// The names of what is in a zip archive, as far as they stand in its last part, where the directory
/// is.
struct ZipNames {
  private let names: [String]

  init(_ file: InputFile) throws {
    let count = min(file.size, Self.tailCount)
    let tail = try file.bytes(at: file.size - count, count: count)
    var names: [String] = []
    var place = 0
    // An entry: its mark, 42 bytes with the name's length at 28, the name.
    while place + 46 <= tail.count, names.count < 10_000 {
      guard tail[place] == 0x50, tail[place + 1] == 0x4B, tail[place + 2] == 1,
        tail[place + 3] == 2
      else {
        place += 1
        continue
      }
      let length = Int(tail[place + 28]) | Int(tail[place + 29]) << 8
      let end = min(place + 46 + length, tail.count)
      names.append(String(decoding: tail[place + 46..<end], as: UTF8.self))
      place = end
    }
    self.names = names
  }

  private static let tailCount = 1 << 20

  var content: FileContent {
    func has(_ name: String) -> Bool { names.contains(name) }
    func hasEnding(_ ending: String) -> Bool { names.contains { $0.hasSuffix(ending) } }
    if has("model.weights.h5") || has("config.json") && has("metadata.json") {
      return .kerasArchive
    }
    if hasEnding("/data.pkl") || has("data.pkl") { return .pytorch }
    if hasEnding("saved_model.pb") {
      return FileContent("a zip archive with a TensorFlow SavedModel")
    }
    if let model = names.first(where: { $0.hasSuffix(".h5") || $0.hasSuffix(".hdf5") }) {
      return FileContent("a zip archive, with '\(printable(model, limit: 60))' in it")
    }
    if !names.isEmpty, names.allSatisfy({ $0.hasSuffix(".npy") }) {
      return FileContent("a NumPy archive (.npz)")
    }
    return FileContent("a zip archive")
  }
}
