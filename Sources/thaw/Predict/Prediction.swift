import Files
import Network
import Training

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
  /// The classes with the largest values, largest first; at most 5.
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
    top = RankedClasses(values, classes: classes, ending: ending, count: Self.topCount).entries.map
    {
      Class(output: $0.output, name: $0.name, value: $0.value)
    }
  }

  /// `   0  3 96.2 %  2 3.1 %  8 0.4 %`
  /// - Parameter digits: of the largest number that an image of the file has.
  func line(digits: Int) -> String {
    let areShares = values.allSatisfy { $0 >= 0 && $0 <= 1 }
    let isDistribution =
      areShares && (ending == .sigmoid || abs(values.reduce(0, +) - 1) < 1e-3)
    let answers = top.prefix(3).map { entry in
      let value = Double(entry.value)
      let text = isDistribution ? NumberText.percent(value) : PlainText.number(value)
      return "\(printable(entry.name ?? "\(entry.output)", limit: 60)) \(text)"
    }
    let number = String(index)
    let room = String(repeating: " ", count: 2 + max(0, digits - number.count))
    return ([room + number] + answers).joined(separator: "  ")
  }
}
