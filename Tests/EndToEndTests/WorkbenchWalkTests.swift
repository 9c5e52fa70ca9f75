import Foundation
import TestSupport
import Testing

/// A person's way through the workbench, on the demo and in a real terminal.
@Suite struct WorkbenchWalkTests {
  @Test func fromTheFirstStepToAResumedRun() throws {
    let runs = TemporaryFolder()
    let session = try TerminalSession(
      ["demo", "--epochs", "5000", "--runs-dir", runs.path, "--name", "walk"])
    try session.wait("steps that were timed") { $0.contains("▶ epoch") && $0.contains("ms/step") }
    try freezeAndThaw(session)
    try turnKnobs(session)
    try pauseAndStep(session)
    try resize(session)
    try lookAround(session)

    try session.type("q")
    try session.wait(for: "stop and drop what came after the last checkpoint")
    try session.type("s")
    #expect(try session.waitForExit() == 0)
    let left = try session.wait(for: "left the program")
    #expect(left.contains("run walk; go on with: thaw resume \(runs("walk"))"))
    // The shell's own screen is back.
    #expect(!left.contains("Layers") && !left.contains("┏"), "\(left)")

    let steps = try FileManager.default.contentsOfDirectory(atPath: runs("walk/checkpoints"))
      .compactMap { Int($0.dropFirst(5).dropLast(12)) }
    let last = try #require(steps.max())
    try goOn(runs, from: last)
  }

  /// Freezes conv1 to conv4 while it trains, and thaws them.
  private func freezeAndThaw(_ session: TerminalSession) throws {
    try session.type("v", "Down", "Down", "Down", "Down")
    try session.wait(for: "5 layers")
    try session.type("Space")
    let frozen = try session.wait("frozen layers, faster steps") {
      $0.contains("❄ 4 frozen") && Self.isFaster($0) && $0.contains("froze conv1–conv4 at step")
    }
    // The label stands at either side of its line.
    #expect(frozen.contains(/╎ ❄ conv1–conv4|❄ conv1–conv4 ╎/), "\(frozen)")
    #expect(frozen.contains("151 109 of 167 477 train"), "\(frozen)")
    try session.type("a")
    try session.wait("all but the head frozen") {
      $0.contains("❄ 5 frozen") && $0.contains("froze dense1")
    }
    try session.type("a")
    try session.wait("all of them live") {
      $0.contains("❄ 0 frozen · ● 6 live") && $0.contains("thawed")
    }
  }

  private static func isFaster(_ screen: String) -> Bool {
    guard let times = screen.firstMatch(of: /([0-9.]+) → ([0-9.]+) ms\/step/),
      let before = Double(times.1), let now = Double(times.2)
    else { return false }
    return now < before
  }

  private func turnKnobs(_ session: TerminalSession) throws {
    // From the layer list to the sliders, the first of which is the learning rate.
    try session.type("Tab", "Tab", "Tab", "Left")
    try session.wait(for: "learning rate 1e-3 → 8e-4 at step")
    try session.type("Tab")
    try session.wait(for: "┏━ Layers")
    try session.type("Down", "Down", "+")
    try session.wait(for: "dropout of dropout1 0.25 → 0.26 at step")
  }

  private func pauseAndStep(_ session: TerminalSession) throws {
    try session.type("p")
    try session.wait(for: "‖ paused epoch")
    // A pause in the middle of a validation comes before its epoch's end.
    try session.type(".")
    try session.wait(for: "‖ paused epoch")
    let before = try settledStep(session)
    try session.type(".")
    try session.wait("one step more") { Self.step($0) == before + 1 }
    #expect(try settledStep(session) == before + 1)
    try session.type("p")
    let epoch = before / 47 + 1
    // A header full of large numbers has no room for the step in its epoch: a later epoch tells as much.
    try session.wait("steps again") { screen in
      guard screen.contains("▶ epoch") else { return false }
      return Self.step(screen) ?? 0 > before + 1 || Self.epoch(screen) ?? 0 > epoch
    }
  }

  private func resize(_ session: TerminalSession) throws {
    for (columns, rows) in [(80, 24), (120, 36)] {
      try session.resize(columns: columns, rows: rows)
      let screen = try session.wait("a whole screen of \(columns)×\(rows)") { screen in
        let lines = screen.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= rows,
          lines[0].hasSuffix("6 Runs") || lines[0].hasSuffix("1 Train  2  4  5  6")
        else { return false }
        return lines[rows - 2].hasPrefix("╰") && lines[rows - 2].hasSuffix("╯")
          && lines[rows - 2].count == columns && lines[rows - 1].contains("q quit")
      }
      for part in ["Layers", "smooth 0.6", "Controls", "learning rate", "dropout1"] {
        #expect(screen.contains(part), "\(part) in\n\(screen)")
      }
    }
  }

  private func lookAround(_ session: TerminalSession) throws {
    try session.type("2")
    try session.wait("the graph") { $0.contains("Map") && $0.contains("7×7×32 ← pool2") }
    try session.type("1")
    try session.wait(for: "Controls")
    try session.type("?")
    try session.wait("the help page") {
      $0.contains("begin a range of layers") || $0.contains("freeze the selected layers")
    }
    try session.type("Escape")
    try session.wait("no help page") { !$0.contains("freeze the selected layers") }
    try session.type(":")
    try session.wait(for: "━ Commands ━")
    try session.type("-l", "momentum 0.8")
    try session.wait(for: "momentum 0.8 : set the momentum")
    try session.type("Enter")
    try session.wait(for: "momentum 0.9 → 0.8 at step")
    let colours = try session.colours
    try session.type("t")
    try session.wait("another theme") { _ in (try? session.colours) != colours }
  }

  private func goOn(_ runs: TemporaryFolder, from last: Int) throws {
    let session = try TerminalSession(["resume", "walk", "--runs-dir", runs.path])
    let screen = try session.wait("steps after the checkpoint's") { Self.step($0) ?? 0 > last }
    #expect(screen.contains("/5000"), "\(screen)")
    // The edits are there, and what they set.
    #expect(screen.contains("8e-4") && screen.contains("momentum 0.9 → 0.8"), "\(screen)")
    try session.type("C-c")
    try session.wait(for: "Leave the workbench")
    try session.type("d")
    #expect(try session.waitForExit() == 0)
  }

  /// The number of steps that the header tells.
  private static func epoch(_ screen: String) -> Int? {
    screen.firstMatch(of: #/ epoch ([0-9]+)/5000 /#).flatMap { Int($0.1) }
  }

  private static func step(_ screen: String) -> Int? {
    guard let epoch = screen.firstMatch(of: #/ epoch ([0-9]+)/5000 .*? ([0-9]+)/([0-9]+) /#),
      let number = Int(epoch.1), let inEpoch = Int(epoch.2), let perEpoch = Int(epoch.3)
    else { return nil }
    return (number - 1) * perEpoch + inEpoch
  }

  /// The step, once it has stood still for as many looks as a moving one would not.
  private func settledStep(_ session: TerminalSession) throws -> Int {
    var (last, looks) = (-1, 0)
    try session.wait("a step that stands still") { screen in
      let step = Self.step(screen) ?? -1
      looks = step == last && step >= 0 ? looks + 1 : 0
      last = step
      return looks >= 20
    }
    return last
  }
}
