import ArgumentParser
import Foundation
import Kernels
import TerminalUI

/// Cuts the program off from its terminal, again and again, and looks what was lost.
struct HangupsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hangups",
    abstract: "Cut the line under a training run, and count what was lost.",
    discussion: """
      One JSON object a row: a way (a closed terminal under a real bash, a killed ssh, ten signals) and \
      a moment. Exit 1 where not every cut was clean. --over ssh needs sshd and ssh.
      """)

  @Option(help: "Cuts for each way and moment.")
  var cuts = 50

  @Option(help: "Ways, separated by commas: bash, ssh, signals.")
  var over = "bash,signals"

  @Option(help: "Moments, separated by commas: reading, training, validation, checkpoint.")
  var during = CutMoment.allCases.map(\.rawValue).joined(separator: ",")

  @Option(help: "Seed of the delays.")
  var seed: UInt64 = 1

  @Option(help: "The program. (default: thaw beside this one)")
  var program: String?

  @Option(help: "Port for sshd.")
  var port = 20_022

  func run() throws {
    let ways = try Self.list(over, CutWay.self)
    let moments = try Self.list(during, CutMoment.self)
    let folder = NSTemporaryDirectory() + "thaw-hangups-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let delays = RandomStream(seed: seed, purpose: .test)
    var drawn: UInt64 = 0
    let environment = ProcessInfo.processInfo.environment
      .merging(["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"]) { $1 }
    var isClean = true
    for way in ways {
      let server = way == .ssh ? try SecureShellServer(folder: folder, port: port) : nil
      for moment in moments {
        var counts: [Cut.Outcome: Int] = [:]
        for number in 1...max(cuts, 1) {
          let command = server?.client ?? ["bash", "--norc", "-i"]
          let shell = try TerminalChild(
            command[0], Array(command.dropFirst()), environment: environment,
            size: Size(width: 120, height: 36))
          let cut = Cut(
            program: program ?? Self.neighbour, runs: folder + "/runs",
            name: "\(way.rawValue)-\(moment.rawValue)-\(number)", moment: moment, way: way,
            shell: shell, delay: Double(delays.uniform(drawn)) * Self.longestDelay(moment))
          drawn += 1
          let outcome = cut.run()
          shell.end()
          counts[outcome, default: 0] += 1
          try? FileManager.default.removeItem(atPath: folder + "/runs")
        }
        isClean = isClean && counts[.clean] == max(cuts, 1)
        print(Self.row(way, moment, counts))
        fflush(nil)
      }
      withExtendedLifetime(server) {}
    }
    if !isClean { throw ExitCode(1) }
  }

  /// In milliseconds. A checkpoint is written in a few.
  private static func longestDelay(_ moment: CutMoment) -> Double {
    switch moment {
    case .reading, .training: 400
    case .validation: 60
    case .checkpoint: 3
    }
  }

  private static func row(_ way: CutWay, _ moment: CutMoment, _ counts: [Cut.Outcome: Int])
    -> String
  {
    let outcomes = [Cut.Outcome.clean, .lost, .damaged, .hung]
      .map { "\"\($0.rawValue)\": \(counts[$0] ?? 0)" }.joined(separator: ", ")
    return "{\"over\": \"\(way.rawValue)\", \"during\": \"\(moment.rawValue)\", \(outcomes)}"
  }

  private static func list<Value: RawRepresentable & CaseIterable>(
    _ text: String, _ type: Value.Type
  ) throws -> [Value] where Value.RawValue == String {
    try text.split(separator: ",").map { word in
      guard let value = Value(rawValue: String(word)) else {
        let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("expected some of \(names), found '\(word)'")
      }
      return value
    }
  }

  private static var neighbour: String {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return (own as NSString).deletingLastPathComponent + "/thaw"
  }
}
