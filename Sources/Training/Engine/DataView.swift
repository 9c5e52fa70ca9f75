import Datasets
import EngineInterface
import Images

/// A run's data and what is known of it at one moment: enough to answer questions beside the engine, so
/// that training does not wait for them.
struct DataView: Sendable {
  /// As it was read.
  let data: TrainingData
  /// With what a person says now.
  let settings: TuningSettings
  let trainOutcomes: ImageOutcomes
  let lastValidation: ValidationRecord?
  let findings: [String]
  let unreadable: [String]
  /// Of the model.
  let preparation: ImagePreparation
  let augmentation: Augmentation

  func summary() -> DataSummary {
    let corrected = CorrectedData(data, settings.corrections)
    let train = counts(corrected, .train)
    let validation = counts(corrected, .validation)
    return DataSummary(
      path: data.path,
      classes: data.classes.enumerated().map {
        DataSummary.ClassCount(name: $1, train: train[$0], validation: validation[$0])
      },
      findings: findings, unreadable: unreadable, preparation: steps,
      views: isAugmented ? data.train.views : nil, hasPictures: shape != nil)
  }

  private func counts(_ corrected: CorrectedData, _ part: DataPart) -> [Int] {
    var counts = [Int](repeating: 0, count: data.classes.count)
    let leftOut = corrected.leftOut(part)
    for (image, label) in (corrected.data[part]?.labels ?? []).enumerated()
    where !leftOut.contains(image) {
      counts[Int(label)] += 1
    }
    return counts
  }

  private var isAugmented: Bool {
    data.train.isFitted && augmentation.strength != .none
  }

  // MARK: - Lists

  /// - Throws: `DataQuestionFault`.
  func list(_ selection: ImageSelection, first: Int, count: Int) throws -> ImageList {
    let (part, places) = try self.places(selection)
    let images = try images(part)
    let start = min(max(first, 0), places.count)
    let end = min(places.count, start + min(max(count, 0), ImageList.limit))
    let labels = images.labels
    let entries = places[start..<end].map { place in
      ImageEntry(
        image: ImageReference(part: part, index: place, name: images.name(place)),
        label: Int(labels[place]),
        outcome: part == .train ? trainOutcomes[place] : lastValidation?.outcomes[place])
    }
    return ImageList(selection: selection, count: places.count, first: start, entries: entries)
  }

  private func places(_ selection: ImageSelection) throws -> (DataPart, [Int]) {
    let corrected = CorrectedData(data, settings.corrections)
    switch selection {
    case .ofClass(let number, let part):
      guard data.classes.indices ~= number else { throw DataQuestionFault.noSuchClass(number) }
      guard let own = data[part]?.labels else { return (part, []) }
      // Those of it now, and those that were: what a person has moved stays in sight.
      let now = corrected.data[part]?.labels ?? own
      return (
        part, own.indices.filter { Int(own[$0]) == number || Int(now[$0]) == number }
      )
    case .cell(let label, let answer):
      guard let last = lastValidation else { return (.validation, []) }
      let classes = last.confusion.classes.count
      let found = last.labels.indices.filter { image in
        guard Int(last.labels[image]) == label, let outcome = last.outcomes[image] else {
          return false
        }
        return outcome.answer.flatMap { $0 < classes ? $0 : nil } == answer
      }
      return (.validation, found)
    case .worst(let part):
      let outcomes = part == .train ? trainOutcomes : lastValidation?.outcomes
      return (
        part,
        outcomes?.worst(ImageSelection.worstCount, leavingOut: corrected.leftOut(part)) ?? []
      )
    }
  }

  private func images(_ part: DataPart) throws -> any ImageDataset {
    guard let images = data[part] else { throw DataQuestionFault.noValidation }
    return images
  }

  // MARK: - Pictures

  /// Height, width and channels; `nil` where the images are none that can be seen.
  private var shape: (height: Int, width: Int, channels: Int)? {
    let shape = data.imageShape
    return shape.count == 3 ? (shape[0], shape[1], shape[2]) : nil
  }

  func pictures(_ wishes: [PictureWish]) -> [Thumbnail] {
    wishes.prefix(PictureWish.limit).map { wish in
      do {
        let picture = try picture(wish).fitted(width: wish.width, height: wish.height)
        return Thumbnail(
          wish, width: picture.width, height: picture.height, bytes: picture.colours)
      } catch {
        return Thumbnail(wish, problem: "\(error)")
      }
    }
  }

  private func picture(_ wish: PictureWish) throws -> Picture {
    let images = try images(wish.part)
    guard 0..<images.count ~= wish.index else { throw DataQuestionFault.noSuchImage(wish.index) }
    guard PictureWish.sides ~= wish.width, PictureWish.sides ~= wish.height else {
      throw DataQuestionFault.size(wish.width, wish.height)
    }
    switch wish.look {
    case .stored:
      guard let pictures = images.pictures else {
        return try seen(images.unaugmented, wish.index, view: 0)
      }
      return try pictures.picture(wish.index)
    case .prepared: return try seen(images.unaugmented, wish.index, view: 0)
    case .view(let view):
      guard 0..<(1 << 31) ~= view else { throw DataQuestionFault.noSuchView(view) }
      return try seen(images, wish.index, view: view)
    }
  }

  /// What the network reads of an image, in colours.
  private func seen(_ images: any ImageDataset, _ index: Int, view: Int) throws -> Picture {
    guard let shape else { throw DataQuestionFault.noPicture }
    let way = images.preparation ?? .assumed
    return try withUnsafeTemporaryAllocation(of: Float.self, capacity: images.imageCount) {
      let values = $0.baseAddress!
      try images.copyImage(index, view: view, into: values)
      return way.visible(
        values, width: shape.width, height: shape.height, channels: shape.channels)
    }
  }
}

/// Why a question about data cannot be answered.
enum DataQuestionFault: Error, CustomStringConvertible {
  case noSuchClass(Int)
  case noSuchImage(Int)
  case noSuchView(Int)
  case noValidation
  case noPicture
  case size(Int, Int)

  var description: String {
    switch self {
    case .noSuchClass(let number): "expected the number of a class, found \(number)"
    case .noSuchImage(let number): "expected the number of an image, found \(number)"
    case .noSuchView(let number): "expected the number of a view, found \(number)"
    case .noValidation: "there are no validation images"
    case .noPicture: "the images are no pictures"
    case .size(let width, let height):
      "expected sides of \(PictureWish.sides.lowerBound) to \(PictureWish.sides.upperBound) "
        + "pixels, found \(width)×\(height)"
    }
  }
}
