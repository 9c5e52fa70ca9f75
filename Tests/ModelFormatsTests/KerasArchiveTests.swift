import Files
import Foundation
import Images
import JSON
import Kernels
import Network
import TestSupport
import Testing

@testable import ModelFormats

/// `.keras` archives and weights by place (`make_keras_archives.py`).
@Suite struct KerasArchiveTests {
  private static let folder = "KerasArchives"

  private static func path(_ name: String) -> String { FixtureFile.path("\(folder)/\(name)") }

  private static func expectation(_ name: String) throws -> KerasExpectation {
    let data = try Data(contentsOf: URL(filePath: path("expected.json")))
    return try #require(try JSONDecoder().decode([String: KerasExpectation].self, from: data)[name])
  }

  /// Keras 2.13 counts layers with weights twice and calls their group otherwise; the weights alone
  /// have the description of `to_json` beside them.
  @Test(arguments: [
    "branches-keras3.keras", "branches-keras3.weights.h5", "branches-keras215.keras",
    "branches-keras213.keras", "fitting-keras3.keras",
  ])
  func outputsAreThoseOfKeras(name: String) throws {
    let imported = try ModelFile.open(Self.path(name))
    #expect(try Self.expectation(name).distance(from: imported.model) <= 2e-5)
    #expect(imported.report.unused.isEmpty)
  }

  /// Names that Keras makes itself are others in the next session.
  @Test func layersOfOtherNamesGoByTheirOrder() throws {
    let text = String(
      decoding: try FixtureFile.bytes("\(Self.folder)/branches-keras3.json"), as: UTF8.self)
    let renamed = text.replacing("\"conv2d", with: "\"another").replacing(
      "\"batch_normalization", with: "\"norm")
    let archive = try HDF5Archive(path: Self.path("branches-keras3.weights.h5"))
    let description = KerasDescription(
      configuration: try JSONValue.parse(renamed), version: "3.15.1", path: "")
    let imported = try description.model(OpeningOptions(), format: "") { model in
      try KerasVariables(archive: archive, of: model)
    }
    #expect(imported.model.graph.nodes.contains { $0.name.hasPrefix("another") })
    #expect(
      try Self.expectation("branches-keras3.keras").distance(from: imported.model) <= 2e-5)
  }

  @Test func aFolderThatAnArchiveUnpacksToOpens() throws {
    let name = "branches-keras3.keras"
    let zip = try ZipArchive(path: Self.path(name))
    let folder = TemporaryFolder()
    for file in zip.names {
      try folder.write(zip.contents(of: file, limit: 1 << 20), to: file)
    }
    let imported = try ModelFile.open(folder("."))
    #expect(try Self.expectation(name).distance(from: imported.model) <= 2e-5)
    #expect(imported.report.format == "Keras folder (Keras 3.15.1)")
  }

  /// Packed by hand, as people do.
  @Test func damagedArchivesAreModelsOrErrors() throws {
    let original = try FixtureFile.bytes("\(Self.folder)/fitting-keras3.keras")
    var mutations = Mutations(seed: 4)
    let folder = TemporaryFolder()
    var (opened, refused) = (0, 0)
    for _ in 0..<120 {
      let path = try folder.write(mutations.damaged(original), to: "model.keras")
      do {
        _ = try ModelFile.open(path)
        opened += 1
      } catch let error as FormatError {
        #expect(error.path.hasPrefix(path) && !error.description.contains("\n"))
        refused += 1
      }
    }
    #expect(refused > 30, "\(opened) opened, \(refused) refused")
  }

  @Test(arguments: [
    (["config.json", "metadata.json"], "'model.weights.h5' in it"),
    (["metadata.json", "model.weights.h5"], "'config.json' in it"),
  ])
  func whatAnArchiveLacksIsNamed(files: [String], expected: String) throws {
    let zip = try ZipArchive(path: Self.path("fitting-keras3.keras"))
    let folder = TemporaryFolder()
    let path = folder("model.keras")
    try ZipWriter.write(
      files.map { ($0, .bytes(try zip.contents(of: $0, limit: 1 << 20))) }, to: path)
    let error = #expect(throws: FormatError.self) { try ModelFile.open(path) }
    #expect(error?.expected == expected)
  }

  /// HDF5 files may begin at 512, 1024, … bytes, where the weights of an archive come to stand too.
  @Test func anArchiveIsOneWhereverItsWeightsStand() throws {
    let zip = try ZipArchive(path: Self.path("fitting-keras3.keras"))
    let weights = try zip.contents(of: "model.weights.h5", limit: 1 << 20)
    let rest = try ["metadata.json", "config.json"].map { name in
      (name: name, content: ZipWriter.Content.bytes(try zip.contents(of: name, limit: 1 << 20)))
    }
    let folder = TemporaryFolder()
    // A file in front moves the weights until they are at such a place.
    for filling in 400..<450 {
      let files =
        [(name: "note", content: .bytes([UInt8](repeating: 32, count: filling)))]
        + [(name: "model.weights.h5", content: ZipWriter.Content.bytes(weights))] + rest
      let path = folder("model.keras")
      try ZipWriter.write(files, to: path)
      let bytes = try InputFile.contents(of: path, limit: 1 << 20)
      guard Array(bytes[512..<520]) == [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A] else {
        continue
      }
      #expect(try ModelFile.open(path).report.format == "Keras archive (Keras 3.15.1)")
      return
    }
    Issue.record("the weights never stood at byte 512")
  }

  @Test func aNetworkThatFitsPicturesTakesThemInItsOwnSize() throws {
    let imported = try ModelFile.open(Self.path("fitting-keras3.keras"))
    #expect(imported.model.graph.inputShape.dimensions == [8, 6, 3])
    let preparation = imported.preparation
    #expect(preparation.fit == .crop && preparation.interpolation == .nearest)
    #expect(preparation.fitOrigin.source() == "resizing" && preparation.pixels == .bytes)
    // Numbers of another size enter unchanged: the layer is there for them.
    let other = try ModelFile.open(
      Self.path("fitting-keras3.keras"),
      OpeningOptions(imageSize: ImageSize(height: 12, width: 12)))
    #expect(other.model.graph.inputShape.dimensions == [12, 12, 3])
    #expect(other.model.graph.nodes.contains { $0.layer is Resizing })
  }
}
