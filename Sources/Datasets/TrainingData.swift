import Files
import Glibc
import Images
import Kernels

/// Where the validation images come from.
package enum ValidationSource: Sendable, Equatable {
  /// From the test files that lie beside the training files; none where there are none.
  case included
  case path(String)
  /// This share of the training images, set aside.
  case fraction(Double)

  /// What `--validation` says: a number is a fraction, everything else a path.
  /// - Throws: `DatasetError.fraction`.
  package init(argument: String) throws {
    guard let value = Double(argument) else {
      self = .path(argument)
      return
    }
    guard value > 0, value < 1 else { throw DatasetError.fraction(value) }
    self = .fraction(value)
  }
}

/// The images of a run: what it trains on, and what it validates on.
package struct TrainingData: Sendable {
  package let path: String
  package let train: any ImageDataset
  package let validation: (any ImageDataset)?

  /// - Parameter path: what messages call it.
  package init(path: String, train: any ImageDataset, validation: (any ImageDataset)?) {
    self.path = path
    self.train = train
    self.validation = validation
  }

  package var classes: [String] { train.classes }
  /// `[height, width, channels]`
  package var imageShape: [Int] { train.imageShape }

  /// Reads IDX data: a folder, or a file of images with its labels beside it.
  ///
  /// Distinct labels of the training data in ascending order become classes 0…; a fraction is set
  /// aside by a permutation of (seed, `split`), the same for the same seed and number of images.
  /// Pixels are divided by 255, until `entering` says otherwise.
  ///
  /// - Throws: `FileError`, `FormatError`, `DatasetError`.
  package static func load(_ path: String, validation: ValidationSource, seed: UInt64) throws
    -> TrainingData
  {
    let isFolder = Folder.exists(path)
    let folder = isFolder ? try IDXFolder(path: path) : nil
    let trainPair = try folder?.trainPair() ?? IDXFolder.pair(images: path)
    let train = try LabelledBytes(trainPair)
    let values = Set(train.labels).sorted()
    let all = try train.images(classes: values)

    let validationPair: IDXFolder.Pair?
    switch validation {
    case .included:
      validationPair = try folder?.pair(.test)
    case .path(let path):
      validationPair =
        Folder.exists(path)
        ? try IDXFolder(path: path).validationPair() : try IDXFolder.pair(images: path)
    case .fraction(let fraction):
      return try split(all, fraction: fraction, seed: seed, path: path)
    }
    guard let validationPair else {
      return TrainingData(path: path, train: all, validation: nil)
    }
    let other = try LabelledBytes(validationPair)
    guard other.imageShape == train.imageShape else {
      throw DatasetError.imageShape(
        path: validationPair.images, expected: train.imageShape, found: other.imageShape)
    }
    return TrainingData(
      path: path, train: all, validation: try other.images(classes: values))
  }

  private static func split(
    _ all: any ImageDataset, fraction: Double, seed: UInt64, path: String
  ) throws -> TrainingData {
    guard fraction > 0, fraction < 1 else { throw DatasetError.fraction(fraction) }
    guard all.count >= 2 else { throw DatasetError.tooFewToSplit(path: path, count: all.count) }
    let wanted = Int((Double(all.count) * fraction).rounded())
    let aside = min(max(wanted, 1), all.count - 1)
    let order = RandomStream(seed: seed, purpose: .split).permutation(all.count)
    return TrainingData(
      path: path,
      train: ImageSubset(of: all, indices: order[aside...].sorted()),
      validation: ImageSubset(of: all, indices: order[..<aside].sorted()))
  }

  /// Whether a network can read these images. One that takes a flat vector reads them row by row.
  /// - Throws: `DatasetError.inputShape` with both sizes.
  package func checkFits(inputShape: [Int]) throws {
    guard inputShape == imageShape || inputShape == [train.imageCount] else {
      throw DatasetError.inputShape(path: path, network: inputShape, images: imageShape)
    }
  }

  /// The same images as a network reads them that wants them prepared so.
  package func entering(as preparation: ImagePreparation) -> TrainingData {
    TrainingData(
      path: path, train: train.entering(as: preparation),
      validation: validation?.entering(as: preparation))
  }

  /// The images as pictures, to be prepared and augmented as photographs are; `nil` for what are none.
  package var pictures: PictureData? {
    guard let own = train.pictures else { return nil }
    return PictureData(
      path: path, classes: classes, train: own, validation: validation?.pictures, findings: [],
      imageShape: imageShape)
  }

  /// The same images with the classes of a network that knows more.
  /// - Parameter numbers: of each class of these, its number among `classes`.
  package func relabelled(_ numbers: [Int], classes: [String]) -> TrainingData {
    TrainingData(
      path: path, train: RelabelledImages(train, numbers: numbers, classes: classes),
      validation: validation.map { RelabelledImages($0, numbers: numbers, classes: classes) })
  }

  /// Whether a network can tell so many classes apart; it may know more.
  /// - Parameter outputs: how many classes its outputs stand for.
  /// - Throws: `DatasetError.tooFewOutputs`.
  package func checkFits(outputs: Int) throws {
    guard outputs >= classes.count else {
      throw DatasetError.tooFewOutputs(path: path, classes: classes.count, outputs: outputs)
    }
  }
}

/// Two IDX files that belong together, read and compared.
private struct LabelledBytes {
  let pair: IDXFolder.Pair
  let imageShape: [Int]
  let pixels: [UInt8]
  let labels: [UInt8]

  init(_ pair: IDXFolder.Pair) throws {
    self.pair = pair
    let images = try IDXFile.read(pair.images, ranks: 3...4)
    labels = try IDXFile.read(pair.labels, ranks: 1...1).values
    // Three dimensions are grey images; a fourth one holds channels.
    imageShape = Array(images.shape[1...]) + (images.shape.count == 3 ? [1] : [])
    pixels = images.values
    guard images.shape[0] == labels.count else {
      throw DatasetError.countMismatch(
        images: pair.images, imageCount: images.shape[0], labels: pair.labels,
        labelCount: labels.count)
    }
    guard !pixels.isEmpty else { throw DatasetError.empty(path: pair.images) }
  }

  /// - Parameter classes: the labels that stand for classes 0, 1, ….
  func images(classes: [UInt8]) throws -> ByteImages {
    let names = classes.map { String($0) }
    var numbers = [Int32?](repeating: nil, count: 256)
    for (number, label) in classes.enumerated() { numbers[Int(label)] = Int32(number) }
    let mapped = try labels.map { label in
      guard let number = numbers[Int(label)] else {
        throw DatasetError.unknownClass(path: pair.labels, label: String(label), known: names)
      }
      return number
    }
    return ByteImages(
      imageShape: imageShape, pixels: pixels, labels: mapped, classes: names)
  }
}
