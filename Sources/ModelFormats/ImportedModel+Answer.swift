import Files
import Foundation
import Network

/// What a person says of a model's answer, whatever its format.
extension ImportedModel {
  /// Takes the layer that was asked for as the model's answer, and the names of the outputs from a file.
  /// - Throws: `FileError`, `FormatError`.
  mutating func chooseAnswer(_ options: OpeningOptions, path: String) throws {
    if let name = options.outputLayer, !isAnswerChosen {
      do throws(GraphError) {
        let graph = try model.graph.ending(with: name)
        let kept = model.parameters.filter { graph.index(of: $0.key) != nil }
        model = Model(graph: graph, parameters: kept)
      } catch {
        throw FormatError(
          path: path, expected: "a layer for --output-layer \(name)", found: "none of that name")
      }
      frozenLayers.removeAll { model.graph.index(of: $0) == nil }
    }
    if options.outputLayer != nil {
      hasClassifier = nil
      classNames = nil
    }
    guard let labels = options.labels else { return }
    let outputs = model.graph.outputShape.channels
    let names = try ClassLabels(path: labels).names
    guard names.count == outputs || outputs == 1 && names.count == 2 else {
      throw FormatError(
        path: labels, expected: "names of \(outputs) outputs", found: "\(names.count)")
    }
    classNames = names
  }
}
