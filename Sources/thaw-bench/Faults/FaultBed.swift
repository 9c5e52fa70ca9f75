import Files
import Foundation
import TestSupport

/// A small run, small data and a small model, and the program that is to read them when they are
/// damaged.
struct FaultBed {
  private let thaw: String
  private let limit: Duration
  private let keep: String?
  private let folder = TemporaryFolder()

  /// Values of an image that the bundled demo's network reads.
  private static let side = 28
  private static let images = 24

  init(thaw: String, limit: Duration, keep: String?) throws {
    self.thaw = thaw
    self.limit = limit
    self.keep = keep
    for name in ["data", "runs", "output"] { try Folder.create(folder(name)) }
    let pixels = (0..<Self.images * Self.side * Self.side).map { UInt8(truncatingIfNeeded: $0 * 7) }
    let labels = (0..<Self.images).map { UInt8($0 % 5) }
    try folder.write(
      Self.idx([Self.images, Self.side, Self.side], pixels), to: "data/train-images-idx3-ubyte")
    try folder.write(Self.idx([Self.images], labels), to: "data/train-labels-idx1-ubyte")
    try folder.write(Self.npy(2), to: "images.npy")
    let made = try execute(
      ["tune", "demo", "--data", folder("data"), "--epochs", "2", "--batch", "8"] + training("base")
    )
    guard made.outcome == .done else {
      throw FormatError(path: thaw, expected: "a program that trains", found: made.note)
    }
  }

  /// Damages one file, and runs what reads it.
  func run(_ kind: FaultKind, _ number: Int, _ mutations: inout Mutations) throws -> [FaultResult] {
    let results: [FaultResult]
    switch kind {
    case .record, .options, .journal, .checkpoint, .lock:
      try copy(folder("runs/base"), to: folder("runs/case"))
      try damageRun(kind, number, &mutations)
      results = try [
        ["runs", "--json", "--runs-dir", folder("runs")],
        ["predict", "case", folder("data/train-images-idx3-ubyte"), "--threads", "1"]
          + ["--runs-dir", folder("runs")],
        ["resume", "case", "--epochs", "3", "--threads", "1", "--headless"]
          + ["--runs-dir", folder("runs")],
      ].map(execute)
    case .idx, .gzip:
      try damageData(kind, number, &mutations)
      let damaged = folder("damaged/train-images-idx3-ubyte" + (kind == .gzip ? ".gz" : ""))
      results = try [
        ["predict", "demo", damaged, "--threads", "1"],
        ["tune", "demo", "--data", folder("damaged"), "--epochs", "1"] + training("new"),
      ].map(execute)
    case .npy:
      let good = try Self.contents(folder("images.npy"))
      // The header more often than the values.
      let bytes =
        number % 3 == 0
        ? mutations.damaged(good) : mutations.damaged(Array(good[..<128])) + good[128...]
      try folder.write(bytes, to: "damaged.npy")
      results = [try execute(["predict", "demo", folder("damaged.npy"), "--threads", "1"])]
    case .model:
      try folder.write(mutations.damaged(try Self.contents(demoModel)), to: "damaged.h5")
      results = try [
        ["inspect", folder("damaged.h5")],
        ["predict", folder("damaged.h5"), folder("images.npy"), "--threads", "1"],
      ].map(execute)
    }
    if results.contains(where: \.outcome.isFault), let keep {
      try Folder.create(keep)
      try copy(folder.path, to: joinPath(keep, "\(kind.rawValue)-\(number)"))
    }
    for name in ["runs/case", "runs/new", "damaged"] {
      try? FileManager.default.removeItem(atPath: folder(name))
    }
    return results
  }

  // MARK: - Damage

  private func damageRun(_ kind: FaultKind, _ number: Int, _ mutations: inout Mutations) throws {
    switch kind {
    case .record: try damage("runs/case/run.json") { mutations.damaged($0) }
    case .options: try damage("runs/case/run.json") { mutations.withOtherNumbers($0) }
    case .journal:
      try damage("runs/case/journal.jsonl") {
        number % 2 == 0 ? mutations.damaged($0) : mutations.withOtherNumbers($0)
      }
    case .lock: try damage("runs/case/lock") { mutations.damaged($0) }
    default:
      let names = try Folder.names(in: folder("runs/case/checkpoints"))
      for name in names {
        try damage("runs/case/checkpoints/\(name)") { bytes in
          // Eight bytes say how long the header is.
          let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
          let (header, rest) = (Array(bytes[8..<8 + length]), bytes[(8 + length)...])
          switch number % 3 {
          case 0: return mutations.damaged(bytes)
          case 1: return bytes[..<8] + mutations.damaged(header) + rest
          default:
            let other = mutations.withOtherNumbers(header)
            return (0..<8).map { UInt8(other.count >> ($0 * 8) & 0xff) } + other + rest
          }
        }
      }
    }
  }

  private func damageData(_ kind: FaultKind, _ number: Int, _ mutations: inout Mutations) throws {
    try copy(folder("data"), to: folder("damaged"))
    let name = "damaged/train-images-idx3-ubyte"
    if kind == .gzip {
      try pack(name)
      try damage(name + ".gz") { mutations.damaged($0) }
    } else if number % 4 == 3 {
      try damage("damaged/train-labels-idx1-ubyte") { mutations.damaged($0) }
    } else {
      // The header more often than the pixels.
      try damage(name) { bytes in
        number % 4 == 0
          ? mutations.damaged(bytes) : mutations.damaged(Array(bytes[..<16])) + bytes[16...]
      }
    }
  }

  private func damage(_ name: String, _ change: ([UInt8]) -> [UInt8]) throws {
    try folder.write(change(Self.contents(folder(name))), to: name)
  }

  private func pack(_ name: String) throws {
    let child = try ChildProcess("gzip", ["-f", folder(name)])
    guard child.wait(atMost: limit) == .exit(0) else {
      throw FormatError(path: folder(name), expected: "a file that gzip packs", found: "another")
    }
  }

  private func copy(_ source: String, to destination: String) throws {
    try? FileManager.default.removeItem(atPath: destination)
    try FileManager.default.copyItem(atPath: source, toPath: destination)
  }

  // MARK: - The program

  private func training(_ name: String) -> [String] {
    ["--headless", "--threads", "1", "--runs-dir", folder("runs"), "--name", name]
  }

  private func execute(_ arguments: [String]) throws -> FaultResult {
    let (output, errors) = (folder("output/out"), folder("output/err"))
    let child = try ChildProcess(thaw, arguments, output: output, errors: errors)
    let ending = child.wait(atMost: limit)
    let text = String(decoding: try Self.contents(errors).prefix(2000), as: UTF8.self)
    let isOneLine = text.hasPrefix("thaw: ") && text.split(separator: "\n").count == 1
    let outcome: FaultResult.Outcome =
      switch ending {
      case nil: .hang
      case .signal: .crash
      case .exit(0): .done
      case .exit(1) where isOneLine: .failed
      case .exit(2) where isOneLine: .refused
      case .exit: .unclear
      }
    return FaultResult(
      command: arguments[0], outcome: outcome, note: "\(ending.map { "\($0)" } ?? "killed") \(text)"
    )
  }

  /// The demo's network, which lies beside the program.
  private var demoModel: String {
    joinPath(splitPath(thaw).folder, "thaw_thaw.resources/Demo/digits_0_to_4.h5")
  }

  // MARK: - Files

  private static func contents(_ path: String) throws -> [UInt8] {
    try InputFile.contents(of: path, limit: 1 << 26)
  }

  private static func idx(_ shape: [Int], _ values: [UInt8]) -> [UInt8] {
    let sides = shape.flatMap { side in [24, 16, 8, 0].map { UInt8(side >> $0 & 255) } }
    return [0, 0, 8, UInt8(shape.count)] + sides + values
  }

  private static func npy(_ images: Int) -> [UInt8] {
    let shape = "(\(images), \(side), \(side), 1)"
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': \(shape), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    let values = [UInt8](repeating: 0, count: 4 * images * side * side)
    return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8) + values
  }
}
