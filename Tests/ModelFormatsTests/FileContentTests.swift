import Files
import TestSupport
import Testing

@testable import ModelFormats

/// Files that are refused are called what they are, whatever their names.
@Suite struct FileContentTests {
  private func found(_ bytes: [UInt8]) throws -> String? {
    let folder = TemporaryFolder()
    let path = try folder.write(bytes, to: "model.h5")
    let (content, entry) = try FormatRegistry.recognize(path: path)
    guard entry?.read == nil else { return content.description }
    let error = #expect(throws: FormatError.self) { try ModelFile.open(path) }
    #expect(error?.expected == FormatRegistry.readable)
    return error?.found
  }

  /// A protobuf field of bytes.
  private static func field(_ number: Int, _ content: [UInt8]) -> [UInt8] {
    var key: [UInt8] = [UInt8(truncatingIfNeeded: number << 3 & 0x7F | 2)]
    if number > 15 { key = [key[0] | 0x80, UInt8(number >> 4)] }
    return key + [UInt8(content.count)] + content
  }

  private static func field(_ number: Int, _ text: String) -> [UInt8] {
    field(number, Array(text.utf8))
  }

  static let messages: [(bytes: [UInt8], content: FileContent)] = {
    let node = field(1, "input") + field(2, "Placeholder")
    let graph = field(1, node) + field(1, node)
    let meta = field(1, [0x22, 1, 0x31])
    let opset = field(8, [16, 17])
    var onnx: [UInt8] = [8, 8]
    onnx += field(2, "pytorch") + field(7, field(2, "g")) + opset
    var coreML: [UInt8] = [8, 4]
    coreML += field(2, field(1, [])) + [0xA2, 0x1F, 0]
    var saved: [UInt8] = [8, 1]
    saved += field(2, meta)
    let oldCaffe = field(1, "OldNet") + field(2, field(4, "data")) + field(2, field(4, "conv"))
    return [
      (onnx, .onnx), (opset + field(7, []) + [8, 3], .onnx),
      (graph + field(4, [8, 9]), .tensorFlowGraph), (saved, .savedModel),
      (meta + field(2, graph) + field(3, []), .metaGraph),
      (field(1, "CaffeNet") + field(100, field(1, "data")), .caffe), (oldCaffe, .caffe),
      (coreML, .coreML),
      // A message of nobody's, and one that ends too early.
      ([8, 8, 16, 3], .other), (Array(graph.dropLast(3)), .other),
    ]
  }()

  @Test(arguments: messages)
  func messagesAreToldApartByTheirFields(bytes: [UInt8], content: FileContent) throws {
    #expect(try found(bytes) == content.description)
  }

  static let marks: [(bytes: [UInt8], content: FileContent)] = [
    ([0x80, 0x02, 0x7D, 0x71], FileContent.pickle),
    ([0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19], .pytorch),
    ([0x1F, 0x8B, 8, 0], FileContent("gzipped data")),
    ([0x89, 0x50, 0x4E, 0x47], .image),
    ([0xFF, 0xD8, 0xFF, 0xE0], .image),
    ([UInt8]("RIFF....WEBPVP8 ".utf8), .image),
    ([28, 0, 0, 0] + [UInt8]("TFL3".utf8), .tensorFlowLite),
    ([0x93] + [UInt8]("NUMPY".utf8), FileContent("a NumPy array")),
    (
      [UInt8](repeating: 0xEE, count: 60) + [0x57, 0xFB, 0x80, 0x8B, 0x24, 0x75, 0x47, 0xDB],
      .checkpoint
    ),
    ([], .empty), ([1], .other), ([0xFE, 0xED], .other),
  ]

  @Test(arguments: marks)
  func marksAreKnown(bytes: [UInt8], content: FileContent) throws {
    #expect(try found(bytes) == content.description)
  }

  /// Opened, and then of no network that is known.
  @Test func aSafetensorsFileIsReadAsOne() throws {
    let folder = TemporaryFolder()
    let path = try folder.write([2, 0, 0, 0, 0, 0, 0, 0] + [UInt8]("{}".utf8), to: "model.h5")
    let weights = #expect(throws: UnrecognizedWeights.self) { try ModelFile.open(path) }
    #expect(weights?.error.found == "0 tensors of none")
  }

  static let texts: [(text: String, content: FileContent)] = [
    (
      "name: \"LeNet\"\nlayer {\n  name: \"conv\"\n  type: \"Convolution\"\n}\n",
      FileContent.caffeText
    ),
    ("layers { bottom: \"data\" type: CONVOLUTION }", .caffeText),
    ("node {\n  name: \"x\"\n  op: \"Placeholder\"\n}\n", .tensorFlowText),
    ("model_checkpoint_path: \"model.ckpt-1\"\n", .checkpoint),
    ("{\"format\": \"layers-model\", \"modelTopology\": {}}", .tensorFlowJS),
    (
      "{\"class_name\": \"Sequential\"}",
      FileContent("a Keras model's description as JSON, without weights")
    ),
    (
      "<!DOCTYPE html><title>Not found",
      FileContent("a web page, where a download may have gone wrong")
    ),
    (
      "version https://git-lfs.github.com/spec/v1\n",
      FileContent("a Git LFS pointer, which stands for a file that was not fetched")
    ),
    ("hello, größer", .text),
  ]

  @Test(arguments: texts)
  func textsAreToldApartByTheirWords(text: String, content: FileContent) throws {
    #expect(try found(Array(text.utf8)) == content.description)
  }

  /// A zip archive's directory, which is all that is looked at.
  private func archive(_ names: [String]) -> [UInt8] {
    var bytes = [UInt8]("PK\u{3}\u{4}".utf8) + [UInt8](repeating: 0, count: 30)
    for name in names {
      var entry = [UInt8](repeating: 0, count: 46)
      entry.replaceSubrange(0..<4, with: [0x50, 0x4B, 1, 2])
      entry[28] = UInt8(name.utf8.count)
      bytes += entry + Array(name.utf8)
    }
    return bytes
  }

  @Test(arguments: [
    (["metadata.json", "config.json", "model.weights.h5"], FileContent.kerasArchive),
    (["archive/data.pkl", "archive/data/0", "archive/version"], .pytorch),
    (["x.npy", "y.npy"], FileContent("a NumPy archive (.npz)")),
    (
      ["labels.txt", "keras_model.h5"], FileContent("a zip archive, with 'keras_model.h5' in it")
    ),
    (["readme"], FileContent("a zip archive")),
  ])
  func archivesAreCalledByWhatIsInThem(names: [String], content: FileContent) throws {
    #expect(try found(archive(names)) == content.description)
    // Cut anywhere it is still an archive.
    for length in stride(from: 5, to: archive(names).count, by: 7) {
      _ = try found(Array(archive(names)[..<length]))
    }
  }

  @Test func foldersAreCalledByWhatIsInThem() throws {
    let folder = TemporaryFolder()
    #expect(
      throws: FormatError(
        path: folder.path, expected: FormatRegistry.readable, found: "a folder")
    ) { try ModelFile.open(folder.path) }
    _ = try folder.write([8, 1], to: "saved_model.pbtxt")
    let error = #expect(throws: FormatError.self) { try ModelFile.open(folder.path) }
    #expect(error?.found == "a folder with a TensorFlow SavedModel as text")
  }

  @Test func damagedMessagesAreCalledSomething() throws {
    var mutations = Mutations(seed: 5)
    for message in Self.messages {
      for _ in 0..<40 { _ = try found(mutations.damaged(message.bytes)) }
    }
  }
}
