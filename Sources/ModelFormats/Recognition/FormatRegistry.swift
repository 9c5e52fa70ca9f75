import Files
import Network

/// All formats that are told apart, each one entry. A file is what the first entry says that knows it:
/// certain marks come before guesses.
enum FormatRegistry {
  static let entries: [FormatEntry] = folders + marked + structured

  /// What a file or folder is, by its contents.
  /// - Throws: `FileError`, `FormatError` where it cannot be read.
  static func recognize(path: String) throws -> (content: FileContent, entry: FormatEntry?) {
    try recognize(FormatProbe(path: path))
  }

  static func recognize(_ probe: FormatProbe) throws -> (content: FileContent, entry: FormatEntry?)
  {
    for entry in entries {
      if let content = try entry.recognize(probe) { return (content, entry) }
    }
    return (probe.isFolder ? FileContent("a folder") : .other, nil)
  }

  /// What can be opened, in a person's words.
  static let readable =
    "a Keras model (.keras, .h5, .weights.h5), an ONNX model, a TensorFlow graph (.pb, .tfmodel, "
    + ".meta, .ckpt) or SavedModel, a Caffe model (.caffemodel, .prototxt), or weights of PyTorch's (.pth, "
    + ".safetensors, a folder of timm's)"

  private static let folders: [FormatEntry] = [
    FormatEntry(
      FileContent("a folder with a TensorFlow SavedModel"),
      read: TensorFlowModelFile.readSavedModel
    ) {
      $0.contains(TensorFlowModelFile.savedModelName)
    },
    FormatEntry(FileContent("a folder with a TensorFlow SavedModel as text")) {
      $0.contains("saved_model.pbtxt")
    },
    FormatEntry(
      FileContent("a folder with a TensorFlow checkpoint"),
      read: TensorFlowModelFile.readCheckpointFolder,
      tensors: TensorFlowModelFile.tensors(ofFolder:)
    ) {
      $0.contains(TensorFlowCheckpointFiles.stateName)
    },
    FormatEntry(FileContent("a folder with a Keras model"), read: KerasArchive.readFolder) {
      $0.contains(KerasArchive.configurationName) && $0.contains(KerasArchive.weightsName)
    },
    FormatEntry(
      FileContent("a folder with a PyTorch model"), read: WeightsFolder.read,
      tensors: WeightsFolder.tensors
    ) { probe in
      WeightsFolder.weightNames.contains(where: probe.contains)
    },
    FormatEntry(FileContent("a timm folder without weights"), read: WeightsFolder.read) {
      $0.contains(WeightsFolder.configurationName)
    },
    FormatEntry(FileContent("a folder with a Caffe model"), read: CaffeModelFile.readFolder) {
      $0.containsName { $0.hasSuffix(".caffemodel") || $0.hasSuffix(".caffemodel.h5") }
    },
    FormatEntry(FileContent("a folder with a TensorFlow.js model")) { $0.contains("model.json") },
    // Without a word about which is the newest, as they are handed out.
    FormatEntry(
      FileContent("a folder with a TensorFlow checkpoint"),
      read: TensorFlowModelFile.readCheckpointFolder,
      tensors: TensorFlowModelFile.tensors(ofFolder:)
    ) { probe in
      probe.containsName { $0.hasSuffix(".ckpt.index") }
        || probe.containsFile(TensorFlowCheckpointFiles.isTable) { $0.hasSuffix(".ckpt") }
    },
  ]

  /// Formats that begin with a mark of their own.
  private static let marked: [FormatEntry] =
    [
      FormatEntry(.empty) { $0.file?.size == 0 },
      // The signature stands at byte 0, or after a block of the user's own at 512, 1024, 2048, ….
      FormatEntry(.hdf5, read: HDF5ModelFile.read) {
        // The weights in a zip archive may come to stand there by chance.
        try !$0.has("PK\u{3}\u{4}")
          && $0.has(
            [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A],
            atAnyOf: [0] + (9...20).map { 1 << $0 })
      },
      // The number that torch.save puts in front.
      FormatEntry(.pytorch, read: StateDictionaryFile.readPyTorch, tensors: PyTorchFile.tensors) {
        $0.has([0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19])
      },
      // Of another protocol than torch.save's usual one, or by somebody else.
      FormatEntry(.pickle, read: StateDictionaryFile.readPyTorch, tensors: PyTorchFile.tensors) {
        probe in (UInt8(2)...5).contains { probe.has([0x80, $0]) }
      },
      // Before version 0.1.10.
      FormatEntry(
        FileContent("a PyTorch file of 2016 (tar): load it in Python, and save it with torch.save")
      ) { probe in
        probe.has("ustar", at: 257)
          && ["sys_info", "pickle", "storages", "tensors"].contains { probe.has("\($0)\0") }
      },
      FormatEntry(.tensorFlowLite) { $0.has("TFL3", at: 4) },
      FormatEntry(.image) {
        $0.has([0x89, 0x50, 0x4E, 0x47]) || $0.has([0xFF, 0xD8, 0xFF]) || $0.has("GIF8")
          || $0.has("WEBP", at: 8) || $0.has("II*\0") || $0.has("MM\0*")
          || $0.has("BM") && $0.has([0, 0, 0, 0], at: 6)
      },
    ]
    + others.map { other in
      FormatEntry(FileContent(other.name)) { $0.has(other.bytes, at: other.offset) }
    }

  /// What people hand over by mistake.
  private static let others: [(name: String, bytes: [UInt8], offset: Int)] = [
    ("a NumPy array", [0x93] + Array("NUMPY".utf8), 0),
    ("a MATLAB file", Array("MATLAB".utf8), 0), ("a GGUF file", Array("GGUF".utf8), 0),
    ("gzipped data", [0x1F, 0x8B], 0), ("bzip2 data", Array("BZh".utf8), 0),
    ("xz data", [0xFD] + Array("7zXZ".utf8), 0), ("zstd data", [0x28, 0xB5, 0x2F, 0xFD], 0),
    ("a 7z archive", Array("7z".utf8) + [0xBC, 0xAF], 0), ("a RAR archive", Array("Rar!".utf8), 0),
    ("a PDF document", Array("%PDF".utf8), 0), ("a program", [0x7F] + Array("ELF".utf8), 0),
    ("IDX data", [0, 0, 8, 1], 0), ("IDX data", [0, 0, 8, 3], 0), ("IDX data", [0, 0, 8, 4], 0),
    ("a tar archive", Array("ustar".utf8), 257),
  ]

  /// Formats that are known by how they are built.
  private static let structured: [FormatEntry] = [
    FormatEntry(.kerasArchive, read: KerasArchive.read) { probe in
      guard let file = probe.file, probe.has("PK\u{3}\u{4}") else { return false }
      return try ZipNames(file).content == .kerasArchive
    },
    FormatEntry(.pytorch, read: StateDictionaryFile.readPyTorch, tensors: PyTorchFile.tensors) {
      probe in
      guard let file = probe.file, probe.has("PK\u{3}\u{4}") else { return false }
      return try ZipNames(file).content == .pytorch
    },
    FormatEntry(family: "a zip archive") { probe in
      guard let file = probe.file, probe.has("PK\u{3}\u{4}") else { return nil }
      return try ZipNames(file).content
    },
    // A little-endian length of at most 4 GB, then a JSON object.
    FormatEntry(
      .safetensors, read: StateDictionaryFile.readSafetensors,
      tensors: StateDictionaryFile.safetensors
    ) {
      $0.has([0, 0, 0, 0, UInt8(ascii: "{")], at: 4)
    },
    // By its keys, of which a file of any size has these among the first or not.
    FormatEntry(
      FileContent("a list of the files that tensors are in"), read: StateDictionaryFile.readShards,
      tensors: ShardedArchive.tensors
    ) {
      $0.has("{") && $0.headText.contains("\"weight_map\"")
    },
    FormatEntry(FileContent("timm's config.json"), read: WeightsFolder.read) {
      $0.has("{")
        && ["\"architecture\"", "\"pretrained_cfg\""].contains(where: $0.headText.contains)
    },
    // LevelDB's tables, which TensorFlow's checkpoints are or are listed in, end in a number.
    FormatEntry(
      .checkpoint, read: TensorFlowModelFile.readCheckpoint,
      tensors: TensorFlowCheckpointFiles.tensors
    ) {
      try LevelDBTable.isOne($0)
    },
    FormatEntry(.tensorFlowText, read: TensorFlowModelFile.readText) { probe in
      try text(probe)?.content == .tensorFlowText
    },
    FormatEntry(.caffeText, read: CaffeModelFile.readText) { probe in
      try text(probe)?.content == .caffeText
    },
    FormatEntry(family: "a text file") { try text($0)?.content },
    // Protobuf messages, none of which begins with a mark.
    FormatEntry(.onnx, read: ONNXModelFile.read) { try message($0) == .onnx },
    FormatEntry(.tensorFlowGraph, read: TensorFlowModelFile.readGraph) {
      try message($0) == .tensorFlowGraph
    },
    FormatEntry(.metaGraph, read: TensorFlowModelFile.readMetaGraph) {
      try message($0) == .metaGraph
    },
    FormatEntry(.savedModel, read: TensorFlowModelFile.readSavedModel) {
      try message($0) == .savedModel
    },
    FormatEntry(.caffe, read: CaffeModelFile.readWeights) { try message($0) == .caffe },
    FormatEntry(family: "a protobuf message") { try message($0) },
  ]

  private static func message(_ probe: FormatProbe) throws -> FileContent? {
    try probe.file.flatMap { try MessageFields($0).content }
  }

  private static func text(_ probe: FormatProbe) throws -> TextContent? {
    probe.file.flatMap { TextContent(probe.head, isWhole: probe.head.count == $0.size) }
  }
}
