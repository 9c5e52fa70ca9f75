import Datasets
import EngineInterface

/// Corrections by the places that the images have in the data now.
struct ResolvedCorrections: Sendable {
  struct Part: Sendable {
    var leftOut: Set<Int> = []
    /// Of some images, the class that they have in truth.
    var labels: [Int: Int32] = [:]
  }

  private(set) var train = Part()
  private(set) var validation = Part()
  /// Those whose image or class the data do not have.
  private(set) var unknown: [ImageCorrection] = []

  init(_ corrections: ImageCorrections, in data: TrainingData) {
    var finder = ImageFinder(data)
    let classes = Dictionary(
      data.classes.enumerated().map { ($1, Int32($0)) }, uniquingKeysWith: { first, _ in first })
    for correction in corrections.all {
      let label = correction.label.map { classes[$0] } ?? .some(-1)
      guard let place = finder.place(of: correction.image), let label else {
        unknown.append(correction)
        continue
      }
      var part = self[correction.image.part]
      if correction.isLeftOut { part.leftOut.insert(place) }
      if label >= 0 { part.labels[place] = label }
      switch correction.image.part {
      case .train: train = part
      case .validation: validation = part
      }
    }
  }

  subscript(part: DataPart) -> Part { part == .train ? train : validation }
}

/// Finds images that a person has named.
struct ImageFinder {
  private let data: TrainingData
  /// Places by name, made when an image is not where it was.
  private var names: [DataPart: [String: Int]] = [:]

  init(_ data: TrainingData) { self.data = data }

  /// Its place among the images of its part; `nil` where it is none of them.
  mutating func place(of image: ImageReference) -> Int? {
    guard let images = data[image.part] else { return nil }
    if 0..<images.count ~= image.index, images.name(image.index) == image.name {
      return image.index
    }
    if names[image.part] == nil {
      names[image.part] = Dictionary(
        (0..<images.count).map { (images.name($0), $0) }, uniquingKeysWith: { first, _ in first })
    }
    return names[image.part]?[image.name]
  }
}

extension TrainingData {
  subscript(part: DataPart) -> (any ImageDataset)? { part == .train ? train : validation }

  /// The same images in the classes that a person gave them. Those that are left out are still there, and
  /// in no mixture.
  func corrected(by corrections: ResolvedCorrections) -> TrainingData {
    func corrected(_ images: any ImageDataset, _ part: ResolvedCorrections.Part)
      -> any ImageDataset
    {
      let rest = images.mixingNone(of: part.leftOut)
      return part.labels.isEmpty ? rest : RelabelledImages(rest, corrections: part.labels)
    }
    return TrainingData(
      path: path, train: corrected(train, corrections.train),
      validation: validation.map { corrected($0, corrections.validation) })
  }
}
