import Foundation
import TestSupport
import Testing

/// Runs, folders, names and sizes that no run of this program would have: one line, exit 2, and
/// neither a crash nor a wait.
@Suite struct StrangeInputTests {
  /// Runs a line of a shell, in which `"$thaw"` is the program.
  private static func shell(_ line: String) throws -> ThawProcess {
    let folder = TemporaryFolder()
    let (output, errors) = (folder("out"), folder("err"))
    let child = try ChildProcess(
      "bash", ["-c", line], environment: ["thaw": ThawProcess.executable], output: output,
      errors: errors)
    let status = child.wait()
    return ThawProcess(
      status: status, output: try String(contentsOfFile: output, encoding: .utf8),
      errors: try String(contentsOfFile: errors, encoding: .utf8))
  }

  private static func expectRefusal(
    _ ended: ThawProcess, _ parts: [String], _ what: String = "", status: Int32 = 2
  ) {
    #expect(ended.status == status, "\(what): \(ended.output)\(ended.errors)")
    #expect(ended.errors.hasPrefix("thaw: "), "\(what): \(ended.errors)")
    #expect(ended.errors.split(separator: "\n").count == 1, "\(what): \(ended.errors)")
    for part in parts { #expect(ended.errors.contains(part), "\(what): \(ended.errors)") }
  }

  /// A finished run of one short epoch.
  private static func run(_ runs: TemporaryFolder, _ name: String) throws {
    let ended = try ThawProcess.run([
      "tune", "demo", "--data", SmallData.digits, "--epochs", "1", "--batch", "200", "--headless",
      "--runs-dir", runs.path, "--name", name,
    ])
    try #require(ended.status == 0, "\(ended.errors)")
  }

  @Test func whatARunSaysIsHeldToTheRangesOfTheCommandLine() throws {
    let runs = TemporaryFolder()
    try Self.run(runs, "mine")
    let path = runs("mine/run.json")
    let good = try Data(contentsOf: URL(filePath: path))
    let images = try SmallData.folder(images: 2)("train-images-idx3-ubyte")
    func change(_ section: String, _ key: String, _ value: Any) throws {
      var file = try #require(JSONSerialization.jsonObject(with: good) as? [String: Any])
      var part = try #require(file[section] as? [String: Any])
      if var settings = part["settings"] as? [String: Any], settings[key] != nil {
        settings[key] = value
        part["settings"] = settings
      } else {
        part[key] = value
      }
      file[section] = part
      try JSONSerialization.data(withJSONObject: file).write(to: URL(filePath: path))
    }
    let changes: [(String, String, Any)] = [
      ("options", "epochs", Int.max), ("options", "batch", 0), ("options", "freezeFirst", -1),
      ("options", "threads", 1 << 40), ("options", "learningRate", "nan"),
      ("options", "momentum", 7), ("options", "labelSmoothing", -1),
      ("options", "cacheBudget", Int.min), ("record", "epochs", Int.max),
      ("record", "learningRate", "inf"), ("record", "momentum", -1),
    ]
    for (section, key, value) in changes {
      try change(section, key, value)
      let commands: [[String]] = [
        ["resume", "mine", "--headless", "--epochs", "2", "--threads", "1"],
        ["predict", "mine", images],
      ]
      for command in commands {
        let ended = try ThawProcess.run(command + ["--runs-dir", runs.path])
        Self.expectRefusal(ended, [path, "expected"], "\(command[0]) with \(key) \(value)")
      }
      #expect(try ThawProcess.run(["runs", "--runs-dir", runs.path]).status == 0)
    }
  }

  /// Killed between its folder and its record, a run leaves its name free; killed before its first
  /// checkpoint, it begins again, with whatever of its files is there.
  @Test func aRunThatNeverBeganOrJustBeganCanBeBegun() throws {
    let runs = TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: runs("mine/checkpoints"), withIntermediateDirectories: true)
    for file in ["lock", "journal.jsonl"] { try runs.write([], to: "mine/\(file)") }
    try Self.run(runs, "mine")
    let whole = try Data(contentsOf: URL(filePath: runs("mine/checkpoints/best.safetensors")))
    for missing in [["checkpoints"], ["checkpoints", "journal.jsonl"], ["checkpoints", "lock"]] {
      let name = missing.joined(separator: "-")
      try FileManager.default.copyItem(atPath: runs("mine"), toPath: runs(name))
      // As it stood before the first epoch ended.
      try runs.write([], to: "\(name)/journal.jsonl")
      for file in missing { try FileManager.default.removeItem(atPath: runs("\(name)/\(file)")) }
      let resumed = try ThawProcess.run(["resume", name, "--headless", "--runs-dir", runs.path])
      #expect(resumed.status == 0, "\(resumed.errors)")
      #expect(resumed.output.contains("from its beginning"), "\(resumed.output)")
      // And comes to the same bytes.
      let again = try Data(contentsOf: URL(filePath: runs("\(name)/checkpoints/best.safetensors")))
      #expect(again == whole)
    }
  }

  @Test func anEmptyRunsFolderIsNoFolder() throws {
    for command in [
      ["demo", "--headless"], ["runs"], ["resume", "x", "--headless"], ["predict", "x", "y.npy"],
    ] {
      let ended = try ThawProcess.run(command + ["--runs-dir", ""])
      Self.expectRefusal(ended, ["--runs-dir"], "\(command)")
    }
  }

  @Test func textThatIsNotUTF8IsNamed() throws {
    let runs = TemporaryFolder()
    for (line, part) in [
      (#""$thaw" inspect $'\xff.h5'"#, "argument 2"),
      (#""$thaw" demo --headless --runs-dir $'/tmp/\xe9'"#, "argument 4"),
      (#"HOME=$'/tmp/\xe9' "$thaw" demo --headless"#, "HOME"),
    ] {
      Self.expectRefusal(try Self.shell(line), [part, "UTF-8"], line)
    }
    // Neighbours with such names do no harm.
    let line =
      #"cd "$runs" && mkdir -p $'x\xff' && touch $'x\xff/run.json' $'\xfe' && "$thaw" runs --runs-dir ."#
    let listed = try Self.shell("runs='\(runs.path)'; \(line)")
    #expect(listed.status == 0, "\(listed.errors)")
    _ = try Self.shell("rm -rf '\(runs.path)'/*")
  }

  @Test func aPipeIsNoThemeAndNoInput() throws {
    let runs = TemporaryFolder()
    #expect(mkfifo(runs("pipe"), 0o644) == 0)
    for (arguments, parts) in [
      (
        ["demo", "--headless", "--theme", runs("pipe"), "--runs-dir", runs("r")],
        ["--theme", "pipe"]
      ),
      (["inspect", runs("pipe")], ["pipe"]),
      (["tune", "demo", "--data", runs("pipe"), "--headless", "--runs-dir", runs("r")], ["pipe"]),
      (["predict", "demo", runs("pipe")], ["pipe"]),
    ] {
      Self.expectRefusal(try ThawProcess.run(arguments), parts, "\(arguments)")
    }
  }

  /// The numbers are known before the memory is taken, and say which batch would do.
  @Test func aBatchBeyondMemoryIsRefusedWithBothNumbers() throws {
    let runs = TemporaryFolder()
    let data = TemporaryFolder()
    let (count, side) = (48, 224)
    try data.write(
      SmallData.idx([count, side, side, 3]) { $0 % 251 }, to: "train-images-idx3-ubyte")
    try data.write(SmallData.idx([count]) { $0 % 5 }, to: "train-labels-idx1-ubyte")
    let tune = [
      "tune", "zoo:resnet18", "--data", data.path, "--batch", "512", "--headless", "--threads", "1",
      "--runs-dir", runs("r"),
    ].joined(separator: " ")
    let ended = try Self.shell("ulimit -S -v 1100000; \"$thaw\" \(tune)")
    Self.expectRefusal(
      ended, ["training resnet18 at batch 48 takes", "are free", "the largest batch that fits is"])
  }

  /// What `inspect` says is as much as the kernels will ask for: see `MemoryDemandTests`.
  @Test func inspectShowsWhatMemoryAModelTakes() throws {
    let text = try ThawProcess.run(["inspect", "zoo:resnet18"])
    #expect(text.status == 0 && text.output.contains("to train at batch 32"), "\(text.output)")
    let json = try ThawProcess.run(["inspect", "zoo:resnet18", "--json"])
    let memory = try #require(json.objects.first?["memory"] as? [String: Any])
    let training = try #require(memory["training"] as? [String: Any])
    let inference = try #require(memory["inference"] as? [String: Any])
    let (most, least) = try (
      #require(training["total"] as? Int), #require(inference["total"] as? Int)
    )
    #expect(training["batch"] as? Int == 32 && inference["batch"] as? Int == 32)
    #expect(600_000_000...1_200_000_000 ~= most && 200_000_000...400_000_000 ~= least)
    #expect(try #require(memory["available"] as? Int) > 0)
  }
}
