import Files
import Images
import JSON
import Network

/// A model that is to be written in a format of others.
package struct OutgoingModel {
  package let model: Model
  /// Over the model's parameters: ends as whoever asks the model would have it, with its softmax or sigmoid.
  package let graph: Graph
  package let classNames: [String]?
  package let preparation: ImagePreparation
  /// Which known network it came from, and in whose words.
  package let family: (architecture: Architecture, dialect: Dialect)?
  /// The `config.json` that came with it.
  package let timmConfiguration: JSONValue?
  /// Layers that are not to be trained.
  package var frozenLayers: [String] = []
  /// Regularizers and constraints, by the names of layers and parameters.
  package var trainingRules = TrainingRules()
  /// Whether bytes go in, and become the network's numbers inside: of formats that can say it.
  package var includesPreparation = false

  package init(
    model: Model, graph: Graph, classNames: [String]?, preparation: ImagePreparation,
    family: (architecture: Architecture, dialect: Dialect)? = nil,
    timmConfiguration: JSONValue? = nil
  ) {
    self.model = model
    self.graph = graph
    self.classNames = classNames
    self.preparation = preparation
    self.family = family
    self.timmConfiguration = timmConfiguration
  }
}

/// What a person is told of an export.
package struct ExportReport: Equatable, Sendable {
  /// What was written: `62 tensors with torchvision's names`.
  package var summary: String
  /// What the file cannot say, or says otherwise.
  package var warnings: [String] = []

  package init(summary: String, warnings: [String] = []) {
    self.summary = summary
    self.warnings = warnings
  }
}

/// A format that models are written in: one row each.
package struct ExportFormat: Sendable {
  /// As `--format` takes it.
  package let name: String
  /// In a person's words: `weights for PyTorch`.
  package let summary: String
  /// Writes a model whole or not at all.
  /// - Throws: `FileError`, `FormatError`; `ExportError` for what the format cannot say.
  package let write: @Sendable (_ model: OutgoingModel, _ path: String) throws -> ExportReport
  /// Copies a file of tensors without knowing their network; `nil` where the format needs one.
  package let copy: (@Sendable (_ file: TensorFile, _ path: String) throws -> ExportReport)?

  package static let all: [ExportFormat] = [.keras, .kerasHDF5, .onnx, .safetensors]

  package static func named(_ name: String) -> ExportFormat? { all.first { $0.name == name } }
}

/// A model that a format has no words for: `safetensors: …`.
package struct ExportError: Error, Equatable, CustomStringConvertible {
  package let format: String
  package let reason: String

  package init(format: String, reason: String) {
    self.format = format
    self.reason = reason
  }

  package var description: String { "\(format): \(reason)" }
}
