import EngineInterface
import FoundationEssentials
import Kernels
import Network
import Safetensors

/// Everything that training needs to go on from a step as if nothing had happened, to be written
/// as one file.
package struct Checkpoint {
  /// One tensor of an optimiser: `m` of `conv1/kernel`.
  package struct Slot {
    package let parameter: String
    package let name: String
    package let shape: [Int]
    package let values: FloatBuffer

    package init(parameter: String, name: String, shape: [Int], values: FloatBuffer) {
      precondition(!name.contains("/"), "slot \(name)")
      self.parameter = parameter
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// Steps done.
  package var step: Int
  package var settings: TuningSettings
  package var parameters: [Parameter]
  package var slots: [Slot]
  /// Step counts and the like, by name.
  package var counters: [String: Int]
  /// The caller's own state as JSON.
  private let state: Data

  /// - Parameter state: whatever else the caller keeps: epoch, sums of metrics, best loss.
  package init(
    step: Int, settings: TuningSettings, parameters: [Parameter], slots: [Slot],
    counters: [String: Int], state: some Encodable
  ) {
    self.step = step
    self.settings = settings
    self.parameters = parameters
    self.slots = slots
    self.counters = counters
    do {
      self.state = try JSONCoding.encoder().encode(state)
    } catch {
      preconditionFailure("state cannot be encoded: \(error)")
    }
  }

  /// Writes the file, whole or not at all: the same bytes for the same content.
  /// - Throws: `FileError`.
  package func write(to path: String) throws {
    let weights = parameters.map {
      OutgoingTensor(
        name: CheckpointFile.weightPrefix + $0.name, shape: $0.specification.shape,
        values: .buffer($0.values))
    }
    let optimizer = slots.map {
      OutgoingTensor(
        name: "\(CheckpointFile.slotPrefix)\($0.parameter)/\($0.name)", shape: $0.shape,
        values: .buffer($0.values))
    }
    let encoder = JSONCoding.encoder()
    let header = CheckpointFile.Header(step: step, settings: settings, counters: counters)
    try SafetensorsWriter.write(
      weights + optimizer,
      metadata: [
        "format": CheckpointFile.format,
        "checkpoint": String(decoding: try encoder.encode(header), as: UTF8.self),
        "state": String(decoding: state, as: UTF8.self),
      ], to: path)
  }
}
