import Datasets
import EngineInterface
import Foundation
import Kernels
import Network

/// How well a model does on labelled images.
package struct Evaluation: Sendable {
  package private(set) var confusion: ConfusionMatrix
  /// Images that could not be read, and why.
  package private(set) var unreadable: [String] = []
  private var calibration = Calibration()

  /// How far the probabilities that a model says are from how often it is right: the mean difference over
  /// 15 equal ranges of them (Guo et al., 2017); `nil` without images.
  package var calibrationError: Double? { calibration.error }

  /// Asks a model about all images of a data set.
  ///
  /// - Parameters:
  ///   - outputs: of each class of the data, what it is called among the model's outputs; of one sigmoid,
  ///     0 and 1 are its two sides.
  ///   - ending: what the model makes of its logits.
  ///   - progress: told how many of the images are done.
  /// - Throws: what is wrong with an image that is not to be left out.
  package init(
    of predictor: Predictor, on images: any ImageDataset, leavingOut leftOut: Set<Int> = [],
    outputs: [Int], ending: FinalActivation.Kind?, threads: Int, progress: (Int) -> Void = { _ in }
  ) throws {
    confusion = ConfusionMatrix(classes: images.classes)
    let found = UnreadableImages()
    let loader = BatchLoader(
      dataset: images, batchSize: predictor.batch, order: .sequential, leftOut: leftOut,
      workers: threads,
      onUnreadable: { found.note(images.name($0), $1) })
    let places = Dictionary(uniqueKeysWithValues: outputs.enumerated().map { ($1, $0) })
    let width = predictor.outputCount
    let answers = FloatBuffer(count: predictor.batch * width)
    for number in 0..<loader.batchesPerEpoch {
      let batch = try loader.next()
      if batch.count > 0 {
        predictor.predict(batch.images, count: batch.count, into: answers.pointer)
      }
      for row in 0..<batch.count {
        let values = (0..<width).map { Double(answers.pointer[row * width + $0]) }
        let said = Answer(values, ending: ending)
        let label = Int(batch.labels[row])
        let answer = said?.output.flatMap { places[$0] }
        confusion.note(label: label, answer: answer)
        calibration.note(confidence: said?.confidence ?? 0, isRight: answer == label)
      }
      progress(min((number + 1) * loader.batchSize, images.count))
    }
    unreadable = found.takeUntold()
  }
}

/// The first of the largest outputs, and how probable it is said to be.
private struct Answer {
  let output: Int?
  let confidence: Double

  /// - Returns: `nil` where something is no number.
  init?(_ values: [Double], ending: FinalActivation.Kind?) {
    guard !values.contains(where: \.isNaN), let largest = values.max() else { return nil }
    if values.count == 1 {
      // The network's own end, or a logit of two classes.
      let probability = ending == .sigmoid ? values[0] : 1 / (1 + exp(-values[0]))
      output = probability > 0.5 ? 1 : 0
      confidence = max(probability, 1 - probability)
      return
    }
    output = values.firstIndex(of: largest)
    // Logits become probabilities as training's loss has them.
    confidence =
      ending != nil ? largest : 1 / values.reduce(0) { $0 + exp($1 - largest) }
  }
}

private struct Calibration: Sendable {
  private static let ranges = 15
  private var counts = [Int](repeating: 0, count: ranges)
  private var right = [Int](repeating: 0, count: ranges)
  private var confidence = [Double](repeating: 0, count: ranges)

  mutating func note(confidence value: Double, isRight: Bool) {
    let value = min(max(value, 0), 1)
    let range = min(Int(value * Double(Self.ranges)), Self.ranges - 1)
    counts[range] += 1
    right[range] += isRight ? 1 : 0
    confidence[range] += value
  }

  var error: Double? {
    let images = counts.reduce(0, +)
    guard images > 0 else { return nil }
    return counts.indices.reduce(0) { $0 + abs(Double(right[$1]) - confidence[$1]) }
      / Double(images)
  }
}
