import ArgumentParser
import EngineInterface
import Files
import Images
import Kernels
import ModelFormats
import Network
import Training
import Workbench

struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract:
      "Show a model's layers, shapes, parameters, how pixels enter it, and what was not understood."
  )

  @Argument(help: "A model file or folder, demo, or zoo:NAME.")
  var model: ModelSource

  @OptionGroup var pixels: PixelOptions

  @Flag(help: "Every layer: none folded into its block.")
  var all = false

  @Flag(help: "One JSON object.")
  var json = false

  @OptionGroup var opening: OpeningArguments

  /// For models that take images of any size and were made for none: what most networks for photographs
  /// are made for.
  private static let usualSize = ImageSize(height: 224, width: 224)

  func run() throws {
    var options = try opening.options()
    options.usualSize = Self.usualSize
    do {
      try describe(options)
    } catch let weights as UnrecognizedWeights {
      let listing = TensorListing(weights)
      if json {
        StandardOutput.print(JSONLine.encode(listing))
      } else {
        for line in listing.lines { StandardOutput.print(printable(line, limit: nil)) }
      }
      // With what a person asked for, that it is not so is what counts.
      if options.architecture != nil { throw weights }
    }
  }

  private func describe(_ options: OpeningOptions) throws {
    let asked = try pixels.preparation()
    let program = SystemMemory.resident
    var imported = try model.open(
      seed: 0, pool: WorkerPool(threads: 1), options: options, demo: .bundled)
    if let asked { imported.preparation = asked }
    let inspection = Inspection(imported, memory: try MemoryReport(imported, program: program))
    if json {
      StandardOutput.print(JSONLine.encode(inspection))
    } else {
      for line in inspection.lines(all: all) { StandardOutput.print(printable(line, limit: nil)) }
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
    /// Of them, what a gradient moves: running statistics are none.
    let trainable: Int
    let frozen: Bool
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

  struct Mismatch: Encodable {
    let parameter: String
    let expected: [Int]
    let found: [Int]

    init(_ mismatch: ImportReport.Mismatch) {
      parameter = mismatch.parameter
      expected = mismatch.expected.dimensions
      found = mismatch.found.dimensions
    }

    var words: String {
      "\(parameter): expected \(NumberText.shape(expected)), found \(NumberText.shape(found))"
    }
  }

  struct Report: Encodable {
    let loaded: [String]
    let skipped: [String]
    let renamed: [String]
    let mismatched: [Mismatch]
    let unused: [String]
    let warnings: [String]
  }

  let format: String
  let name: String
  let input: [Int]
  let output: [Int]
  let parameters: Int
  /// Of them, what training moves as the file has it, and what lies in frozen layers.
  let trainedParameters: Int
  let frozenParameters: Int
  let memory: MemoryReport
  let preparation: InspectedPreparation
  let loss: Loss
  let rules: Rules
  let layers: [Layer]
  /// Names of the outputs, where they are known.
  let classes: [String]?
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
        trainable: (model.parameters[node.name] ?? []).reduce(0) {
          $0 + ($1.specification.isTrainable ? $1.values.count : 0)
        },
        frozen: frozen.contains(node.name))
    }
    trainedParameters = layers.reduce(0) { $0 + ($1.frozen ? 0 : $1.trainable) }
    frozenParameters = layers.reduce(0) { $0 + ($1.frozen ? $1.parameters : 0) }
    preparation = InspectedPreparation(
      imported.preparation, channels: model.graph.inputShape.channels)
    classes = imported.classNames
    let objective = Objective(imported)
    loss = Loss(name: objective.kind.title, recorded: imported.loss?.name)
    let weightRules = WeightRules(imported.trainingRules, of: model)
    rules = Rules(kept: weightRules.kept, notKept: weightRules.notKept)
    report = Report(
      loaded: imported.report.loaded,
      skipped: imported.report.skipped + imported.report.skippedLayers,
      renamed: imported.report.renamed, mismatched: imported.report.mismatched.map(Mismatch.init),
      unused: imported.report.unused,
      warnings: imported.report.warnings + weightRules.notKept + [objective.note].compactMap(\.self)
    )
  }

  /// A table for a person.
  /// - Parameter all: each layer by itself, though it belongs to a block.
  func lines(all: Bool) -> [String] {
    let blocks = all ? [] : LayerGroup.groups(ofLayersNamed: layers.map(\.name))
    let rows = [["layer", "type", "output", "parameters", ""]] + rows(folding: blocks)
    let notes = [
      ("kept", rules.kept), ("skipped", report.skipped), ("renamed", report.renamed),
      ("mismatched", report.mismatched.map(\.words)),
      ("unused", report.unused),
      ("warning", report.warnings),
    ]
    let folded = NumberText.quantity(blocks.count, "block")
    return [
      "\(name): \(format)",
      "\(NumberText.shape(input)) → \(NumberText.shape(output)), "
        + "\(NumberText.quantity(report.loaded.count, "tensor")) loaded",
      totals,
    ] + preparation.lines + [
      "loss \(loss.name)" + (loss.recorded.map { ": the file was trained with \($0)" } ?? ""),
      memory.line, "",
    ] + TextTable.lines(rows, right: [3])
      + (blocks.isEmpty ? [] : ["\(folded) folded: --all shows every layer"])
      + notes.flatMap { title, items in Self.lines(title, items, all: all || title == "warning") }
  }

  /// More than a few of a kind are counted, not listed, unless all are wanted.
  private static func lines(_ title: String, _ items: [String], all: Bool) -> [String] {
    let shown = 4
    guard !all, items.count > shown + 1 else { return items.map { "\(title): \($0)" } }
    return items.prefix(shown).map { "\(title): \($0)" }
      + ["\(title): \(items.count - shown) more, which --all lists"]
  }

  private var totals: String {
    let statistics = parameters - trainedParameters - frozenParameters
    return
      "parameters \(NumberText.count(parameters)): \(NumberText.count(trainedParameters)) trained, "
      + "\(NumberText.count(frozenParameters)) frozen"
      + (statistics == 0 ? "" : ", \(NumberText.count(statistics)) running statistics")
  }

  private func rows(folding blocks: [LayerGroup]) -> [[String]] {
    var rows: [[String]] = []
    var next = 0
    for block in blocks {
      rows += layers[next..<block.layers.lowerBound].map { row($0.name, $0.type, [$0]) }
      let inside = Array(layers[block.layers])
      rows.append(row(block.name, NumberText.quantity(inside.count, "layer"), inside))
      next = block.layers.upperBound
    }
    return rows + layers[next...].map { row($0.name, $0.type, [$0]) }
  }

  /// - Parameter inside: the layers that the row stands for, in order.
  private func row(_ name: String, _ type: String, _ inside: [Layer]) -> [String] {
    let count = inside.reduce(0) { $0 + $1.parameters }
    let weighted = inside.filter { $0.parameters > 0 }
    let frozen = weighted.filter(\.frozen).count
    return [
      name, type, NumberText.shape(inside.last?.output ?? []),
      count == 0 ? "–" : NumberText.count(count),
      frozen == 0 ? "" : frozen == weighted.count ? "frozen" : "partly frozen",
    ]
  }
}
