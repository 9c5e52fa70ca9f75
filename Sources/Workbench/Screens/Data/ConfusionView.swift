import EngineInterface
import TerminalUI

/// A confusion matrix with what is shown of it, worked out once: of a thousand classes it has a million
/// cells.
struct ConfusionView: Sendable {
  let epoch: Int
  let confusion: ConfusionMatrix
  /// The classes, and where something was taken for none of them, that.
  let columns: [Int?]
  /// Of a row, its images.
  let images: [Int]
  let largest: Int
  /// Columns of the longest name of a class.
  let longestName: Int
  /// Pairs of classes of which one was taken for the other, those most often first.
  let mistakes: [(label: Int, answer: Int)]

  private static let mostMistakes = 8

  init(_ details: ValidationDetails) {
    let confusion = details.confusion
    epoch = details.epoch
    self.confusion = confusion
    let classes = confusion.classes.indices
    let isSure = classes.allSatisfy { confusion[$0, nil] == 0 }
    columns = classes.map(Optional.some) + (isSure ? [] : [nil])
    images = classes.map { confusion.images($0) }
    largest = confusion.counts.max() ?? 0
    longestName = confusion.classes.map(TextWidth.columns).max() ?? 0
    let wrong = classes.flatMap { label in
      classes.filter { $0 != label && confusion[label, $0] > 0 }.map { (label: label, answer: $0) }
    }
    mistakes = Array(
      wrong.sorted { confusion[$0.label, $0.answer] > confusion[$1.label, $1.answer] }
        .prefix(Self.mostMistakes))
  }

  /// The share of a row's images in a cell.
  func share(_ label: Int, _ answer: Int?) -> Double {
    images[label] == 0 ? 0 : Double(confusion[label, answer]) / Double(images[label])
  }
}
