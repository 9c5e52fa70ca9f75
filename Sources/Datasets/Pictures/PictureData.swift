import Files
import Images
import Kernels

/// What is asked of data beside their path.
package struct ReadingOptions: Sendable {
  package var validation = ValidationSource.included
  package var seed: UInt64 = 0
  /// Stop at the first broken picture instead of leaving it out.
  package var isStrict = false
  /// Threads that look at files.
  package var workers = WorkerPool.coreCount

  package init(
    validation: ValidationSource = .included, seed: UInt64 = 0, isStrict: Bool = false,
    workers: Int = WorkerPool.coreCount
  ) {
    self.validation = validation
    self.seed = seed
    self.isStrict = isStrict
    self.workers = workers
  }
}

/// How far reading data is.
package enum ReadingProgress: Sendable, Equatable {
  /// Files found so far.
  case listing(Int)
  /// Files looked at.
  case checking(Int, of: Int)
  /// Training files compared with those of the validation.
  case comparing(Int, of: Int)
}

/// The pictures of a run before a network says what it reads: their classes, what is trained on, what
/// is validated on, and what is to be said of them.
package struct PictureData: Sendable {
  package let path: String
  package let classes: [String]
  package let train: any PictureSource
  package let validation: (any PictureSource)?
  package let findings: [DatasetFinding]
  /// `[height, width, channels]` where all pictures have one size, in memory; `nil`: photographs.
  package let imageShape: [Int]?

  init(
    path: String, classes: [String], train: any PictureSource, validation: (any PictureSource)?,
    findings: [DatasetFinding], imageShape: [Int]? = nil
  ) {
    self.path = path
    self.classes = classes
    self.train = train
    self.validation = validation
    self.findings = findings
    self.imageShape = imageShape
  }

  /// Reads a list of the pictures, or the pictures where one file holds many; never all photographs.
  ///
  /// A folder of class folders, with or without `train` and `val`; a CSV list; CIFAR's folder; NumPy's
  /// `.npz` or a folder of `.npy` pairs. IDX data are `TrainingData.load`'s.
  ///
  /// - Parameter progress: may be told from any thread.
  /// - Throws: `FileError`, `FormatError`, `DatasetError`, and what is wrong with a picture in strict
  ///   mode.
  package static func load(
    _ path: String, options: ReadingOptions = ReadingOptions(),
    progress: @escaping @Sendable (ReadingProgress) -> Void = { _ in }
  ) throws -> PictureData {
    switch try DataKind(of: path) {
    case .list: try PictureListReader(options, progress).list(path)
    case .folders: try PictureListReader(options, progress).folders(path)
    case .cifar: try ArrayReader(options).cifar(path)
    case .numPy: try ArrayReader(options).numPy(path)
    case .idx:
      throw FormatError(path: path, expected: "pictures", found: "an IDX data set")
    }
  }

  /// Reads the pictures that a model is evaluated on, one class being enough: of a folder with `train`
  /// and other parts `test`, where it is there, else `val`; of any other folder or list all of them; of
  /// CIFAR and NumPy their test part, where there is one.
  /// - Throws: as `load`.
  package static func loadForEvaluation(
    _ path: String, options: ReadingOptions = ReadingOptions(),
    progress: @escaping @Sendable (ReadingProgress) -> Void = { _ in }
  ) throws -> PictureData {
    switch try DataKind(of: path) {
    case .list, .folders: try PictureListReader(options, progress).whole(path)
    case .cifar: try ArrayReader(options, setsAside: false).cifar(path)
    case .numPy: try ArrayReader(options, setsAside: false).numPy(path)
    case .idx: try load(path, options: options, progress: progress)
    }
  }

  /// The pictures as a network reads them.
  ///
  /// - Parameters:
  ///   - views: of each training picture, visited in turn; 0: a new one each epoch.
  /// - Throws: `DatasetError.channels` where pictures have no such channels.
  package func prepared(
    _ preparation: ImagePreparation, width: Int, height: Int, channels: Int,
    augmentation: Augmentation = Augmentation(.none), views: Int = 1, seed: UInt64 = 0
  ) throws -> TrainingData {
    guard
      let preparer = PicturePreparer(
        preparation, width: width, height: height, channels: channels)
    else { throw DatasetError.channels(path: path, channels: channels) }
    let isAugmented = augmentation.strength != .none
    return TrainingData(
      path: path,
      train: PreparedPictures(
        train, classes: classes, preparer: preparer, augmentation: augmentation,
        views: isAugmented ? views : 1, seed: seed),
      validation: validation.map {
        PreparedPictures($0, classes: classes, preparer: preparer)
      })
  }
}
