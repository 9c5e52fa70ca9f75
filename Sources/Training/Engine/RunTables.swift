import EngineInterface
import Files
import RunStore

/// What a run's folder has for spreadsheets and scripts: a line an epoch, and what the last validation
/// took for what. They say nothing that the journal does not, and are written whole each time.
struct RunTables {
  /// A line for each epoch and the step that it ended at: made once, for a run may have many thousand.
  private var lines: [(step: Int, text: String)] = []
  private var hasTrouble = false

  /// Takes up what a run has come to before it was resumed.
  mutating func takeUp(_ epochs: [EpochSummary]) { lines = epochs.map(Self.line) }

  /// Drops what came after `step`.
  mutating func goBack(to step: Int) { lines.removeAll { $0.step > step } }

  /// Writes both files.
  /// - Returns: why they could not be written, when that is news.
  mutating func note(
    _ summary: EpochSummary, confusion: ConfusionMatrix?, in folder: RunFolder
  ) -> (any Error)? {
    lines.append(Self.line(summary))
    do {
      let results = Self.header + lines.map(\.text).joined()
      try OutputFile.write(Array(results.utf8), to: folder.resultsPath)
      if let confusion {
        try OutputFile.write(Array(Self.text(confusion).utf8), to: folder.confusionPath)
      }
      hasTrouble = false
      return nil
    } catch {
      defer { hasTrouble = true }
      return hasTrouble ? nil : error
    }
  }

  private static let header = text([
    [
      "epoch", "step", "learning_rate", "train_loss", "train_accuracy", "train_top5",
      "validation_loss", "validation_accuracy", "validation_top5", "images_per_second",
    ]
  ])

  private static func line(_ epoch: EpochSummary) -> (step: Int, text: String) {
    func fields(_ metrics: EpochSummary.Metrics?) -> [String] {
      guard let metrics else { return ["", "", ""] }
      return ["\(metrics.loss)", "\(metrics.accuracy)", metrics.top5.map { "\($0)" } ?? ""]
    }
    let row =
      ["\(epoch.epoch)", "\(epoch.step)", "\(epoch.learningRate)"] + fields(epoch.train)
      + fields(epoch.validation) + ["\(epoch.imagesPerSecond)"]
    return (epoch.step, text([row]))
  }

  /// Rows are what images are, columns what was said of them.
  private static func text(_ confusion: ConfusionMatrix) -> String {
    let columns = confusion.classes.indices.map(Optional.some) + [nil]
    let rows = confusion.classes.indices.map { label in
      [confusion.classes[label]] + columns.map { "\(confusion[label, $0])" }
    }
    return text([["class"] + confusion.classes + ["none of them"]] + rows)
  }

  private static func text(_ rows: [[String]]) -> String {
    rows.map { CommaSeparated.line($0) + "\n" }.joined()
  }
}
