import Datasets
import EngineInterface
import Images

extension DataView {
  /// How pictures become what the network reads, and who says so.
  var steps: [DataSummary.PreparationStep] {
    let shape = data.imageShape
    let channels = shape.count == 3 ? shape[2] : 1
    let colours = channels == 1 ? "grey" : channels == 3 ? "colour" : "\(channels) channels"
    let size = shape.prefix(2).map { "\($0)" }.joined(separator: "×")
    var steps = [
      DataSummary.PreparationStep(.size, "\(size) \(colours)", source: "the network")
    ]
    let way = data.train.preparation ?? preparation
    if data.train.isFitted {
      steps += [
        DataSummary.PreparationStep(
          .fit, Self.words(way), source: way.fitOrigin.source(option: "--fit")),
        DataSummary.PreparationStep(
          .interpolation, way.interpolation.rawValue, source: way.interpolationOrigin.source()),
      ]
    }
    steps.append(
      DataSummary.PreparationStep(.pixels, way.pixels.rawValue, source: preparation.source))
    if !way.mean.isEmpty || !way.deviation.isEmpty {
      steps.append(
        DataSummary.PreparationStep(
          .normalization, Self.normalization(way), source: way.normalizationOrigin.source()))
    }
    if channels == 3 {
      steps.append(
        DataSummary.PreparationStep(
          .channelOrder, way.channelOrder.rawValue.uppercased(),
          source: way.channelOrderOrigin.source()))
    }
    guard data.train.isFitted else { return steps }
    steps.append(
      DataSummary.PreparationStep(
        .augmentation,
        augmentation.strength == .none
          ? "none" : "\(augmentation.strength.rawValue): \(augmentation.ranges)",
        source: ""))
    if augmentation.strength != .none {
      let views = data.train.views
      steps.append(
        DataSummary.PreparationStep(
          .views, views == 0 ? "a new one each epoch" : "\(views) of each picture, in turn",
          source: ""))
    }
    return steps
  }

  private static func words(_ way: ImagePreparation) -> String {
    let percent = (way.fraction * 1000).rounded() / 10
    let share = percent == percent.rounded() ? "\(Int(percent))" : "\(percent)"
    switch way.fit {
    case .crop: return way.fraction == 1 ? "the middle square" : "the middle, \(share) %"
    case .squash: return way.fraction == 1 ? "squashed" : "squashed, \(share) %"
    case .pad: return way.fraction == 1 ? "all, with borders" : "all, with borders, \(share) %"
    }
  }

  private static func normalization(_ way: ImagePreparation) -> String {
    func numbers(_ values: [Float]) -> String {
      values.map { "\(($0 * 1000).rounded() / 1000)" }.joined(separator: " ")
    }
    return [("− ", way.mean), ("÷ ", way.deviation)].filter { !$0.1.isEmpty }
      .map { $0.0 + numbers($0.1) }.joined(separator: "  ")
  }
}

extension EngineCore {
  /// `nil` while nothing has been read.
  var dataView: DataView? {
    guard let trainer else { return nil }
    return DataView(
      data: trainer.data, settings: trainer.settings, trainOutcomes: trainer.trainOutcomes,
      lastValidation: trainer.lastValidation, findings: findings,
      unreadable: trainer.unreadable.all, preparation: trainer.preparation,
      augmentation: Augmentation(configuration.strength))
  }
}
