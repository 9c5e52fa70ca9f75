import EngineInterface
import Files
import FoundationEssentials
import Kernels
import Network
import Safetensors

/// A checkpoint on disk, opened and checked.
package final class CheckpointFile: Sendable {
  static let format = "thaw-checkpoint-1"
  // Weights and optimiser tensors cannot collide, whatever layers are called.
  static let weightPrefix = "weights/"
  static let slotPrefix = "optimizer/"

  struct Header: Codable {
    var step: Int
    var settings: TuningSettings
    var counters: [String: Int]
  }

  package var path: String { reader.path }
  package var step: Int { header.step }
  package var settings: TuningSettings { header.settings }
  package var counters: [String: Int] { header.counters }
  private let reader: SafetensorsReader
  private let header: Header

  /// - Throws: `FileError`, `FormatError`.
  package init(path: String) throws {
    reader = try SafetensorsReader(path: path)
    guard reader.metadata["format"] == Self.format else {
      throw FormatError(
        path: path, expected: "a checkpoint of thaw (\(Self.format))",
        found: reader.metadata["format"].map { "format '\($0)'" } ?? "safetensors of another kind")
    }
    header = try Self.decode(Header.self, "checkpoint", of: reader)
    let counts = [header.step] + header.counters.sorted { $0.key < $1.key }.map(\.value)
    let strange = counts.lazy.compactMap { TuningRange.steps.objection(to: $0) }.first
    if let objection = strange ?? header.settings.objection {
      throw FormatError(path: path, objection)
    }
  }

  /// The caller's own state.
  /// - Throws: `FormatError` where it is not of that type.
  package func state<State: Decodable>(_ type: State.Type) throws -> State {
    try Self.decode(type, "state", of: reader)
  }

  /// Shapes of the weights, by parameter name.
  package var weights: [String: [Int]] {
    var result: [String: [Int]] = [:]
    for tensor in reader.tensors where tensor.name.hasPrefix(Self.weightPrefix) {
      result[String(tensor.name.dropFirst(Self.weightPrefix.count))] = tensor.shape
    }
    return result
  }

  /// Copies the weights into a model that has exactly these parameters, of these shapes. Nothing is
  /// copied before all of them have been found to fit.
  /// - Throws: `FormatError`, `FileError`.
  package func restore(_ model: Model) throws { try restore(model.allParameters) }

  /// Copies the weights into parameters that are all that it has.
  /// - Throws: as above.
  package func restore(_ parameters: [Parameter]) throws {
    var unused = Set(weights.keys)
    for parameter in parameters {
      let shape = parameter.specification.shape
      guard let tensor = reader[Self.weightPrefix + parameter.name],
        unused.remove(parameter.name) != nil
      else {
        throw FormatError(
          path: path, expected: "weights of '\(parameter.name)', which the model has",
          found: "none")
      }
      guard tensor.shape == shape, tensor.type == .float32 else {
        throw FormatError(
          path: path, expected: "'\(parameter.name)' as F32 of shape \(shape)",
          found: "\(tensor.type.rawValue) of shape \(tensor.shape)")
      }
    }
    if let surplus = unused.min() {
      throw FormatError(
        path: path, expected: "only what the model has", found: "weights of '\(surplus)'")
    }
    for parameter in parameters {
      try reader.read(Self.weightPrefix + parameter.name, into: parameter.values)
    }
  }

  /// Copies the weights of one parameter, which has as many values.
  /// - Throws: `FormatError`, `FileError`.
  func readWeights(of parameter: String, into values: FloatBuffer) throws {
    try reader.read(Self.weightPrefix + parameter, into: values)
  }

  /// The optimiser's tensors, in a stable order: which slot of which parameter, and its shape.
  package var slots: [(parameter: String, name: String, shape: [Int])] {
    reader.tensors.compactMap { tensor in
      guard tensor.name.hasPrefix(Self.slotPrefix), tensor.type == .float32 else { return nil }
      let rest = tensor.name.dropFirst(Self.slotPrefix.count)
      guard let slash = rest.lastIndex(of: "/") else { return nil }
      return (String(rest[..<slash]), String(rest[rest.index(after: slash)...]), tensor.shape)
    }
  }

  /// Copies one of the optimiser's tensors.
  /// - Returns: false where there is none: the parameter had not been trained yet.
  /// - Throws: `FormatError` where it has another size, `FileError`.
  package func read(slot: String, of parameter: String, into values: FloatBuffer) throws -> Bool {
    let name = "\(Self.slotPrefix)\(parameter)/\(slot)"
    guard reader[name] != nil else { return false }
    try reader.read(name, into: values)
    return true
  }

  private static func decode<Value: Decodable>(
    _ type: Value.Type, _ key: String, of reader: SafetensorsReader
  ) throws -> Value {
    guard let text = reader.metadata[key] else {
      throw FormatError(path: reader.path, expected: "metadata '\(key)'", found: "none")
    }
    do {
      return try JSONCoding.decoder().decode(type, from: Data(text.utf8))
    } catch {
      throw FormatError(
        path: reader.path, expected: "a checkpoint's '\(key)'", found: JSONCoding.reason(error))
    }
  }
}
