import Files

/// A model's answer to one image; encoded, a line of `predict --json`.
struct Prediction: Encodable {
  struct Class: Encodable {
    let output: Int
    /// `nil` where the model does not name its outputs.
    let name: String?
    let value: Float
  }

  let input: String
  let index: Int
  let values: [Float]
  /// The outputs with the largest values, largest first; at most 5.
  let top: [Class]

  private static let topCount = 5

  init(input: String, index: Int, values: [Float], classes: [String]?) {
    self.input = input
    self.index = index
    self.values = values
    // NaN is less than any number, and equal values keep their order.
    let order = values.indices.sorted { left, right in
      let (first, second) = (Self.rank(values[left]), Self.rank(values[right]))
      return first == second ? left < right : first > second
    }
    top = order.prefix(Self.topCount).map { output in
      let names = classes ?? []
      return Class(
        output: output, name: output < names.count ? names[output] : nil, value: values[output])
    }
  }

  private static func rank(_ value: Float) -> Float { value.isNaN ? -.infinity : value }

  /// `digits.npy 0  3 96.2 %  2 3.1 %  8 0.4 %`
  var line: String {
    let isDistribution =
      values.allSatisfy { $0 >= 0 && $0 <= 1 } && abs(values.reduce(0, +) - 1) < 1e-3
    let answers = top.prefix(3).map { entry in
      let value = Double(entry.value)
      let text = isDistribution ? PlainText.percent(value) : PlainText.number(value)
      return "\(printable(entry.name ?? "\(entry.output)", limit: 60)) \(text)"
    }
    return (["\(printable(input)) \(index)"] + answers).joined(separator: "  ")
  }
}
