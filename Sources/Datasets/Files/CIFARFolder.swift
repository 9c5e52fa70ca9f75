import Files

/// CIFAR-10 and CIFAR-100 as their authors publish them for C programs (A. Krizhevsky, "Learning
/// multiple layers of features from tiny images", 2009): records of one or two labels and 3 × 1,024
/// bytes, red, green and blue one after the other.
struct CIFARFolder {
  static let imageShape = [32, 32, 3]
  private static let pixelCount = 32 * 32

  let train: Part
  let test: Part?
  /// In the order of their numbers.
  let classes: [String]

  struct Part {
    let pixels: [UInt8]
    let labels: [Int32]
  }

  /// Names of the files, with how many labels a record begins with.
  private struct Layout {
    let train: [String]
    let test: String
    let names: String
    let labels: Int
    let classes: Int
  }

  private static let ten = Layout(
    train: (1...5).map { "data_batch_\($0).bin" }, test: "test_batch.bin",
    names: "batches.meta.txt", labels: 1, classes: 10)
  private static let hundred = Layout(
    train: ["train.bin"], test: "test.bin", names: "fine_label_names.txt", labels: 2, classes: 100)

  private static func layout(_ names: [String]) -> Layout? {
    [ten, hundred].first { layout in layout.train.contains(where: names.contains) }
  }

  static func isOne(_ names: [String]) -> Bool { layout(names) != nil }

  /// - Throws: `FileError`, `FormatError`, `MemoryShortage`.
  init(path: String) throws {
    let names = try Folder.names(in: path)
    let layout = Self.layout(names)!
    let files = layout.train.filter(names.contains)
    train = try Self.read(files.map { joinPath(path, $0) }, layout)
    test =
      names.contains(layout.test) ? try Self.read([joinPath(path, layout.test)], layout) : nil
    classes = try Self.classes(joinPath(path, layout.names), names.contains(layout.names), layout)
  }

  private static func classes(_ path: String, _ isThere: Bool, _ layout: Layout) throws -> [String]
  {
    guard isThere else { return (0..<layout.classes).map { String($0) } }
    let text = String(decoding: try InputFile.contents(of: path, limit: 1 << 16), as: UTF8.self)
    let names = text.split(whereSeparator: \.isNewline).map(String.init)
    guard names.count == layout.classes, Set(names).count == names.count else {
      throw FormatError(
        path: path, expected: "\(layout.classes) names of classes", found: "\(names.count)")
    }
    return names
  }

  private static func read(_ paths: [String], _ layout: Layout) throws -> Part {
    let size = layout.labels + 3 * pixelCount
    let files = try paths.map { try InputFile(path: $0) }
    for file in files {
      guard file.size > 0, file.size % size == 0 else {
        throw FormatError(
          path: file.path, expected: "records of \(size) bytes", found: "\(file.size) bytes")
      }
    }
    let count = files.reduce(0) { $0 + $1.size / size }
    try MemoryShortage.check(2 * count * size, for: "\(paths[0]): \(count) pictures")
    var pixels = [UInt8](repeating: 0, count: count * 3 * pixelCount)
    var labels: [Int32] = []
    labels.reserveCapacity(count)
    for file in files {
      let bytes = try file.bytes(at: 0, count: file.size)
      for start in stride(from: 0, to: bytes.count, by: size) {
        // The last label is the finer one.
        let label = bytes[start + layout.labels - 1]
        guard label < layout.classes else {
          throw FormatError(
            path: file.path, expected: "labels below \(layout.classes)", found: "\(label)")
        }
        let target = labels.count * 3 * pixelCount
        labels.append(Int32(label))
        for channel in 0..<3 {
          let plane = start + layout.labels + channel * pixelCount
          for pixel in 0..<pixelCount {
            pixels[target + 3 * pixel + channel] = bytes[plane + pixel]
          }
        }
      }
    }
    return Part(pixels: pixels, labels: labels)
  }
}
