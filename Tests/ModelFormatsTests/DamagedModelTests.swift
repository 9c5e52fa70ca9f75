import Files
import JSON
import Kernels
import Network
import TestSupport
import Testing

@testable import ModelFormats

/// Files from strangers: whatever is in them, the answer is a model or one line, never a crash.
@Suite struct DamagedModelTests {
  @Test(arguments: ["nested-keras2.h5", "normalization-keras3.h5"])
  func damagedModelsAreModelsOrErrors(name: String) throws {
    let original = try FixtureFile.bytes(name)
    var mutations = Mutations(seed: 1)
    let folder = TemporaryFolder()
    var (opened, refused) = (0, 0)
    for _ in 0..<150 {
      let path = try folder.write(mutations.damaged(original), to: "model.h5")
      do {
        let model = try ModelFile.open(path).model
        // What opens runs: every shape and every parameter fits, whatever its values.
        let runner = GraphRunner(model: model, batch: 1, pool: WorkerPool(threads: 1))
        let output = runner.run(FloatBuffer(count: model.graph.inputShape.count))
        #expect(output.count == model.graph.outputShape.count)
        opened += 1
      } catch let error as FormatError {
        #expect(error.path == path && !error.description.contains("\n"))
        refused += 1
      }
    }
    #expect(opened > 10 && refused > 30, "\(opened) opened, \(refused) refused")
  }

  @Test(arguments: ["text_latest.h5", "storage.h5", "refused.h5"])
  func damagedArchivesAreArchivesOrErrors(name: String) throws {
    let original = try FixtureFile.bytes(name)
    var mutations = Mutations(seed: 2)
    let folder = TemporaryFolder()
    var (opened, refused) = (0, 0)
    for _ in 0..<80 {
      let path = try folder.write(mutations.damaged(original), to: "archive.h5")
      do {
        let archive = try HDF5Archive(path: path)
        for (dataset, values) in archive.datasets {
          // As many values as the shape says, each of which can be read.
          let count = archive.withValues(of: values) { values in
            values.count { $0 == $0 || $0.isNaN }
          }
          #expect(count == values.shape.reduce(1, *), "\(dataset)")
          #expect(archive.unreadable[dataset] == nil, "\(dataset) is both read and not")
        }
        #expect(archive.unreadable.values.allSatisfy { !$0.isEmpty && !$0.contains("\n") })
        opened += 1
      } catch let error as FormatError {
        #expect(error.path == path && !error.description.contains("\n"))
        refused += 1
      }
    }
    #expect(opened > 10 && refused > 10, "\(opened) opened, \(refused) refused")
  }

  @Test func aModelCutAnywhereIsAnError() throws {
    let original = try FixtureFile.bytes("pooling-keras3.h5")
    let folder = TemporaryFolder()
    for length in stride(from: 0, to: original.count, by: 257) {
      let path = try folder.write(Array(original[..<length]), to: "model.h5")
      #expect(throws: FormatError.self) { try ModelFile.open(path) }
    }
  }

  /// The reader of files hands the configuration over whole, so that this needs no file.
  @Test(arguments: [
    "convolutions-keras2", "nested-keras3", "activations-keras3", "operations-keras3",
    "shared-keras3",
  ])
  func damagedConfigurationsAreModelsOrErrors(name: String) throws {
    let archive = try HDF5Archive(path: FixtureFile.path("\(name).h5"))
    let configuration = try #require(archive.groups[""]?["model_config"]?.first)
    var mutations = Mutations(seed: 3)
    let bytes = Array(configuration.utf8)
    for _ in 0..<300 {
      do {
        let damaged = try JSONValue.parse(mutations.damaged(bytes))
        _ = try KerasHDF5.model(
          damaged, builder: KerasLayerBuilder(major: 3), archive: archive,
          report: ImportReport(format: ""))
      } catch is JSONError {
      } catch is UnexpectedContent {}
    }
  }

  /// Every value of a configuration, replaced by others that damage would not hit upon.
  @Test(arguments: [
    "convolutions-keras2", "pooling-keras3", "nested-keras3", "operations-keras2",
    "operations-keras3", "merging-keras2", "rarer-keras3", "preparing-keras3",
  ])
  func hostileValuesAreModelsOrErrors(name: String) throws {
    let archive = try HDF5Archive(path: FixtureFile.path("\(name).h5"))
    let text = try #require(archive.groups[""]?["model_config"]?.first)
    let hostile: [JSONValue] = [
      .null, .number(-1), .number(0), .number(9_223_372_036_854_775_808), .number(1e308),
      .number(.nan),
      .number(16_777_216), .string(""), .string("\u{1B}[2J"), .array([]), .object([:]),
      .array([.number(1), .number(2), .number(3)]), .array([.array([]), .array([.null])]),
    ]
    var next = 0
    try JSONValue.parse(text).forEachPlace { replacing in
      for _ in 0..<3 {
        next += 1
        do {
          _ = try KerasHDF5.model(
            replacing(hostile[next % hostile.count]), builder: KerasLayerBuilder(major: 3),
            archive: archive,
            report: ImportReport(format: ""))
        } catch is UnexpectedContent {}
      }
    }
  }
}

extension JSONValue {
  /// Calls `body` for each value in this one, itself included, with a function that makes this
  /// value with another in that place.
  fileprivate func forEachPlace(_ body: (@escaping (JSONValue) -> JSONValue) throws -> Void)
    rethrows
  {
    try body { $0 }
    switch self {
    case .array(let elements):
      for index in elements.indices {
        try elements[index].forEachPlace { replacing in
          try body { new in
            var copy = elements
            copy[index] = replacing(new)
            return .array(copy)
          }
        }
      }
    case .object(let members):
      for key in members.keys.sorted() {
        try members[key]?.forEachPlace { replacing in
          try body { new in
            .object(members.merging([key: replacing(new)]) { $1 })
          }
        }
      }
    default: break
    }
  }
}
