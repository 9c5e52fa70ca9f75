import ArgumentParser
import Files
import Kernels
import ModelFormats
import Network

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Show a model's layers, shapes, parameters, and what was not understood.")

  @Argument(help: "A model file, demo, or zoo:NAME.")
  var model: ModelSource

  @Flag(help: "One JSON object.")
  var json = false

  func run() throws {
    let imported = try model.open(seed: 0, pool: WorkerPool(threads: 1))
    let inspection = Inspection(imported)
    if json {
      print(JSONLine.encode(inspection))
    } else {
      for line in inspection.lines { print(printable(line, limit: nil)) }
    }
  }
}

/// A model as `inspect` shows it.
private struct Inspection: Encodable {
  struct Layer: Encodable {
    let name: String
    let type: String
    let inputs: [String]
    let output: [Int]
    let parameters: Int
    let frozen: Bool
  }

  struct Report: Encodable {
    let loaded: [String]
    let skipped: [String]
    let mismatched: [String]
    let unused: [String]
    let warnings: [String]
  }

  let format: String
  let name: String
  let input: [Int]
  let output: [Int]
  let parameters: Int
  let layers: [Layer]
  let report: Report

  init(_ imported: ImportedModel) {
    let model = imported.model
    let frozen = Set(imported.frozenLayers)
    format = imported.report.format
    name = model.graph.name
    input = model.graph.inputShape.dimensions
    output = model.graph.outputShape.dimensions
    parameters = model.allParameters.reduce(0) { $0 + $1.values.count }
    layers = zip(model.graph.nodes, model.graph.shapes).map { node, shape in
      Layer(
        name: node.name, type: node.layer.kind,
        inputs: node.inputs.map { $0 == Graph.inputName ? "input" : $0 },
        output: shape.dimensions,
        parameters: (model.parameters[node.name] ?? []).reduce(0) { $0 + $1.values.count },
        frozen: frozen.contains(node.name))
    }
    report = Report(
      loaded: imported.report.loaded, skipped: imported.report.skipped,
      mismatched: imported.report.mismatched, unused: imported.report.unused,
      warnings: imported.report.warnings)
  }

  /// A table for a person.
  var lines: [String] {
    let rows =
      [["layer", "type", "output", "parameters", ""]]
      + layers.map {
        [
          $0.name, $0.type, Self.words($0.output), $0.parameters == 0 ? "–" : "\($0.parameters)",
          $0.frozen ? "frozen" : "",
        ]
      }
    let notes = [
      ("skipped", report.skipped), ("mismatched", report.mismatched), ("unused", report.unused),
      ("warning", report.warnings),
    ]
    return [
      "\(name): \(format)",
      "\(Self.words(input)) → \(Self.words(output)), \(parameters) parameters, "
        + "\(report.loaded.count) tensors loaded",
      "",
    ] + TextTable.lines(rows) + notes.flatMap { title, items in items.map { "\(title): \($0)" } }
  }

  private static func words(_ shape: [Int]) -> String {
    shape.map(String.init).joined(separator: "×")
  }
}
