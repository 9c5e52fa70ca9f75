import Files
import Images
import TestSupport
import Testing

@testable import Datasets

@Suite struct ArrayDataTests {
  private let temporary = TemporaryFolder()

  private static func fixture(_ name: String) -> String {
    joinPath(splitPath(#filePath).folder, "Fixtures/\(name)")
  }

  // MARK: - NumPy

  @Test func packedArraysAreReadWithTheirTests() throws {
    let data = try PictureData.load(Self.fixture("arrays.npz"))
    #expect(data.classes == ["5", "7"] && data.imageShape == [3, 2, 1])
    #expect(data.train.labels == [0, 1, 0, 1, 0, 1] && data.validation?.labels == [1, 0])
    #expect(try data.train.picture(4).bytes == [4, 5, 6, 7, 8, 9])
  }

  @Test func aColumnOfLabelsIsOneEach() throws {
    let data = try PictureData.load(Self.fixture("column.npz"))
    #expect(data.classes == ["-1", "3"] && data.imageShape == [2, 2, 3])
    #expect(data.validation?.count == 2 && data.train.count == 2)
    #expect(data.findings.contains(.setAside(count: 2, of: 4)))
  }

  @Test func realNumbersAreRefusedWithWhatMakesBytes() throws {
    let error = try #require(throws: FormatError.self) {
      try PictureData.load(Self.fixture("float.npz"))
    }
    #expect(error.path.hasSuffix("float.npz/x.npy"))
    #expect(error.found == "'<f8'; x.astype('u1') makes it so")
  }

  @Test func aFolderOfArraysAndOneOfItsFilesMeanTheSame() throws {
    let header = { (type: String, shape: String) -> [UInt8] in
      let text = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }\n"
      return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
    }
    try temporary.write(header("|u1", "(4, 1, 2)") + Array(0..<8), to: "x_train.npy")
    try temporary.write(header("|u1", "(4,)") + [1, 2, 1, 2], to: "y_train.npy")
    for path in [temporary.path, temporary("x_train.npy")] {
      let data = try PictureData.load(path)
      #expect(data.classes == ["1", "2"] && data.imageShape == [1, 2, 1])
    }
    try temporary.write(header("|u1", "(3,)") + [1, 2, 1], to: "y_train.npy")
    #expect(throws: DatasetError.self) { try PictureData.load(temporary.path) }
  }

  @Test(arguments: ["arrays.npz", "column.npz"]) func damagedArchivesNeverCrash(name: String) throws
  {
    let bytes = try InputFile.contents(of: Self.fixture(name), limit: 1 << 20)
    var mutations = Mutations(seed: 5)
    var refused = 0
    for _ in 0..<600 {
      let path = try temporary.write(mutations.damaged(bytes), to: "damaged.npz")
      do { _ = try PictureData.load(path) } catch { refused += 1 }
    }
    #expect(refused > 100)
  }

  // MARK: - CIFAR

  private func record(_ labels: [UInt8], _ seed: Int) -> [UInt8] {
    labels + (0..<3072).map { UInt8(truncatingIfNeeded: seed + $0 / 1024 * 50 + $0 % 1024) }
  }

  @Test func tenClassesAreReadInTheirPlanes() throws {
    for (number, name) in ["data_batch_1.bin", "data_batch_2.bin", "test_batch.bin"].enumerated() {
      try temporary.write(record([3], number) + record([9], number + 7), to: name)
    }
    let names = (0..<10).map { "class \($0)" }
    try temporary.write(
      Array((names.joined(separator: "\n") + "\n\n").utf8), to: "batches.meta.txt")
    let data = try PictureData.load(temporary.path)
    #expect(data.classes == names && data.train.labels == [3, 9, 3, 9])
    #expect(data.validation?.labels == [3, 9] && data.imageShape == [32, 32, 3])
    let picture = try data.train.picture(2)
    #expect(Array(picture.bytes[..<6]) == [1, 51, 101, 2, 52, 102])
  }

  @Test func theFinerOfTwoLabelsCounts() throws {
    try temporary.write(record([1, 42], 0) + record([19, 99], 1), to: "train.bin")
    try temporary.write(record([1, 42], 5), to: "test.bin")
    let data = try PictureData.load(temporary.path)
    #expect(data.train.labels == [42, 99] && data.classes.count == 100)
  }

  @Test func otherSizesAndLabelsAreRefused() throws {
    try temporary.write(Array(record([3], 0).dropLast()), to: "data_batch_1.bin")
    let error = try #require(throws: FormatError.self) { try PictureData.load(temporary.path) }
    #expect(error.expected == "records of 3073 bytes" && error.found == "3072 bytes")
    try temporary.write(record([10], 0), to: "data_batch_1.bin")
    let label = try #require(throws: FormatError.self) { try PictureData.load(temporary.path) }
    #expect(label.expected == "labels below 10")
  }
}
