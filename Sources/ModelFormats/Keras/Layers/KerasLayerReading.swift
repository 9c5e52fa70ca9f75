import JSON
import Kernels
import Network

/// One layer's configuration at its place in a model, of which rows of `KerasLayerTable` make layers
/// of ours.
struct KerasLayerReading {
  typealias Part = KerasLayerBuilder.Part
  typealias Statistics = (String) throws(UnexpectedContent) -> [Float]

  let layer: KerasLayerConfiguration
  /// Shapes of what the layer reads, without the batch.
  let inputs: [Shape]
  let builder: KerasLayerBuilder
  /// Values of the layer's weights by name.
  let statistics: Statistics

  /// Of the first input, without the batch: Keras' last axis.
  var rank: Int { inputs.first?.rank ?? 0 }

  var merging: KerasMerging { KerasMerging(inputs: inputs, layer: layer) }

  func activation() throws(UnexpectedContent) -> (function: Activation, isSoftmax: Bool) {
    switch try KerasActivation(of: layer, major: builder.major, rank: -1) {
    case .elementwise(let function): return (function, false)
    case .softmax: return (.linear, true)
    }
  }

  /// The window of a convolution or pooling.
  func window(size: (Int, Int), strides: (Int, Int)) throws(UnexpectedContent) -> Window {
    try layer.requireChannelsLast()
    let dilation = try layer.pair("dilation_rate", default: (1, 1))
    let padding = try layer.text("padding", default: "valid")
    guard padding == "valid" || padding == "same" else {
      throw layer.unexpected("'\(padding)'", expected: "padding 'valid' or 'same'")
    }
    return Window(
      height: size.0, width: size.1, strideHeight: strides.0, strideWidth: strides.1,
      dilationHeight: dilation.0, dilationWidth: dilation.1,
      padding: padding == "same" ? .same : .valid)
  }

  /// `[[top, bottom], [left, right]]`, `[vertical, horizontal]` or one number for all sides.
  func borders(_ key: String, default standard: Int) throws(UnexpectedContent) -> Padding {
    try layer.requireChannelsLast()
    guard let value = layer[key] else { return .uniform(standard) }
    let axes = value.list ?? [value, value]
    let amounts = axes.flatMap { $0.list ?? [$0, $0] }.compactMap(\.integer)
    guard axes.count == 2, amounts.count == 4, amounts.allSatisfy({ (0...4096).contains($0) })
    else {
      throw layer.unexpected(value.description, expected: "rows and columns as '\(key)'")
    }
    return Padding(top: amounts[0], bottom: amounts[1], left: amounts[2], right: amounts[3])
  }

  /// One number or one for each channel. Without a default there must be some.
  func factors(_ key: String, default standard: Float?) throws(UnexpectedContent) -> [Float] {
    guard let value = layer[key] else {
      guard let standard else { throw layer.unexpected("none", expected: "'\(key)'") }
      return [standard]
    }
    let numbers = value.numbers
    guard !numbers.isEmpty, numbers.allSatisfy(\.isFinite) else {
      throw layer.unexpected(value.description, expected: "numbers as '\(key)'")
    }
    return numbers
  }
}

extension JSONValue {
  /// The numbers of nested lists, in order; NaN for what is none.
  var numbers: [Float] {
    if let list { return list.flatMap(\.numbers) }
    if let array = self["config"]?["value"] { return array.numbers }
    return [number.map { Float($0) } ?? .nan]
  }
}
