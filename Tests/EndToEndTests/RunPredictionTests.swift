import Foundation
import TestSupport
import Testing

/// What `tune` trains on, what `predict` says of a run, and that both mean the same by a pixel.
@Suite struct RunPredictionTests {
  private static let models = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../TrainingTests/Fixtures").standardized.path

  private let runs = TemporaryFolder()

  private func model(_ name: String) -> String { "\(Self.models)/\(name).h5" }

  /// Of twelve images of 6×6.
  private static let pixels = (0..<12 * 36).map { (index: Int) -> UInt8 in
    UInt8((index * 7919 % 1009 * 31 + index) & 255)
  }

  /// Twelve images of 6×6, labelled with `labels` in turn.
  private func data(labels: [Int]) throws -> TemporaryFolder {
    let folder = TemporaryFolder()
    try folder.write(
      SmallData.idx([12, 6, 6]) { Int(Self.pixels[$0]) }, to: "train-images-idx3-ubyte")
    try folder.write(
      SmallData.idx([12]) { labels[$0 % labels.count] }, to: "train-labels-idx1-ubyte")
    return folder
  }

  private func images(_ folder: TemporaryFolder) -> String { folder("train-images-idx3-ubyte") }

  /// Trains too little to change anything.
  @discardableResult
  private func tune(
    _ model: String, on data: TemporaryFolder, as run: String, _ options: [String] = []
  ) throws -> ThawProcess {
    let ended = try ThawProcess.run(
      ["tune", model, "--data", data.path, "--epochs", "1", "--learning-rate", "1e-12"]
        + ["--headless", "--json", "--name", run, "--runs-dir", runs.path] + options)
    #expect(ended.status == 0, "\(ended.errors)")
    return ended
  }

  private func predict(_ arguments: [String]) throws -> ThawProcess {
    let ended = try ThawProcess.run(["predict"] + arguments + ["--runs-dir", runs.path])
    #expect(ended.status == 0, "\(ended.errors)")
    return ended
  }

  private func values(_ ended: ThawProcess) -> [[Double]] {
    ended.objects.compactMap { $0["values"] as? [Double] }
  }

  private func notices(_ ended: ThawProcess) -> [String] {
    ended.objects.filter { $0["event"] as? String == "notice" }
      .compactMap { $0["message"] as? String }
  }

  private func distance(_ a: [[Double]], _ b: [[Double]]) -> Double {
    guard a.count == b.count, !a.isEmpty else { return .infinity }
    return zip(a.joined(), b.joined()).map { abs($0 - $1) }.max() ?? .infinity
  }

  /// A NumPy file of float32, version 1.
  private func numPy(_ shape: [Int], _ values: [Float]) -> [UInt8] {
    let list = shape.map(String.init).joined(separator: ", ")
    var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(list)), }"
    header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8)
      + values.flatMap { value in withUnsafeBytes(of: value) { Array($0) } }
  }

  // MARK: - Answers of runs

  @Test(arguments: [("limits", 3), ("sigmoids", 4), ("binary", 2), ("binary_logits", 2)])
  func aTunedModelAnswersAsItsFileDoes(name: String, classes: Int) throws {
    let data = try data(labels: Array(0..<classes))
    // Its limits would change it at the first step.
    try tune(model(name), on: data, as: "kept", ["--max-norm", "0"])
    let file = values(try predict([model(name), images(data), "--json"]))
    let run = values(try predict(["kept", images(data), "--json"]))
    #expect(distance(file, run) < 1e-5)
    // The same in a file.
    let outputs = ["file", "run"].map { runs($0 + ".npy") }
    _ = try predict([model(name), images(data), "--output", outputs[0]])
    _ = try predict(["kept", images(data), "--output", outputs[1]])
    let bytes = try outputs.map { try Data(contentsOf: URL(filePath: $0)) }
    #expect(bytes[0].prefix(128) == bytes[1].prefix(128) && bytes[0].count == bytes[1].count)
    let lines = try predict(["kept", images(data)]).output.split(separator: "\n")
    // The path once, and a line for each image under it.
    #expect(lines.first.map(String.init) == images(data))
    #expect(lines.count == 13 && lines.count { $0.contains(images(data)) } == 1)
    let answers = lines.dropFirst()
    #expect(answers.allSatisfy { $0.contains(" %") } == (name != "binary_logits"))
  }

  @Test(arguments: [
    (["--preset", "dropout"], 3), (["--preset", "dropout", "--head", "keep"], 3),
    (["--dropout", "hidden=0.4"], 3), (["--dropout", "input=0.1"], 3), (["--head", "7"], 7),
    (["--preset", "fine-tune", "--head", "4"], 4),
    (["--preset", "dropout", "--dropout", "0.3", "--dropout", "input=0.1"], 3),
  ])
  func aRunAnswersWithProbabilitiesWhateverWasAskedOfIt(options: [String], outputs: Int) throws {
    let data = try data(labels: [0, 1, 2])
    try tune(model("limits"), on: data, as: "run", options)
    let answers = values(try predict(["run", images(data), "--json"]))
    #expect(answers.count == 12)
    for answer in answers {
      #expect(answer.count == outputs && answer.allSatisfy { (0...1).contains($0) })
      #expect(abs(answer.reduce(0, +) - 1) < 1e-5)
    }
  }

  @Test func aKeptHeadAnswersByItsOwnNumbers() throws {
    let data = try data(labels: [3, 0])
    let ended = try tune(model("sigmoids"), on: data, as: "kept", ["--head", "keep"])
    #expect(notices(ended).contains { $0.contains("0, 3 of 4") })
    let file = values(try predict([model("sigmoids"), images(data), "--json"]))
    let run = try predict(["kept", images(data), "--json"])
    #expect(distance(file, values(run)) < 1e-5)
    for object in run.objects {
      let top = try #require(object["top"] as? [[String: Any]])
      #expect(top.allSatisfy { $0["name"] as? String == ($0["output"] as? Int).map { "\($0)" } })
    }
  }

  /// One sigmoid says both: its value is the second class's.
  @Test func aBinaryRunNamesItsTwoClasses() throws {
    let data = try data(labels: [3, 7])
    try tune(model("binary"), on: data, as: "binary")
    let ended = try predict(["binary", images(data), "--json"])
    for object in ended.objects {
      let value = try #require((object["values"] as? [Double])?.first)
      let top = try #require(object["top"] as? [[String: Any]])
      #expect(
        top.compactMap { $0["name"] as? String } == (value >= 0.5 ? ["7", "3"] : ["3", "7"]))
      let shares = top.compactMap { $0["value"] as? Double }
      #expect(abs(shares.reduce(0, +) - 1) < 1e-5 && abs(shares[0] - max(value, 1 - value)) < 1e-5)
    }
  }

  /// The run knows its classes: who asks it need not have the data.
  @Test func aRunAnswersWithoutItsData() throws {
    var data: TemporaryFolder? = try data(labels: [3, 7])
    let pictures = try runs.write(
      SmallData.idx([12, 6, 6]) { Int(Self.pixels[$0]) }, to: "pictures")
    try tune(model("binary"), on: #require(data), as: "alone")
    data = nil
    let ended = try predict(["alone", pictures, "--json"])
    let top = try #require(ended.objects.first?["top"] as? [[String: Any]])
    #expect(Set(top.compactMap { $0["name"] as? String }) == ["3", "7"])
  }

  // MARK: - What is said and kept

  /// Layers of a Keras file that do nothing but in its own training, and those that it froze.
  @Test func tuneSaysWhatItLeavesOutAndWhatStartsFrozen() throws {
    let folder = TemporaryFolder()
    try folder.write(SmallData.idx([12, 5, 4, 3]) { $0 }, to: "train-images-idx3-ubyte")
    try folder.write(SmallData.idx([12]) { $0 % 3 }, to: "train-labels-idx1-ubyte")
    let model = SmallData.fixtures + "/squeeze_excite-keras3.h5"
    let said = notices(try tune(model, on: folder, as: "left-out"))
    #expect(said.contains { $0.contains("augment (RandomFlip)") })
    #expect(!said.contains { $0.contains("spatial_dropout") })
    let frozen = notices(
      try tune(self.model("penalties"), on: data(labels: [0, 1, 2]), as: "frozen"))
    #expect(frozen.contains { $0.hasPrefix("frozen, as the file says: frozen") })
    #expect(frozen.contains { $0.contains("L1 0.02 and L2 0.03 on conv/kernel") })
  }

  /// What a layer is called may be anything, and what is said of it goes to a terminal.
  @Test func namesInAFileSteerNoTerminal() throws {
    var file = try Data(contentsOf: URL(filePath: model("sigmoids")))
    let name = try #require(file.range(of: Data(#""name": "rescaling""#.utf8)))
    file.replaceSubrange(name, with: Data(#""name": "\u001b[3m""#.utf8))
    let path = try runs.write(Array(file), to: "strange.h5")
    let data = try data(labels: [0, 1, 2, 3])
    defer { withExtendedLifetime(data) {} }
    let ended = try ThawProcess.run([
      "tune", path, "--data", data.path, "--epochs", "1", "--headless", "--runs-dir", runs.path,
    ])
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.output.contains("pixels enter as 0..255: ?[3m makes 0..1 of it"))
    #expect(!ended.output.contains("\u{1B}"))
  }

  /// A preset's momentum is its own optimizer's.
  @Test func anotherOptimizerThanThePresetsHasItsOwnMomentum() throws {
    let data = try data(labels: [0, 1, 2])
    for (run, options, momentum) in [
      ("preset", [], "0.95"), ("adam", ["--optimizer", "adam"], "0.9"),
      ("both", ["--optimizer", "adam", "--momentum", "0.8"], "0.8"),
    ] as [(String, [String], String)] {
      try tune(model("limits"), on: data, as: run, ["--preset", "dropout"] + options)
      let record = try String(contentsOfFile: runs("\(run)/run.json"), encoding: .utf8)
      let settings = try #require(record.split(separator: "\"settings\"").last)
      #expect(settings.contains("\"momentum\" : \(momentum)"), "\(run)")
    }
  }

  // MARK: - What enters

  @Test func idxAndTheSamePixelsAsNumPyMeanTheSame() throws {
    let data = try data(labels: [0, 1, 2, 3])
    let bytes = Self.pixels.map { Float($0) }
    let raw = try runs.write(numPy([12, 6, 6, 1], bytes), to: "raw.npy")
    let ended = try tune(model("sigmoids"), on: data, as: "run")
    #expect(notices(ended).contains("pixels enter as 0..255: rescaling makes 0..1 of it"))
    for source in [model("sigmoids"), "run"] {
      let idx = values(try predict([source, images(data), "--json"]))
      let array = values(try predict([source, raw, "--json"]))
      #expect(distance(idx, array) == 0)
      // The option stands over it, and shows.
      let other = values(try predict([source, images(data), "--json", "--pixels", "-1..1"]))
      #expect(distance(idx, other) > 1e-3)
      let refused = try ThawProcess.run(
        ["predict", source, raw, "--pixels", "0..1", "--runs-dir", runs.path])
      #expect(refused.status == 2 && refused.errors.contains("--pixels: expected pictures"))
    }
    let record = try String(contentsOfFile: runs("run/run.json"), encoding: .utf8)
    #expect(record.contains("\"0..255\""))
  }

  @Test func pixelsAreAsAskedAndStayWithTheRun() throws {
    let data = try data(labels: [0, 1])
    let bytes = Self.pixels.map { Float($0) }
    let assumed = try tune(model("binary"), on: data, as: "assumed")
    #expect(notices(assumed).contains { $0.contains("pixels enter as 0..1: assumed") })
    let asked = try tune(model("binary"), on: data, as: "asked", ["--pixels", "-1..1"])
    #expect(notices(asked).contains("pixels enter as -1..1: as --pixels says"))
    let shifted = try runs.write(
      numPy([12, 6, 6, 1], bytes.map { $0 / 127.5 - 1 }), to: "shifted.npy")
    let idx = values(try predict(["asked", images(data), "--json"]))
    #expect(distance(idx, values(try predict(["asked", shifted, "--json"]))) < 1e-6)
    let resumed = try ThawProcess.run([
      "resume", "asked", "--headless", "--json", "--runs-dir", runs.path,
    ])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(notices(resumed).contains("pixels enter as -1..1: as --pixels says"))
  }

  /// `run.json` did not always keep it: such a run goes on as it was trained.
  @Test func anOlderRunGoesOnWithPixelsDividedBy255() throws {
    let data = try data(labels: [0, 1, 2, 3])
    try tune(model("sigmoids"), on: data, as: "old", ["--pixels", "0..1"])
    try removeOptions(["preparation", "classes"], of: "old")
    let resumed = try ThawProcess.run([
      "resume", "old", "--headless", "--json", "--runs-dir", runs.path,
    ])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(notices(resumed).contains("pixels enter as 0..1: as the run was trained so far"))
    let idx = values(try predict(["old", images(data), "--json"]))
    let unit = values(
      try predict([model("sigmoids"), images(data), "--json", "--pixels", "0..1"]))
    #expect(distance(idx, unit) < 1e-5)
  }

  /// A head of one sigmoid was always replaced.
  @Test func anOlderRunGoesOnWithTheHeadThatItGot() throws {
    let data = try data(labels: [3, 7])
    try tune(model("binary"), on: data, as: "old", ["--head", "2"])
    let before = values(try predict(["old", images(data), "--json"]))
    try removeOptions(["preparation", "classes", "head"], of: "old")
    let resumed = try ThawProcess.run([
      "resume", "old", "--headless", "--json", "--runs-dir", runs.path,
    ])
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(distance(before, values(try predict(["old", images(data), "--json"]))) < 1e-5)
    #expect(before[0].count == 2)
  }

  /// Makes `run.json` that of a run that was begun before options were kept.
  private func removeOptions(_ names: [String], of run: String) throws {
    let path = URL(filePath: runs("\(run)/run.json"))
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: path))
    var file = try #require(object as? [String: Any])
    var options = try #require(file["options"] as? [String: Any])
    for name in names { #expect(options.removeValue(forKey: name) != nil) }
    file["options"] = options
    try JSONSerialization.data(withJSONObject: file).write(to: path)
  }

  @Test func inspectSaysHowPixelsEnterWhatIsMinimisedAndWhatLimitsWeights() throws {
    let ended = try ThawProcess.run(["inspect", model("limits"), "--json"])
    let object = try #require(ended.objects.first)
    let preparation = try #require(object["preparation"] as? [String: Any])
    #expect(preparation["pixels"] as? String == "0..255")
    #expect(preparation["origin"] as? String == "layers")
    #expect(preparation["layers"] as? [String] == ["rescaling"])
    let rules = try #require(object["rules"] as? [String: [String]])
    #expect(rules["kept"]?.contains { $0.contains("max-norm 0.3 on by_rows/kernel") } == true)
    let text = try ThawProcess.run(["inspect", model("binary"), "--pixels", "0..255"]).output
    #expect(text.contains("pixels 0..255: as --pixels says"))
    #expect(text.contains("binary cross-entropy"))
  }

  @Test(arguments: [
    (["--pixels", "0..2"], "--pixels: expected 0..1, 0..255, -1..1, found '0..2'"),
    (["--optimizer", "adagrad", "--momentum", "0.5"], "--momentum: expected an optimizer"),
    (["--nesterov"], "--nesterov: expected the optimizer sgd, found 'adam'"),
    (["--nesterov", "--optimizer", "sgd"], "--nesterov: expected a --momentum above 0"),
    (["--head", "some"], "--head: expected 1 to 1000000, or keep, found 'some'"),
    (["--dropout", "nothing=0.1"], "--dropout: expected a pattern that names a layer, or 'input'"),
  ])
  func whatCannotBeDoneIsOneLineAndExit2(options: [String], line: String) throws {
    let data = try data(labels: [0, 1])
    defer { withExtendedLifetime(data) {} }
    let ended = try ThawProcess.run(
      ["tune", model("binary"), "--data", data.path, "--headless", "--runs-dir", runs.path]
        + options)
    #expect(ended.status == 2)
    #expect(ended.errors.contains(line), "\(ended.errors)")
    #expect(ended.errors.split(separator: "\n").count == 1)
  }
}
