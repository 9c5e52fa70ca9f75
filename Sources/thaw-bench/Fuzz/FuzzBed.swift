import ArgumentParser
import Datasets
import Files
import Foundation
import Images
import ModelFormats
import TestSupport

/// Whole files of one kind, and how a damaged one is read.
struct FuzzBed {
  private let kind: FuzzKind
  private let seed: UInt64
  private let originals: [[UInt8]]
  /// Of each, where the tables of a checkpoint have sums, and the name under which it is read.
  private var tables: [(name: String, blocks: [Range<Int>])] = []
  private let temporary = TemporaryFolder()

  init(_ kind: FuzzKind, folder: String?, seed: UInt64) throws {
    self.kind = kind
    self.seed = seed
    let tests = joinPath(splitPath(#filePath).folder, "../../../Tests")
    if kind == .csv {
      originals = [
        Array("path,label\na.png,cat\nb.png,dog\n\"c d.png\",\"cat\"\ne.png,\"dog\"\n".utf8),
        Array("a.png,1\r\nb.png,2\r\nc d.png,1\r\ne.png,2\r\n".utf8),
      ]
      let picture = joinPath(tests, "ImagesTests/Fixtures/pictures/colour.png")
      let bytes = try InputFile.contents(of: picture, limit: 1 << 20)
      for name in ["a.png", "b.png", "c d.png", "e.png"] { try temporary.write(bytes, to: name) }
      return
    }
    guard let fixtures = kind.fixtures else {
      originals = Self.configurations.map { Array($0.utf8) }
      return
    }
    let folder = folder ?? joinPath(tests, fixtures.folder)
    let names = try Self.names(
      in: folder, deeper: [.caffemodel, .prototxt, .checkpoint].contains(kind)
    )
    .filter { name in fixtures.endings.contains(where: name.hasSuffix) }
    let plain = try names.map {
      try InputFile.contents(of: joinPath(folder, $0), limit: 1 << 20)
    }
    originals = plain + (kind == .graphdef ? try Self.savedModel(in: folder, to: temporary) : [])
    if kind == .prototxt {
      for (number, name) in names.enumerated() {
        try Folder.create(temporary("\(number)"))
        let beside = splitPath(joinPath(folder, name)).folder
        for name in try Folder.names(in: beside) where name.contains(".caffemodel") {
          let weights = try InputFile.contents(of: joinPath(beside, name), limit: 1 << 20)
          _ = try temporary.write(weights, to: "\(number)/\(name)")
        }
      }
    }
    if kind == .checkpoint {
      // What the damaged lists of tensors refer to.
      let values = try InputFile.contents(
        of: joinPath(folder, "partitioned2/model.ckpt.data-00000-of-00001"), limit: 1 << 20)
      try temporary.write(values, to: "second.ckpt.data-00000-of-00001")
      tables = zip(names, originals).map { name, bytes in
        (
          name.hasSuffix(".index") ? "second.ckpt.index" : "first.ckpt",
          TableBytes.blocks(of: bytes)
        )
      }
    }
    if kind == .onnx,
      let weights = try? InputFile.contents(
        of: joinPath(folder, "external.bin"), limit: 1 << 20)
    {
      try temporary.write(weights, to: "external.bin")
    }
    if kind == .kerasweights,
      let description = try? InputFile.contents(
        of: joinPath(folder, "branches-keras3.json"), limit: 1 << 20)
    {
      // Without it weights alone are refused before they are read.
      try temporary.write(description, to: "damaged.json")
    }
    guard !originals.isEmpty else {
      throw ValidationError(
        "\(folder): no file *\(fixtures.endings.joined(separator: ", *")) to damage")
    }
  }

  /// - Parameter deeper: whether what is in its folders counts, too.
  private static func names(in folder: String, deeper: Bool) throws -> [String] {
    try Folder.names(in: folder).flatMap { name in
      let inner = joinPath(folder, name)
      guard deeper, Folder.exists(inner) else { return [name] }
      return try Folder.names(in: inner).map { "\(name)/\($0)" }
    }
  }

  /// A SavedModel's graph, with its variables where the damaged one looks for them.
  private static func savedModel(in folder: String, to temporary: TemporaryFolder) throws
    -> [[UInt8]]
  {
    let model = joinPath(folder, "keras_export")
    guard Folder.exists(model) else { return [] }
    let variables = joinPath(model, "variables")
    try FileManager.default.createDirectory(
      atPath: temporary("variables"), withIntermediateDirectories: true)
    for name in try Folder.names(in: variables) {
      let bytes = try InputFile.contents(of: joinPath(variables, name), limit: 1 << 20)
      try temporary.write(bytes, to: "variables/\(name)")
    }
    return [
      try InputFile.contents(of: joinPath(model, "saved_model.pb"), limit: 1 << 20)
    ]
  }

  /// Both forms of timm's `config.json`.
  private static let configurations = [
    """
    {"architecture": "mobilenetv2_100", "num_classes": 3, "label_names": ["a", "b", "c"],
     "global_pool": "avg", "pretrained_cfg": {"input_size": [3, 64, 64], "crop_pct": 0.95,
     "crop_mode": "border", "interpolation": "bilinear", "mean": [0.5, 0.5, 0.5],
     "std": [0.25, 0.25, 0.25], "pool_size": null}}
    """,
    """
    {"architecture": "mobilenetv2_100", "num_classes": 2, "labels": {"0": "a", "1": "b"},
     "input_size": [3, 64, 64], "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5], "crop_pct": 1}
    """,
  ]

  func run(_ cases: Range<Int>) throws -> FuzzTally {
    var tally = FuzzTally()
    for number in cases {
      var mutations = Mutations(seed: seed &* 1_000_003 &+ UInt64(number))
      let original = originals[number % originals.count]
      let bytes =
        (kind == .config || kind == .prototxt) && number % 3 == 0
        ? mutations.withOtherNumbers(original) : mutations.damaged(original)
      do {
        switch kind {
        case .jpeg, .png, .webp: _ = try Picture.decode(bytes, path: "damaged")
        case .csv, .npz:
          let path = try temporary.write(bytes, to: "damaged.\(kind.rawValue)")
          _ = try PictureData.load(path, options: ReadingOptions(workers: 1))
        case .pickle, .zip, .safetensors: try readTensors(bytes)
        case .config: try readConfiguration(bytes)
        case .keras, .kerash5: _ = try ModelFile.open(write(bytes))
        case .kerasweights:
          _ = try ModelFile.open(try temporary.write(bytes, to: "damaged.weights.h5"))
        case .kerasconfig: _ = try ModelFile.open(write(withDamagedDescription(number, mutations)))
        case .caffemodel:
          _ = try ModelFile.open(try temporary.write(bytes, to: "damaged.caffemodel"))
        case .prototxt:
          let place = "\(number % originals.count)/damaged.prototxt"
          _ = try ModelFile.open(try temporary.write(bytes, to: place))
        case .graphdef: _ = try ModelFile.open(try temporary.write(bytes, to: "saved_model.pb"))
        case .checkpoint: try readCheckpoint(number, bytes)
        case .onnx: _ = try ModelFile.open(try temporary.write(bytes, to: "damaged.onnx"))
        }
        tally.read += 1
      } catch {
        guard !"\(error)".contains("\n") else { fatalError("more than a line: \(error)") }
        tally.refused += 1
      }
    }
    return tally
  }

  private func write(_ bytes: [UInt8]) throws -> String {
    try temporary.write(bytes, to: "damaged.model")
  }

  /// An archive of Keras' whose description is damaged and whose other parts are whole.
  private func withDamagedDescription(_ number: Int, _ mutations: Mutations) throws -> [UInt8] {
    var mutations = mutations
    let path = try temporary.write(originals[number % originals.count], to: "whole.keras")
    let zip = try ZipArchive(path: path)
    let files = try zip.names.map { name in
      let bytes = try zip.contents(of: name, limit: 1 << 20)
      let isDescription = name == "config.json"
      let damaged =
        number % 3 == 0 ? mutations.withOtherNumbers(bytes) : mutations.damaged(bytes)
      return (name: name, content: ZipWriter.Content.bytes(isDescription ? damaged : bytes))
    }
    let damaged = temporary("damaged.keras")
    try ZipWriter.write(files, to: damaged)
    return try InputFile.contents(of: damaged, limit: 1 << 20)
  }

  /// Sums find damage before anything else does: of every other file they are made right again.
  private func readCheckpoint(_ number: Int, _ bytes: [UInt8]) throws {
    let table = tables[number % tables.count]
    let isSealed = number / tables.count % 2 == 0
    try readTensors(isSealed ? TableBytes.sealed(bytes, table.blocks) : bytes, name: table.name)
  }

  /// All elements of a file of tensors.
  private func readTensors(_ bytes: [UInt8], name: String = "damaged.pth") throws {
    let path = try temporary.write(bytes, to: name)
    guard let file = try ModelFile.tensors(path) else {
      // Something else by now, which opening refuses.
      _ = try ModelFile.open(path)
      return
    }
    for name in file.archive.tensorNames {
      do {
        _ = try file.archive.elements(name)
      } catch  where "\(error)".contains("\n") {
        fatalError("more than a line: \(error)")
      } catch {}
    }
  }

  /// A configuration is good where nothing but its weights is missing.
  private func readConfiguration(_ bytes: [UInt8]) throws {
    let path = try temporary.write(bytes, to: "config.json")
    do {
      _ = try ModelFile.open(path)
    } catch let error as FormatError where error.expected.hasPrefix("weights beside") {}
  }
}
