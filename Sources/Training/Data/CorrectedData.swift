import Datasets
import EngineInterface

/// A run's data with what a person has said of its images.
struct CorrectedData: Sendable {
  let data: TrainingData
  let corrections: ImageCorrections
  let resolved: ResolvedCorrections

  /// - Parameter original: as it was read.
  init(_ original: TrainingData, _ corrections: ImageCorrections = ImageCorrections()) {
    self.corrections = corrections
    resolved = ResolvedCorrections(corrections, in: original)
    data = corrections.isEmpty ? original : original.corrected(by: resolved)
  }

  func leftOut(_ part: DataPart) -> Set<Int> { resolved[part].leftOut }

  /// Images that are trained on.
  var trainCount: Int { data.train.count - leftOut(.train).count }

  /// The class of each image that is trained on, in order.
  var trainLabels: [Int32] {
    let (labels, leftOut) = (data.train.labels, leftOut(.train))
    return leftOut.isEmpty
      ? labels : labels.indices.filter { !leftOut.contains($0) }.map { labels[$0] }
  }

  var classWeights: ClassWeights {
    ClassWeights(balancing: trainLabels, classes: data.classes.count)
  }

  /// Whether images are mixed with others.
  var mixes: Bool { data.train.mixup(of: 0, view: 0) != nil }
}
