import Files
import Network

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
  /// The classes with the largest values, largest first; at most 5. Both of one sigmoid: its own value
  /// is the second class's, and what is missing to 1 the first's.
  let top: [Class]
  private let ending: FinalActivation.Kind?

  private static let topCount = 5

  private enum CodingKeys: String, CodingKey { case input, index, values, top }

  /// - Parameters:
  ///   - values: of all outputs.
  ///   - classes: names of the outputs, or of the two sides of one.
  ///   - ending: what the model makes of its logits.
  init(
    input: String, index: Int, values: [Float], classes: [String]?, ending: FinalActivation.Kind?
  ) {
    self.input = input
    self.index = index
    self.values = values
    self.ending = ending
    if values.count == 1, let classes, classes.count == 2 {
      let second = Class(output: 0, name: classes[1], value: values[0])
      let opposite = ending == .sigmoid ? 1 - values[0] : -values[0]
      let first = Class(output: 0, name: classes[0], value: opposite)
      top = first.value > second.value ? [first, second] : [second, first]
      return
    }
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

  /// `   0  3 96.2 %  2 3.1 %  8 0.4 %`
  /// - Parameter digits: of the largest number that an image of the file has.
  func line(digits: Int) -> String {
    let areShares = values.allSatisfy { $0 >= 0 && $0 <= 1 }
    let isDistribution =
      areShares && (ending == .sigmoid || abs(values.reduce(0, +) - 1) < 1e-3)
    let answers = top.prefix(3).map { entry in
      let value = Double(entry.value)
      let text = isDistribution ? PlainText.percent(value) : PlainText.number(value)
      return "\(printable(entry.name ?? "\(entry.output)", limit: 60)) \(text)"
    }
    let number = String(index)
    let room = String(repeating: " ", count: 2 + max(0, digits - number.count))
    return ([room + number] + answers).joined(separator: "  ")
  }
}
