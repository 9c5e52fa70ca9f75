import Datasets
import EngineInterface
import Files
import Images
import Network

/// A run's data as they lie there, before a network says how it reads them.
enum RunData {
  /// Images of one size, which enter as they are.
  case images(TrainingData)
  /// Pictures, which are fitted to what the network reads.
  case pictures(PictureData)

  /// Height and width of photographs where the network takes any: what most networks are made for.
  static let usualSize = ImageSize(height: 224, width: 224)

  /// Reads what there is at a path: a list of the pictures, or the images themselves.
  ///
  /// - Parameters:
  ///   - configuration: of the run; IDX images that are to be augmented are pictures, too.
  ///   - progress: told how far it is, where that takes long.
  /// - Throws: `FileError`, `FormatError`, `DatasetError`; `PictureError` in strict mode.
  init(
    _ path: String, validation: String?, configuration: EngineConfiguration,
    progress: (PreparationStage) -> Void = { _ in }
  ) throws {
    let validation = try validation.map(ValidationSource.init) ?? .included
    guard try DataKind(of: path) == .idx else {
      var options = ReadingOptions(validation: validation, seed: configuration.seed)
      options.isStrict = configuration.isStrict ?? false
      if let threads = configuration.threads { options.workers = threads }
      let reading = options
      self = .pictures(
        try ReadingReport.read(saying: progress) { say in
          try PictureData.load(path, options: reading, progress: say)
        })
      return
    }
    let data = try TrainingData.load(path, validation: validation, seed: configuration.seed)
    if configuration.isAugmented, let pictures = data.pictures {
      self = .pictures(pictures)
      return
    }
    for (option, isAsked) in [
      ("augment", configuration.isAugmented),
      ("fit", configuration.fit != nil),
    ] where isAsked {
      throw ConfigurationError(
        option: option, expected: "pictures; IDX images enter as they are", found: path)
    }
    self = .images(data)
  }

  /// Reads what a model is to be evaluated on; IDX data's test files where there are some, and otherwise
  /// all of it.
  /// - Throws: as above.
  init(evaluating path: String, configuration: EngineConfiguration) throws {
    guard try DataKind(of: path) == .idx else {
      var options = ReadingOptions()
      if let threads = configuration.threads { options.workers = threads }
      self = .pictures(try PictureData.loadForEvaluation(path, options: options))
      return
    }
    self = .images(
      try TrainingData.load(path, validation: .included, seed: configuration.seed))
  }

  /// What is to be said of them.
  var notices: [String] {
    guard case .pictures(let pictures) = self else { return [] }
    return pictures.findings.map(\.description)
  }

  /// Height and width that a network takes which leaves them open; `nil`: what it was made for.
  func size(for model: ModelSource) -> ImageSize? {
    guard !model.isOfZoo else { return nil }
    switch self {
    case .images(let data): return ImageSize(data.imageShape)
    case .pictures(let pictures): return pictures.imageShape.flatMap { ImageSize($0) }
    }
  }

  /// How strongly pictures are augmented where nobody says: photographs are.
  var usualAugmentation: Augmentation.Strength? {
    guard case .pictures(let pictures) = self else { return nil }
    return pictures.imageShape == nil ? .standard : Augmentation.Strength.none
  }

  /// The data as a network reads them.
  /// - Throws: `DatasetError`; `ConfigurationError` where the network reads no pictures.
  func entering(
    _ inputShape: [Int], as preparation: ImagePreparation, configuration: EngineConfiguration
  ) throws -> TrainingData {
    switch self {
    case .images(let data):
      try data.checkFits(inputShape: inputShape)
      try Self.check(preparation, fits: data.imageShape, path: data.path)
      return data.entering(as: preparation)
    case .pictures(let pictures):
      let shape = inputShape.count == 3 ? inputShape : try Self.flat(inputShape, pictures)
      let data = try pictures.prepared(
        preparation, width: shape[1], height: shape[0], channels: shape[2],
        augmentation: Augmentation(configuration.strength),
        views: configuration.views ?? EngineConfiguration.usualViews, seed: configuration.seed)
      try data.checkFits(inputShape: inputShape)
      return data
    }
  }

  /// - Throws: `FormatError` for images of other channels than a preparation has numbers for.
  static func check(
    _ preparation: ImagePreparation, fits imageShape: [Int], path: String
  ) throws(FormatError) {
    guard PixelTable(preparation, channels: imageShape.last ?? 1) == nil else { return }
    throw FormatError(
      path: path,
      expected:
        "images of \(max(preparation.mean.count, preparation.deviation.count)) channels, each "
        + "prepared by a number of its own",
      found: "images of \(Shape(imageShape))")
  }

  /// The size of pictures for a network that takes them row by row.
  private static func flat(_ inputShape: [Int], _ pictures: PictureData) throws -> [Int] {
    guard let shape = pictures.imageShape, inputShape == [shape.reduce(1, *)] else {
      throw ConfigurationError(
        option: "data",
        expected: "images of \(Shape(inputShape)), since the network reads no pictures",
        found: pictures.path)
    }
    return shape
  }
}
