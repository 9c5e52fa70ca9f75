import Files
import Network

/// Weights with torchvision's names, without a description of their network: the network is one of
/// our architectures, recognised by names and shapes.
enum StateDictionaryFile {
  /// A safetensors file.
  /// - Throws: `FileError`; `FormatError` for whatever is wrong with the file, or where it is of no
  ///   architecture that is known.
  static func readSafetensors(path: String, imageSize: ImageSize?) throws -> ImportedModel {
    let archive = try SafetensorsArchive(path: path)
    do {
      return try model(archive, format: "safetensors", imageSize: imageSize)
    } catch let error as UnexpectedContent {
      throw error.formatError(path: path)
    }
  }

  /// - Parameter format: what the report calls the file's.
  static func model(
    _ archive: any TensorArchive, format: String, imageSize: ImageSize?
  ) throws -> ImportedModel {
    let found = try ArchitectureRecognition(archive)
    let standard = found.architecture.inputShape(.torchvision)
    let input = Shape(
      height: imageSize?.height ?? standard.dimensions[0],
      width: imageSize?.width ?? standard.dimensions[1], channels: standard.channels)
    let graph: Graph
    do {
      graph = try found.architecture.graph(
        .torchvision, inputShape: input, classes: found.classes)
    } catch {
      throw UnexpectedContent(
        expected: "an input that \(found.architecture.name) can take", found: "\(error)")
    }
    var report = ImportReport(
      format: "\(format) (torchvision's \(found.architecture.name), by names and shapes)")
    var places = StateDictionary.places(of: graph)
    if !found.prefix.isEmpty {
      for index in places.indices {
        places[index].stored.name = found.prefix + places[index].stored.name
      }
      report.renamed.append("\(places.count) tensors, without '\(found.prefix)'")
    }
    var loader = WeightLoader(archive, report: report)
    let model = try loader.model(graph, places: places, skipping: StateDictionary.isCounter)
    return ImportedModel(
      model: model, report: loader.report, family: (found.architecture, .torchvision))
  }
}
