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
  /// The classes with the largest values, largest first.
  let top: [Class]
  private let ending: FinalActivation.Kind?

  /// Classes of `top` where nobody says how many.
  static let topCount = 5
  /// Classes of a line where nobody says how many.
  static let lineCount = 3

  private enum CodingKeys: String, CodingKey { case input, index, values, top }

  /// - Parameters:
  ///   - values: of all outputs.
  ///   - classes: names of the outputs, or of the two sides of one.
  ///   - ending: what the model makes of its logits.
  ///   - count: of the classes in `top`.
  init(
    input: String, index: Int, values: [Float], classes: [String]?, ending: FinalActivation.Kind?,
    count: Int = topCount
  ) {
    self.input = input
    self.index = index
    self.values = values
    self.ending = ending
    top = RankedClasses(values, classes: classes, ending: ending, count: count).entries.map {
      Class(output: $0.output, name: $0.name, value: $0.value)
    }
  }

  /// `3 96.2 %  2 3.1 %  8 0.4 %`
  /// - Parameter count: classes at most.
  private func words(count: Int) -> [String] {
    top.prefix(count).map { entry in
      let value = Double(entry.value)
      let text = isDistribution ? NumberText.percent(value) : PlainText.number(value)
      return "\(printable(entry.name ?? "\(entry.output)", limit: 60)) \(text)"
    }
  }

  private var isDistribution: Bool {
    let areShares = values.allSatisfy { $0 >= 0 && $0 <= 1 }
    return areShares && (ending == .sigmoid || abs(values.reduce(0, +) - 1) < 1e-3)
  }

  /// `cat.jpg  cat 96.2 %  dog 3.1 %`, of a picture in a file of its own.
  func line(count: Int) -> String {
    ([printable(input, limit: nil)] + words(count: count)).joined(separator: "  ")
  }

  /// `cat.jpg,0,cat,0.962,dog,0.031`
  var record: String {
    CommaSeparated.line(
      [input, "\(index)"] + top.flatMap { [$0.name ?? "\($0.output)", "\($0.value)"] })
  }

  /// `   0  3 96.2 %  2 3.1 %  8 0.4 %`
  /// - Parameters:
  ///   - digits: of the largest number that an image of the file has.
  ///   - count: classes at most.
  func line(digits: Int, count: Int) -> String {
    let number = String(index)
    let room = String(repeating: " ", count: 2 + max(0, digits - number.count))
    return ([room + number] + words(count: count)).joined(separator: "  ")
  }
}
