import ArgumentParser
import Kernels

/// Epochs with everything but the head frozen, with and without the feature cache.
struct EpochsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "epochs", abstract: "Time epochs in which only the last layer trains.")

  @Option(help: "A network of the zoo.")
  var model = "mobilenet_v2"

  @Option(help: "Epochs.")
  var epochs = 10

  @Option(help: "Images of an epoch.")
  var images = 2_000

  @Option(help: "Images a step.")
  var batch = 16

  @Flag(help: "Compute the frozen layers anew in every epoch.")
  var noCache = false

  @Option(help: "Threads. (default: one for each core)")
  var threads: Int?

  func run() throws {
    guard epochs > 0, images > 0, batch > 0 else {
      throw ValidationError("--epochs, --images and --batch are at least 1")
    }
    let pool = WorkerPool(threads: threads)
    let trainer = try TrainerFactory.make(
      model: model, batch: batch, images: images, headOnly: true, cacheBudget: noCache ? 0 : nil,
      pool: pool)
    var seconds: [Double] = []
    for _ in 0..<epochs {
      seconds.append(
        try Measurement.seconds {
          while !trainer.isAtEpochEnd { _ = try trainer.step() }
          _ = trainer.endEpoch()
        })
    }
    let total = seconds.reduce(0, +)
    print(
      """
      {"model": "\(model)", "mode": "epochs", "batch": \(batch), "threads": \(pool.threads), \
      "imagesPerSecond": \(Double(images * epochs) / total), "seconds": \(seconds), \
      "peakMemoryMB": \(Measurement.peakMemory)}
      """)
  }
}
