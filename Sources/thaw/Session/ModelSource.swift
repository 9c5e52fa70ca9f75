import ArgumentParser
import Files
import Foundation
import Images
import Kernels
import ModelFormats
import Network
import Training

/// What MODEL names: a file or folder, `demo`, or a network of the zoo with random weights.
enum ModelSource: Equatable, ExpressibleByArgument {
  case demo
  case zoo(String)
  case file(String)

  init(argument: String) {
    if argument == "demo" {
      self = .demo
    } else if argument.hasPrefix("zoo:") {
      self = .zoo(String(argument.dropFirst(4)))
    } else {
      self = .file(argument)
    }
  }

  /// As `run.json` keeps it: paths are absolute, so that a resume from elsewhere finds them.
  var recorded: String {
    switch self {
    case .demo: "demo"
    case .zoo(let name): "zoo:\(name)"
    case .file(let path): URL(fileURLWithPath: path).standardizedFileURL.path
    }
  }

  /// What a screen calls it.
  var title: String {
    switch self {
    case .demo: "digits_0_to_4"
    case .zoo(let name): name
    case .file(let path): (splitPath(path).name as NSString).deletingPathExtension
    }
  }

  /// - Parameters:
  ///   - seed: of the zoo's random weights.
  ///   - imageSize: height and width for models that take images of any size.
  ///   - asked: the size that a person asked for, which the model must have.
  /// - Throws: `FileError`, `FormatError`, `ZooError`; `ConfigurationError` where the model takes
  ///   images of another size than was asked for.
  func open(
    seed: UInt64, pool: WorkerPool, imageSize: ImageSize? = nil, asked: ImageSize? = nil
  ) throws -> ImportedModel {
    let imported = try open(seed: seed, pool: pool, size: asked ?? imageSize)
    let shape = imported.model.graph.inputShape
    if let asked, ImageSize(shape.dimensions) != asked {
      throw ConfigurationError(
        option: "image-size", expected: "the size of the model's input, \(shape)",
        found: "\(asked)")
    }
    return imported
  }

  private func open(seed: UInt64, pool: WorkerPool, size: ImageSize?) throws -> ImportedModel {
    switch self {
    case .demo:
      var imported = try ModelFile.open(Demo.path("digits_0_to_4.h5"))
      imported.preparation = ImagePreparation(pixels: .unit, origin: .program)
      return imported
    case .file(let path): return try ModelFile.open(path, imageSize: size)
    case .zoo(let name):
      let graph = try Zoo.graph(named: name)
      try MemoryShortage.check(
        graph.parameterCount * MemoryLayout<Float>.stride, for: "the weights of \(name)")
      return ImportedModel(
        model: Model(initializing: graph, seed: seed, pool: pool),
        report: ImportReport(format: "built in, random weights"))
    }
  }
}

/// The bundled demonstration: a network that knows the digits 0–4 learns 5–9.
enum Demo {
  /// - Throws: `FileError` where the program was moved without its files.
  static func path(_ name: String = "") throws -> String {
    let file = name.isEmpty ? "Demo" : joinPath("Demo", name)
    guard let path = ProgramFiles.path(file) else {
      throw FileError(path: joinPath("thaw_thaw.resources", file), action: "open", code: ENOENT)
    }
    return path
  }
}
