import Files
import Foundation
import Images
import Kernels
import ModelFormats
import Network

/// What MODEL names: a file or folder, `demo`, or a network of the zoo with random weights.
package enum ModelSource: Equatable, Sendable {
  case demo
  case zoo(String)
  case file(String)

  package init(argument: String) {
    if argument == "demo" {
      self = .demo
    } else if argument.hasPrefix("zoo:") {
      self = .zoo(String(argument.dropFirst(4)))
    } else {
      self = .file(argument)
    }
  }

  /// Of a file or folder.
  package var path: String? {
    if case .file(let path) = self { path } else { nil }
  }

  /// Whether it is built in, and made for images of any size.
  package var isOfZoo: Bool { if case .zoo = self { true } else { false } }

  /// As `run.json` keeps it: paths are absolute, so that a resume from elsewhere finds them.
  package var recorded: String {
    switch self {
    case .demo: "demo"
    case .zoo(let name): "zoo:\(name)"
    case .file(let path): URL(fileURLWithPath: path).standardizedFileURL.path
    }
  }

  /// What a screen calls it.
  package var title: String {
    switch self {
    case .demo: "digits_0_to_4"
    case .zoo(let name): name
    case .file(let path): (splitPath(path).name as NSString).deletingPathExtension
    }
  }

  /// - Parameters:
  ///   - seed: of the zoo's random weights.
  ///   - options: what a person asked for, which the model must have; the size of the data's images.
  ///   - demo: where the demonstration lies.
  /// - Throws: `FileError`, `FormatError`, `ArchitectureError`; `ConfigurationError` where the model takes
  ///   images of another size than was asked for.
  package func open(
    seed: UInt64, pool: WorkerPool, options: OpeningOptions = OpeningOptions(), demo: DemoFiles
  ) throws -> ImportedModel {
    if let architecture = options.architecture, path == nil {
      throw ConfigurationError(
        option: "architecture", expected: "a file of weights as MODEL", found: architecture)
    }
    if path == nil { try options.refuseAnswer() }
    let imported = try opened(seed: seed, pool: pool, options, demo)
    let shape = imported.model.graph.inputShape
    if let asked = options.imageSize, ImageSize(shape.dimensions) != asked {
      throw ConfigurationError(
        option: "image-size", expected: "the size of the model's input, \(shape)",
        found: "\(asked)")
    }
    return imported
  }

  private func opened(
    seed: UInt64, pool: WorkerPool, _ options: OpeningOptions, _ demo: DemoFiles
  ) throws -> ImportedModel {
    switch self {
    case .demo:
      var imported = try ModelFile.open(demo.path("digits_0_to_4.h5"))
      imported.preparation = ImagePreparation(pixels: .unit, origin: .program)
      return imported
    case .file(let path): return try ModelFile.open(path, options)
    case .zoo(let name):
      let architecture = try Architecture.named(name)
      let graph = try architecture.graph(
        inputShape: options.inputShape(
          standard: architecture.inputShape(architecture.dialects[0])))
      try MemoryShortage.check(
        graph.parameterCount * MemoryLayout<Float>.stride, for: "the weights of \(name)")
      var imported = ImportedModel(
        model: Model(initializing: graph, seed: seed, pool: pool),
        report: ImportReport(format: "built in, random weights"),
        family: (architecture, architecture.dialects[0]))
      imported.hasClassifier = true
      return imported
    }
  }
}

extension OpeningOptions {
  /// For what is no model file.
  /// - Throws: `ConfigurationError` where something was said of its answer.
  func refuseAnswer() throws(ConfigurationError) {
    for case (let option, let given?) in [("output-layer", outputLayer), ("labels", labels)] {
      throw ConfigurationError(option: option, expected: "a model file as MODEL", found: given)
    }
  }
}
