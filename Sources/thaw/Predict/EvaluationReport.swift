import EngineInterface
import Files
import Training

/// An evaluation as `evaluate` shows it; encoded, its `--json`. Shares are fractions.
struct EvaluationReport: Encodable {
  struct Class: Encodable {
    let name: String
    let images: Int
    /// `nil` where nothing was said to be it.
    let precision: Double?
    /// `nil` where there are no images of it.
    let recall: Double?
  }

  let images: Int
  let correct: Int
  let unreadable: Int
  let accuracy: Double
  /// In which the accuracy of all such images lies with 95 %.
  let interval: [Double]
  let balancedAccuracy: Double
  let calibrationError: Double
  let classes: [Class]
  /// A row a class; the last column counts answers that are none of them.
  let confusion: [[Int]]

  /// Classes beyond which a terminal has no room for the matrix.
  private static let widest = 12

  /// - Precondition: of at least one image.
  init(_ evaluation: Evaluation) {
    let matrix = evaluation.confusion
    images = matrix.images
    correct = matrix.correct
    unreadable = evaluation.unreadable.count
    accuracy = matrix.accuracy!
    let range = matrix.accuracyInterval!
    interval = [range.lowerBound, range.upperBound]
    balancedAccuracy = matrix.balancedAccuracy!
    calibrationError = evaluation.calibrationError!
    classes = matrix.classes.enumerated().map { label, name in
      Class(
        name: name, images: matrix.images(label), precision: matrix.precision(label),
        recall: matrix.recall(label))
    }
    confusion = matrix.classes.indices.map { label in
      (matrix.classes.indices.map(Optional.some) + [nil]).map { matrix[label, $0] }
    }
  }

  var lines: [String] {
    let ends = interval.map(NumberText.percent).joined(separator: " to ")
    var lines = [
      "accuracy \(NumberText.percent(accuracy)), \(correct) of \(images); 95 % interval \(ends)",
      "balanced accuracy \(NumberText.percent(balancedAccuracy)), "
        + "calibration error \(NumberText.percent(calibrationError))",
      "",
    ]
    lines += TextTable.lines(
      [["class", "images", "precision", "recall"]]
        + classes.map {
          [
            $0.name, "\($0.images)", $0.precision.map(NumberText.percent) ?? "–",
            $0.recall.map(NumberText.percent) ?? "–",
          ]
        }, right: [1, 2, 3])
    guard classes.count <= Self.widest else {
      return lines + ["", "the confusion matrix of \(classes.count) classes is in --json"]
    }
    let hasOthers = confusion.contains { $0.last != 0 }
    let header = [""] + classes.map(\.name) + (hasOthers ? ["others"] : [])
    let rows = zip(classes, confusion).map { entry, row in
      [entry.name] + (hasOthers ? row : row.dropLast()).map { "\($0)" }
    }
    return lines + ["", "what it is, by row, and what was said, by column:"]
      + TextTable.lines([header] + rows, right: Set(1..<header.count))
  }
}
