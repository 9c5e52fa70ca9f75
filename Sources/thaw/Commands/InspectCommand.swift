import ArgumentParser
import Files
import Images
import Kernels
import ModelFormats
import Network
import Training

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract:
      "Show a model's layers, shapes, parameters, how pixels enter it, and what was not understood."
  )

  @Argument(help: "A model file, demo, or zoo:NAME.")
  var model: ModelSource

  @OptionGroup var pixels: PixelOptions

  @Flag(help: "One JSON object.")
  var json = false

  @OptionGroup var size: ImageSizeOptions

  /// For models that take images of any size: what most networks for photographs are made for.
  private static let standardSize = ImageSize(height: 224, width: 224)

  func run() throws {
    let asked = try pixels.preparation()
    let program = SystemMemory.resident
    var imported = try model.open(
      seed: 0, pool: WorkerPool(threads: 1), imageSize: Self.standardSize, asked: size.size())
    if let asked { imported.preparation = asked }
    let inspection = Inspection(imported, memory: try MemoryReport(imported, program: program))
    if json {
      StandardOutput.print(JSONLine.encode(inspection))
    } else {
      for line in inspection.lines { StandardOutput.print(printable(line, limit: nil)) }
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

  /// How a picture becomes what the network reads, and who says so.
  struct Preparation: Encodable {
    let pixels: String
    let origin: String
    let layers: [String]?
    let reason: String

    init(_ preparation: ImagePreparation) {
      pixels = preparation.pixels.rawValue
      reason = preparation.reason
      switch preparation.origin {
      case .layers(let names, _): (origin, layers) = ("layers", names)
      case .option: (origin, layers) = ("option", nil)
      case .program: (origin, layers) = ("program", nil)
      case .assumption: (origin, layers) = ("assumed", nil)
      case .olderRun: (origin, layers) = ("run", nil)
      }
    }
  }

  /// What training would minimise, should the network keep its end.
  struct Loss: Encodable {
    let name: String
    /// As the file says.
    let recorded: String?
  }

  /// What the file says of its weights' sizes.
  struct Rules: Encodable {
    let kept: [String]
    let notKept: [String]
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
  let memory: MemoryReport
  let preparation: Preparation
  let loss: Loss
  let rules: Rules
  let layers: [Layer]
  let report: Report

  init(_ imported: ImportedModel, memory: MemoryReport) {
    self.memory = memory
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
    preparation = Preparation(imported.preparation)
    let objective = Objective(imported)
    loss = Loss(name: objective.kind.title, recorded: imported.loss?.name)
    let weightRules = WeightRules(imported.trainingRules, of: model)
    rules = Rules(kept: weightRules.kept, notKept: weightRules.notKept)
    report = Report(
      loaded: imported.report.loaded,
      skipped: imported.report.skipped + imported.report.skippedLayers,
      mismatched: imported.report.mismatched, unused: imported.report.unused,
      warnings: imported.report.warnings + weightRules.notKept + [objective.note].compactMap(\.self)
    )
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
      ("kept", rules.kept), ("skipped", report.skipped), ("mismatched", report.mismatched),
      ("unused", report.unused),
      ("warning", report.warnings),
    ]
    return [
      "\(name): \(format)",
      "\(Self.words(input)) → \(Self.words(output)), \(parameters) parameters, "
        + "\(report.loaded.count) tensors loaded",
      "pixels \(preparation.pixels): \(preparation.reason)",
      "loss \(loss.name)" + (loss.recorded.map { ": the file was trained with \($0)" } ?? ""),
      memory.line, "",
    ] + TextTable.lines(rows) + notes.flatMap { title, items in items.map { "\(title): \($0)" } }
  }

  private static func words(_ shape: [Int]) -> String {
    shape.map(String.init).joined(separator: "×")
  }
}
