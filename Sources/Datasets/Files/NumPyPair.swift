import Files

/// Pictures and labels as NumPy writes them: an `.npz` or a folder of `.npy`, under the names that
/// people use.
struct NumPyPair {
  /// Names of the arrays of a purpose.
  private static let trainNames = [
    ("x_train", "y_train"), ("X_train", "y_train"), ("train_images", "train_labels"),
    ("train_x", "train_y"), ("images", "labels"), ("x", "y"), ("X", "y"), ("data", "labels"),
    ("arr_0", "arr_1"),
  ]
  private static let validationNames = [
    ("x_val", "y_val"), ("X_val", "y_val"), ("x_valid", "y_valid"), ("val_images", "val_labels"),
    ("val_x", "val_y"),
  ]
  private static let testNames = [
    ("x_test", "y_test"), ("X_test", "y_test"), ("test_images", "test_labels"),
    ("test_x", "test_y"),
  ]

  struct Part {
    let imageShape: [Int]
    let pixels: [UInt8]
    let labels: [Int]
    /// What messages call the labels.
    let labelsPath: String
  }

  let train: Part
  /// The validation's arrays, or the test's where there are none.
  let validation: Part?

  /// Whether a folder's files are such arrays.
  static func isOne(_ names: [String]) -> Bool {
    trainNames.contains { names.contains("\($0.0).npy") && names.contains("\($0.1).npy") }
  }

  /// - Throws: `FileError`, `FormatError`, `DatasetError`, `MemoryShortage`.
  init(path: String) throws {
    let files: any ArrayFiles
    if Folder.exists(path) {
      files = try FolderOfArrays(path: path)
    } else if try InputFile(path: path).size >= 2,
      try InputFile(path: path).bytes(at: 0, count: 2) == [0x50, 0x4b]
    {
      files = try ZipArchive(path: path)
    } else {
      // One array of a pair: its folder has the other.
      let (folder, _) = splitPath(path)
      files = try FolderOfArrays(path: folder)
    }
    let names = Set(files.names)
    func pair(_ among: [(String, String)]) -> (String, String)? {
      among.first { names.contains("\($0.0).npy") && names.contains("\($0.1).npy") }
    }
    guard let train = pair(Self.trainNames) else {
      throw FormatError(
        path: path, expected: "arrays called x_train and y_train, images and labels, or the like",
        found: names.isEmpty ? "none" : names.sorted().prefix(6).joined(separator: ", "))
    }
    self.train = try Self.read(train, files, path)
    validation = try (pair(Self.validationNames) ?? pair(Self.testNames)).map {
      try Self.read($0, files, path)
    }
  }

  private static func read(_ pair: (String, String), _ files: any ArrayFiles, _ path: String) throws
    -> Part
  {
    let place = { (name: String) in joinPath(path, "\(name).npy") }
    let images = try NumPyBytes(files, "\(pair.0).npy", types: ["|u1"], path: place(pair.0))
    let labels = try NumPyBytes(
      files, "\(pair.1).npy", types: NumPyBytes.wholeNumbers, path: place(pair.1))
    let shape = images.shape
    guard 3...4 ~= shape.count, shape.count == 3 || [1, 3].contains(shape[3]),
      shape.dropFirst().allSatisfy({ $0 > 0 })
    else {
      throw FormatError(
        path: place(pair.0),
        expected: "[count, height, width], or with 1 or 3 channels at the end", found: "\(shape)")
    }
    // Keras has a column of labels.
    guard labels.shape.count == 1 || labels.shape.count == 2 && labels.shape[1] == 1 else {
      throw FormatError(
        path: place(pair.1), expected: "a label for each picture", found: "shape \(labels.shape)")
    }
    guard labels.shape[0] == shape[0] else {
      throw DatasetError.countMismatch(
        images: place(pair.0), imageCount: shape[0], labels: place(pair.1),
        labelCount: labels.shape[0])
    }
    guard shape[0] > 0 else { throw DatasetError.empty(path: place(pair.0)) }
    return Part(
      imageShape: Array(shape[1...]) + (shape.count == 3 ? [1] : []), pixels: images.bytes,
      labels: try labels.integers(path: place(pair.1)), labelsPath: place(pair.1))
  }
}

/// Where arrays lie.
protocol ArrayFiles {
  var names: [String] { get }
  /// Reads a file from its beginning on: `read(count)` gives the next bytes.
  func open(_ name: String) throws -> (size: Int, read: (Int) throws -> [UInt8])
}

extension ZipArchive: ArrayFiles {
  func open(_ name: String) throws -> (size: Int, read: (Int) throws -> [UInt8]) {
    let entry = try entry(name)
    return (entry.size, entry.read)
  }
}

private struct FolderOfArrays: ArrayFiles {
  let path: String
  let names: [String]

  init(path: String) throws {
    self.path = path
    names = try Folder.names(in: path)
  }

  func open(_ name: String) throws -> (size: Int, read: (Int) throws -> [UInt8]) {
    let file = try InputFile(path: joinPath(path, name))
    var place = 0
    return (
      file.size,
      { count in
        let bytes = try file.bytes(at: place, count: count)
        place += count
        return bytes
      }
    )
  }
}
