import ArgumentParser
import Kernels
import Training

/// Where the time of a training step goes, layer by layer, and how more cores would share it.
struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile", abstract: "Show where the time of training steps goes.",
    discussion: """
      For each layer (or layers that run as one) and pass: milliseconds a step, and what that makes \
      of the plain definition's operations (GFLOP/s) and of reading every input and writing every \
      output once (GB/s; backward: both and both gradients). Then the work of each thread, and what \
      16 and 64 cores could gain at best: what runs on one core stays, and everything else waits \
      for the core with the most tiles.
      """)

  @OptionGroup var options: StepOptions

  @Flag(help: "Train only the last layer.")
  var head = false

  @Option(help: "Steps to time, after two that are not.")
  var steps = 3

  func run() throws {
    try options.check(steps: steps)
    let pool = WorkerPool(threads: options.threads)
    let trainer = try options.trainer(headOnly: head, steps: steps, pool: pool)
    let profile = PlanProfile()
    trainer.profile = profile
    for _ in 0..<StepOptions.untimed { _ = try trainer.step() }
    profile.reset()
    let meter = WorkMeter(threads: pool.threads)
    pool.meter = meter
    let seconds = try Measurement.seconds { for _ in 0..<steps { _ = try trainer.step() } }
    printLayers(profile.entries)
    printKinds(profile.entries, step: seconds / Double(steps))
    printWork(meter, seconds: seconds)
  }

  private func printLayers(_ entries: [PlanProfile.Entry]) {
    print(
      Self.row("layer", ["forward", "GFLOP/s", "GB/s", "backward", "GFLOP/s", "GB/s", "update"]))
    for entry in entries {
      let name = entry.name == entry.outputName ? entry.name : "\(entry.name) … \(entry.outputName)"
      print(Self.row(name, cells(entry)))
    }
  }

  private func printKinds(_ entries: [PlanProfile.Entry], step: Double) {
    var sums: [String: Double] = [:]
    for entry in entries { sums[entry.kind, default: 0] += entry.total / Double(steps) }
    print("\nms a step, and share of it")
    for (kind, seconds) in sums.sorted(by: { $0.value > $1.value }) {
      print(Self.row(kind, [Self.milliseconds(seconds), Self.percent(seconds / step)]))
    }
    let rest = step - sums.values.reduce(0, +)
    print(Self.row("loss, data, the rest", [Self.milliseconds(rest), Self.percent(rest / step)]))
    print(
      Self.row(
        "all", [Self.milliseconds(step), "\((Double(options.batch) / step).tenths) images/s"]))
  }

  private func printWork(_ meter: WorkMeter, seconds: Double) {
    print("\nwork of each thread")
    for worker in meter.tiles.indices {
      print(
        Self.row(
          "thread \(worker + 1)",
          [
            "\(meter.tiles[worker] / steps) tiles",
            Self.percent(meter.busySeconds[worker] / seconds),
          ]))
    }
    let serial = seconds - meter.parallelSeconds
    let alone = serial + meter.seconds(on: 1)
    print(
      Self.row("on one thread alone", ["", Self.percent(serial / alone), "of one core's time"]))
    for cores in [16, 64] {
      let bound = alone / (serial + meter.seconds(on: cores))
      let amdahl = alone / (serial + meter.seconds(on: 1) / Double(cores))
      print(
        Self.row(
          "\(cores) cores", ["", "\(bound.tenths)×", "at best; Amdahl's bound \(amdahl.tenths)×"]))
    }
  }

  private func cells(_ entry: PlanProfile.Entry) -> [String] {
    let bytes = Double(entry.valueCount) * 4
    func cells(_ pass: PlanProfile.Pass, operations: Double, bytes: Double) -> [String] {
      guard let total = entry.seconds[pass] else { return ["", "", ""] }
      let seconds = total / Double(steps)
      let rate = operations > 0 ? "\(Int(operations / seconds / 1e9))" : ""
      return [Self.milliseconds(seconds), rate, (bytes / seconds / 1e9).tenths]
    }
    let operations = entry.multiplyAdds * 2
    return cells(.forward, operations: operations, bytes: bytes)
      + cells(.backward, operations: operations * Double(entry.gradients), bytes: 2 * bytes)
      + [entry.seconds[.update].map { Self.milliseconds($0 / Double(steps)) } ?? ""]
  }

  private static func row(_ name: String, _ cells: [String]) -> String {
    cells.reduce(name.padded(44)) {
      $0 + String(repeating: " ", count: max(1, 9 - $1.count)) + $1
    }
  }

  private static func milliseconds(_ seconds: Double) -> String { (seconds * 1000).tenths }
  private static func percent(_ share: Double) -> String { "\((share * 100).tenths) %" }
}
