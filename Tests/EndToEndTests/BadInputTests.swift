import Foundation
import TestSupport
import Testing

/// What a person can give the program that it cannot use: one line that names it, exit 2, and
/// nothing left behind.
@Suite struct BadInputTests {
  /// Runs to its end and expects a refusal; returns the line.
  @discardableResult
  private static func refusal(
    _ arguments: [String], status: Int32 = 2, fileLimit: Int? = nil, outputPath: String? = nil
  ) throws -> String {
    let running = try ThawProcess.Running(
      arguments, fileLimit: fileLimit, outputPath: outputPath)
    let ended = running.wait()
    #expect(ended.status == status, "\(arguments): \(ended.output)\(ended.errors)")
    #expect(ended.errors.hasPrefix("thaw: "), "\(arguments): \(ended.errors)")
    #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
    return ended.errors
  }

  private static func tune(
    _ model: String, _ data: String, runs: TemporaryFolder, _ more: [String] = []
  ) -> [String] {
    ["tune", model, "--data", data, "--headless", "--runs-dir", runs("runs")] + more
  }

  private static func isEmpty(_ runs: TemporaryFolder) -> Bool {
    ((try? FileManager.default.contentsOfDirectory(atPath: runs("runs"))) ?? []).isEmpty
  }

  @Test func modelsThatAreNone() throws {
    let (folder, data) = (TemporaryFolder(), try SmallData.folder(images: 20))
    func read(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }
    let demo = try read(SmallData.demo + "/digits_0_to_4.h5")
    let truncated = try folder.write(Array(demo.prefix(100_000)), to: "truncated.h5")
    let text = try folder.write(Array("no model".utf8), to: "text.h5")
    var strange = try read(SmallData.fixtures + "/squeeze_excite-keras3.h5")
    let (known, unknown) = (Data(#""Reshape""#.utf8), Data(#""Capsule""#.utf8))
    while let place = strange.range(of: known) { strange.replaceSubrange(place, with: unknown) }
    let capsule = try folder.write(Array(strange), to: "capsule.h5")
    for (model, parts) in [
      (truncated, ["expected", "truncated"]), (text, ["expected", "found a text file"]),
      (folder("missing.h5"), ["No such file"]), (capsule, ["reshape", "'Capsule'"]),
      (folder.path, ["expected", "found a folder"]), ("zoo:none", ["'none'", "resnet50"]),
    ] {
      let line = try Self.refusal(Self.tune(model, data.path, runs: folder))
      for part in parts + (model.hasPrefix("zoo:") ? [] : [model]) {
        #expect(line.contains(part), "\(line)")
      }
    }
    #expect(Self.isEmpty(folder))
  }

  @Test func imagesThatDoNotFit() throws {
    let runs = TemporaryFolder()
    let (bare, none) = (TemporaryFolder(), try SmallData.folder(images: 0))
    let (large, short) = (
      try SmallData.folder(images: 10, side: 32), try SmallData.folder(images: 10, labels: 9)
    )
    let (broken, strangers) = (
      try SmallData.folder(images: 10), try SmallData.folder(images: 10)
    )
    let packed = try Data(contentsOf: URL(filePath: SmallData.digits))
    unlink(broken("train-images-idx3-ubyte"))
    try broken.write(
      Array(packed.prefix(packed.count / 2)), to: "train-images-idx3-ubyte.gz")
    try strangers.write(SmallData.idx([4, 28, 28]) { $0 }, to: "test-images-idx3-ubyte")
    try strangers.write(SmallData.idx([4]) { _ in 9 }, to: "test-labels-idx1-ubyte")
    for (data, parts) in [
      (bare.path, ["a folder for each class", "an empty folder"]),
      (none.path, ["an empty data set"]),
      (large.path, ["28×28×1", "32×32×1"]), (short.path, ["expected 10 labels", "found 9"]),
      (broken.path, ["gzip", "unexpected end"]),
      (strangers.path, ["test-labels", "(0, 1, 2, 3, 4)", "'9'"]),
      (runs("missing"), ["No such file"]),
    ] {
      let line = try Self.refusal(Self.tune("demo", data, runs: runs))
      for part in parts + [data] { #expect(line.contains(part), "\(line)") }
    }
    #expect(Self.isEmpty(runs))
  }

  @Test func optionsThatCannotBe() throws {
    let (runs, data) = (TemporaryFolder(), try SmallData.folder(images: 20))
    for (options, parts) in [
      (["--learning-rate=-1"], ["--learning-rate", "-1"]), (["--batch", "0"], ["--batch", "'0'"]),
      (["--freeze", "nope*"], ["--freeze", "nope*"]),
      (["--freeze", "*", "--freeze", "output"], ["--freeze", "output"]),
      (["--reinitialize", "nope"], ["--reinitialize", "nope"]),
      (["--multiplier", "nope=2"], ["--multiplier", "nope"]),
      (["--dropout", "2"], ["--dropout", "'2'"]), (["--theme", "nope"], ["--theme", "light"]),
      (["--optimizer", "x"], ["--optimizer", "adamw"]), (["--preset", "x"], ["--preset", "'x'"]),
      (["--schedule", "x"], ["--schedule", "cosine"]),
      (["--head", "3"], ["--head", "at least 5"]),
      (["--epochs", "none"], ["--epochs", "none"]), (["--name", "a/b"], ["a/b"]),
    ] {
      let line = try Self.refusal(Self.tune("demo", data.path, runs: runs, options))
      for part in parts { #expect(line.contains(part), "\(line)") }
    }
    #expect(Self.isEmpty(runs))
  }

  @Test func placesThatCannotBeWrittenTo() throws {
    let folder = TemporaryFolder()
    let file = try folder.write([1], to: "file")
    for place in [file + "/runs", file, "/proc/runs"] {
      let line = try Self.refusal(["demo", "--headless", "--runs-dir", place])
      #expect(line.contains(place) && line.contains("cannot create"), "\(line)")
    }
    let line = try Self.refusal(["inspect", "demo"], status: 1, outputPath: "/dev/full")
    #expect(line.contains("standard output: cannot write: No space"), "\(line)")
  }

  /// No file may grow beyond what a checkpoint needs, until there is room.
  @Test func aFullDiskIsWaitedForAndLosesNothing() throws {
    let runs = TemporaryFolder()
    let running = try ThawProcess.Running(
      [
        "tune", "demo", "--data", SmallData.digits, "--epochs", "1", "--headless", "--runs-dir",
        runs.path, "--name", "full",
      ], fileLimit: 1_500)
    try running.wait(for: "not saved: ")
    #expect(running.output.contains("full/checkpoints/"), "\(running.output)")
    let left = try FileManager.default.contentsOfDirectory(atPath: runs("full/checkpoints"))
    #expect(left.isEmpty)
    _ = try ChildProcess(
      "prlimit", ["--pid", "\(running.process.identifier)", "--fsize=unlimited"]
    ).wait()
    let ended = running.wait()
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.output.contains("the one epoch is done"), "\(ended.output)")
    let saved = try FileManager.default.contentsOfDirectory(atPath: runs("full/checkpoints"))
    #expect(saved.sorted() == ["best.safetensors", "step-00000032.safetensors"])
  }

  @Test func runsThatCannotGoOn() throws {
    let runs = TemporaryFolder()
    let options = [
      "tune", "demo", "--data", SmallData.digits, "--epochs", "2", "--headless", "--runs-dir",
      runs.path, "--name", "whole",
    ]
    let first = try ThawProcess.run(options)
    #expect(first.status == 0, "\(first.errors)")
    func damaged(_ name: String, _ file: String, bytes: Int) throws {
      try FileManager.default.copyItem(atPath: runs("whole"), toPath: runs(name))
      try #require(truncate(runs("\(name)/\(file)"), bytes) == 0)
    }
    func resume(_ name: String) -> [String] {
      ["resume", name, "--epochs", "3", "--headless", "--runs-dir", runs.path]
    }

    #expect(try Self.refusal(resume("none")).contains("no run 'none'"))
    let plain = TemporaryFolder()
    #expect(try Self.refusal(resume(plain.path)).contains(plain("run.json")))
    try damaged("record", "run.json", bytes: 100)
    #expect(try Self.refusal(resume("record")).contains(runs("record/run.json")))
    #expect(try Self.refusal(options).contains("there is a run 'whole' already"))

    // What can be done without is said and done without.
    try damaged("journal", "journal.jsonl", bytes: 700)
    let journal = try ThawProcess.run(resume("journal"))
    #expect(journal.status == 0, "\(journal.errors)")
    let steps = 1000 / 32 + 1
    try damaged("late", "checkpoints/step-000000\(steps * 2).safetensors", bytes: 1000)
    let refused = try Self.refusal(resume("late"))
    #expect(refused.contains("late/checkpoints/step-"), "\(refused)")
    #expect(refused.contains("--from \(steps)"), "\(refused)")
    let late = try ThawProcess.run(resume("late") + ["--from", "\(steps)"])
    #expect(late.status == 0, "\(late.errors)")
    #expect(late.output.contains("set aside: "), "\(late.output)")
    #expect(late.output.contains("epoch 2/3  step \(steps * 2)"), "\(late.output)")
  }

  @Test func noTerminalToDrawOn() throws {
    let runs = TemporaryFolder()
    let demo = ["demo", "--runs-dir", runs("runs")]
    #expect(try Self.refusal(demo).contains("standard input is not a terminal"))
    for (environment, ending, text) in [
      (["TERM": "no-such-terminal"], "", "found no-such-terminal"),
      (["TERM": ""], "", "TERM is not set"),
      ([:], " | cat", "standard output is not a terminal"),
    ] {
      let session = try TerminalSession(demo, environment: environment, ending: ending)
      let screen = try session.wait(for: "left the program")
      let lines = screen.split(separator: "\n")
      #expect(lines.first?.hasPrefix("thaw: ") == true, "\(screen)")
      #expect(screen.contains(text) && lines.count == 2, "\(screen)")
      // Of a pipe, the shell tells the last command's.
      #expect(try session.waitForExit() == (ending.isEmpty ? 2 : 0))
    }
    #expect(Self.isEmpty(runs))
  }
}
