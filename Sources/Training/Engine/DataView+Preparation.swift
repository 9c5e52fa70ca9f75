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
          .fit, way.fitWords, source: way.fitOrigin.source(option: "--fit")),
        DataSummary.PreparationStep(
          .interpolation, way.interpolation.rawValue, source: way.interpolationOrigin.source()),
      ]
    }
    steps.append(
      DataSummary.PreparationStep(.pixels, way.pixels.rawValue, source: preparation.source))
    if !way.normalizationWords.isEmpty {
      steps.append(
        DataSummary.PreparationStep(
          .normalization, way.normalizationWords, source: way.normalizationOrigin.source()))
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
