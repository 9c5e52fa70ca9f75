import Foundation
import Images
import JSON
import Network

extension TimmConfiguration {
  /// The configuration that a model came with, with what its outputs are now and how it sees pictures.
  static func updated(_ configuration: JSONValue, for model: OutgoingModel) -> String {
    guard case .object(var root) = configuration else { return configuration.text + "\n" }
    let outputs = model.graph.outputShape.count
    let shape = model.graph.inputShape.dimensions
    var pretrained = root["pretrained_cfg"]?.object ?? [:]
    let isFlat = root["pretrained_cfg"]?.object == nil
    if isFlat { pretrained = root }
    let preparation = model.preparation
    pretrained["input_size"] = .array([shape[2], shape[0], shape[1]].map { .number(Double($0)) })
    let (mean, deviation) = preparation.ofUnitPixels
    pretrained["mean"] = .array(mean.map { .number($0.shortest) })
    pretrained["std"] = .array(deviation.map { .number($0.shortest) })
    pretrained["crop_pct"] = .number(preparation.fraction)
    pretrained["crop_mode"] = .string(
      [.crop: "center", .squash: "squash", .pad: "border"][preparation.fit] ?? "center")
    pretrained["interpolation"] = .string(preparation.interpolation.rawValue)
    pretrained["num_classes"] = .number(Double(outputs))
    if isFlat { root = pretrained } else { root["pretrained_cfg"] = .object(pretrained) }
    root["num_classes"] = .number(Double(outputs))
    for key in ["label_names", "label_descriptions", "labels"] { root[key] = nil }
    if let names = model.classNames, names.count == outputs {
      root[isFlat ? "labels" : "label_names"] = .array(names.map { .string($0) })
    }
    return JSONValue.object(root).text + "\n"
  }
}

extension ImagePreparation {
  /// Mean and deviation of three channels for pixels from 0 to 1, which is what timm's are.
  fileprivate var ofUnitPixels: (mean: [Float], deviation: [Float]) {
    func channels(_ values: [Float], or standard: Float) -> [Float] {
      values.count == 3 ? values : [Float](repeating: values.first ?? standard, count: 3)
    }
    let mean = channels(mean, or: 0)
    let deviation = channels(deviation, or: 1)
    switch pixels {
    case .unit: return (mean, deviation)
    case .bytes: return (mean.map { $0 / 255 }, deviation.map { $0 / 255 })
    case .symmetric: return (mean.map { ($0 + 1) / 2 }, deviation.map { $0 / 2 })
    }
  }
}

extension Float {
  /// The double that a person would write for it: 0.485, and not 0.48500001.
  fileprivate var shortest: Double { Double("\(self)") ?? Double(self) }
}

extension JSONValue {
  /// As JSON, with keys in order.
  var text: String {
    switch self {
    case .null: "null"
    case .bool(let bool): bool ? "true" : "false"
    case .number(let number):
      Int(exactly: number).map(String.init) ?? (number.isFinite ? "\(number)" : "null")
    case .string(let string): Self.quoted(string)
    case .array(let elements): "[" + elements.map(\.text).joined(separator: ", ") + "]"
    case .object(let members):
      "{"
        + members.sorted { $0.key < $1.key }
        .map { "\(Self.quoted($0.key)): \($0.value.text)" }.joined(separator: ", ") + "}"
    }
  }

  private static func quoted(_ string: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(string)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}
