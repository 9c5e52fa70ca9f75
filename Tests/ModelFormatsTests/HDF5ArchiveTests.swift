import Files
import Glibc
import TestSupport
import Testing

@testable import ModelFormats

@Suite struct HDF5ArchiveTests {
  @Test(arguments: ["text.h5", "text_latest.h5"])
  func textAttributesOfEveryKindAreRead(name: String) throws {
    let archive = try HDF5Archive(path: FixtureFile.path(name))
    let root = try #require(archive.groups[""])
    #expect(root["variable"] == ["größer"])
    #expect(root["variable_list"] == ["one", "", "three"])
    #expect(root["fixed_list"] == ["conv1/kernel:0", "bn"])
    #expect(root["space_padded"] == ["abc"])
    #expect(root["empty"] == [])
    #expect(root["number"] == nil)
    #expect(archive.groups["group"]?["inner"] == ["yes"])
  }

  @Test func newStyleGroupsWithManyLinksAreRead() throws {
    let archive = try HDF5Archive(path: FixtureFile.path("text_latest.h5"))
    for index in 0..<20 {
      #expect(archive.groups["many/\(index)"]?["index"] == ["\(index)"])
      #expect(archive.groups["group"]?["attribute\(index)"] == ["\(index)"])
    }
  }

  @Test(arguments: ["single", "half", "double", "big_endian", "packed", "deep/er/values"])
  func floatsArriveAsSinglePrecisionHoweverStored(name: String) throws {
    let archive = try HDF5Archive(path: FixtureFile.path("storage.h5"))
    let dataset = try #require(archive.datasets[name])
    #expect(dataset.shape == [3, 4])
    #expect(
      archive.withValues(of: dataset) { Array($0) } == (0..<12).map { Float($0) / 8 - 0.5 })
  }

  @Test func scalarsAndEmptyTensorsHaveTheirShape() throws {
    let archive = try HDF5Archive(path: FixtureFile.path("storage.h5"))
    let scalar = try #require(archive.datasets["scalar"])
    #expect(scalar.shape == [])
    #expect(archive.withValues(of: scalar) { Array($0) } == [7])
    #expect(archive.datasets["empty"]?.shape == [0, 3])
  }

  @Test func childrenOfTheRootCanBeSkipped() throws {
    let archive = try HDF5Archive(path: FixtureFile.path("storage.h5"), skipping: ["deep", "half"])
    #expect(archive.groups["deep"] == nil && archive.groups["deep/er"] == nil)
    #expect(archive.datasets["half"] == nil && archive.datasets["single"] != nil)
  }

  @Test func whatIsNotInTheFileAsFloatsIsRefusedWithItsReason() throws {
    let archive = try HDF5Archive(path: FixtureFile.path("refused.h5"))
    #expect(archive.datasets.keys.sorted() == ["kept"])
    #expect(
      archive.unreadable == [
        "integers": "its values are not floating-point numbers",
        "reference": "its values are not floating-point numbers",
        "lzf": "it is packed by a filter other than deflate, shuffle and fletcher32",
        "never_written": "it was declared but never written",
        "elsewhere": "its values lie in another file",
        "view": "its values are a view of other datasets",
      ])
    #expect(archive.groups.keys.sorted() == [""])
  }

  @Test func groupsInARingAreAnError() {
    let path = FixtureFile.path("ring.h5")
    #expect(
      throws: FormatError(
        path: path, expected: "a readable HDF5 file", found: "its groups are nested too deeply")
    ) { try HDF5Archive(path: path) }
  }

  @Test func aMissingFileIsAnError() {
    let path = FixtureFile.path("missing.h5")
    #expect(throws: FileError(path: path, action: "open", code: ENOENT)) {
      try HDF5Archive(path: path)
    }
  }

  @Test func zerosThatUnpackToGigabytesAreNotUnpacked() throws {
    let archive = try HDF5Archive(path: FixtureFile.path("bomb.h5"))
    #expect(archive.unreadable == ["zeros": "it is far larger than the file"])
  }

  @Test func foldersAndPipesAreRefusedAndNotWaitedFor() throws {
    let folder = TemporaryFolder()
    #expect(mkfifo(folder("pipe"), 0o600) == 0)
    for path in [folder("pipe"), folder.path] {
      #expect(throws: FormatError.self) { try HDF5Archive(path: path) }
    }
  }

  @Test(arguments: ["", "not a model"])
  func otherContentsAreNoHDF5(text: String) throws {
    let folder = TemporaryFolder()
    let path = try folder.write(Array(text.utf8), to: "model.h5")
    #expect(throws: FormatError.self) { try HDF5Archive(path: path) }
  }
}
