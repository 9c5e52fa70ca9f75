import ArgumentParser
import Datasets
import Images
import Kernels

/// How fast photographs are decoded and prepared, through the loader that training uses.
struct PicturesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pictures", abstract: "Decode and prepare the photographs of a folder.",
    discussion: "pictures.py runs this in turn with Pillow and torchvision.")

  @Argument(help: "A folder of class folders.")
  var data: String

  @Option(help: "Width and height that a network reads.")
  var size = 224

  @Option(help: "The share of a side that it sees.")
  var fraction = 0.875

  @Option(help: "none, flip, standard, strong.")
  var augment = "none"

  @Option(help: "Times that all pictures are read.")
  var epochs = 3

  @Option(help: "Images a batch.")
  var batch = 32

  @Option(help: "Threads. (default: one for each core)")
  var threads: Int?

  @Flag(help: "Say how large the memory became by listing alone, and stop.")
  var list = false

  func run() throws {
    guard let strength = Augmentation.Strength(rawValue: augment) else {
      throw ValidationError("--augment: none, flip, standard or strong")
    }
    guard epochs > 0, batch > 0, size > 0, fraction > 0, fraction <= 1 else {
      throw ValidationError("--epochs, --batch and --size are at least 1, --fraction is in 0..1")
    }
    let workers = max(1, threads ?? WorkerPool.coreCount)
    var pictures: PictureData?
    let listing = try Measurement.seconds {
      pictures = try PictureData.load(data, options: ReadingOptions(workers: workers))
    }
    guard let pictures else { return }
    let count = pictures.train.count + (pictures.validation?.count ?? 0)
    if list {
      print(
        """
        {"files": \(count), "classes": \(pictures.classes.count), "seconds": \(listing), \
        "peakMemoryMB": \(Measurement.peakMemory)}
        """)
      return
    }
    var preparation = ImagePreparation.assumed
    preparation.mean = [0.485, 0.456, 0.406]
    preparation.deviation = [0.229, 0.224, 0.225]
    preparation.fraction = fraction
    let train = try pictures.prepared(
      preparation, width: size, height: size, channels: 3, augmentation: Augmentation(strength),
      views: 0
    ).train
    let loader = BatchLoader(
      dataset: train, batchSize: batch, order: .sequential, workers: workers)
    // What is read ahead while the clock stands still comes back at the end.
    var seconds: [Double] = []
    for _ in 0..<epochs {
      seconds.append(
        try Measurement.seconds {
          for _ in 0..<loader.batchesPerEpoch { _ = try loader.next() }
        })
    }
    print(
      """
      {"imagesPerSecond": \(Double(train.count) / Measurement.median(seconds)), \
      "images": \(train.count), "threads": \(workers), "peakMemoryMB": \(Measurement.peakMemory)}
      """)
  }
}
