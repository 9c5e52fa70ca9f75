import Files
import Images
import TestSupport
import Testing

@testable import Datasets

@Suite struct TrainingDataTests {
  let temporary = TemporaryFolder()

  private func load(_ name: String = "", _ validation: ValidationSource = .included) throws
    -> TrainingData
  {
    try TrainingData.load(
      name.isEmpty ? temporary.path : temporary(name), validation: validation, seed: 7)
  }

  /// Which image of the file each one is: its first pixel.
  private func numbers(_ data: any ImageDataset) throws -> [Int] {
    let pixels = UnsafeMutablePointer<Float>.allocate(capacity: data.imageCount)
    defer { pixels.deallocate() }
    return try (0..<data.count).map {
      try data.copyImage($0, into: pixels)
      return Int((pixels[0] * 255).rounded())
    }
  }

  @Test func labelsBecomeClassesInAscendingOrder() throws {
    try IDXFixture.write(to: temporary, train: [10, 9, 5, 10], test: [9, 5])
    let data = try load()
    #expect(data.classes == ["5", "9", "10"])
    #expect(data.train.labels == [2, 1, 0, 2])
    #expect(data.validation?.labels == [1, 0])
    #expect(data.validation?.classes == data.classes)
    #expect(data.imageShape == [2, 3, 1])
  }

  /// Whatever is made of the images: parts of them, or other labels.
  @Test(arguments: [
    (PixelRange.bytes, 1, 0), (.symmetric, Float(2) / 255, -1), (.unit, 1 / 255, 0),
  ])
  func pixelsEnterAsTheyAreToldTo(range: PixelRange, scale: Float, offset: Float) throws {
    try IDXFixture.write(to: temporary, train: (0..<20).map { $0 % 2 }, test: [0, 1])
    for data in [try load(), try load("", .fraction(0.3))] {
      let other = data.relabelled([1, 0], classes: ["a", "b"])
        .entering(as: ImagePreparation(pixels: range, origin: .option))
      #expect(other.train.labels == data.train.labels.map { 1 - $0 })
      #expect(other.classes == ["a", "b"])
      for (before, after) in [
        (data.train, other.train), (try #require(data.validation), try #require(other.validation)),
      ] {
        var (plain, told) = ([Float](repeating: 0, count: before.imageCount), [Float]())
        told = plain
        try plain.withUnsafeMutableBufferPointer { try before.copyImage(1, into: $0.baseAddress!) }
        try told.withUnsafeMutableBufferPointer { try after.copyImage(1, into: $0.baseAddress!) }
        #expect(zip(plain, told).allSatisfy { abs($0 * 255 * scale + offset - $1) < 1e-4 })
      }
    }
  }

  @Test func pixelsAreDividedBy255() throws {
    try IDXFixture.write(to: temporary, train: [0, 1, 0])
    let data = try load()
    #expect(data.validation == nil)
    var image = [Float](repeating: -1, count: 6)
    try data.train.copyImage(2, into: &image)
    #expect(image == [2, 3, 4, 5, 6, 7].map { Float($0) / 255 })
    #expect(data.train.labels == [0, 1, 0])
  }

  @Test(arguments: [
    ("digits-train-images-idx3-ubyte", "digits-t10k-images-idx3-ubyte"),
    ("train-images.idx3-ubyte", "t10k-images.idx3-ubyte"),
    ("TRAIN-images-idx3-ubyte", "my-Test-images-idx3-ubyte"),
  ])
  func filesAreFoundByTheirNames(train: String, test: String) throws {
    for (name, labels) in [(train, [UInt8](0...4)), (test, [0, 1])] {
      let labelsName = name.replacing("images", with: "labels").replacing("idx3", with: "idx1")
      try temporary.write(
        IDXFixture.gzipped(IDXFixture.images(labels.count)), to: name + ".gz")
      try temporary.write(IDXFixture.labels(labels), to: labelsName)
    }
    try temporary.write([1], to: "README")
    let data = try load()
    #expect(data.train.count == 5 && data.validation?.count == 2)
    // The file itself may be named, too.
    #expect(try load(train + ".gz").train.count == 5)
  }

  @Test(
    arguments: [
      ("train-images-idx4-ubyte", "train-labels-idx1-ubyte"),
      ("train-images.idx4-ubyte", "train-labels.idx1-ubyte"),
      ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
      ("train_images.bin", "train_labels.bin"), ("my.train.images", "my.train.labels.gz"),
      ("train-pictures", "train-classes"),
    ], [false, true])
  func imagesWithChannelsAreFoundUnderAnyName(names: (String, String), isGzipped: Bool) throws {
    let pictures = IDXFixture.file([4, 2, 3, 3], [UInt8](0..<72))
    let name = names.0 + (isGzipped ? ".gz" : "")
    try temporary.write(isGzipped ? IDXFixture.gzipped(pictures) : pictures, to: name)
    let labels = IDXFixture.labels([0, 1, 1, 0])
    try temporary.write(
      names.1.hasSuffix(".gz") ? IDXFixture.gzipped(labels) : labels, to: names.1)
    try temporary.write([1, 2, 3, 4, 5], to: "notes.txt")
    for path in ["", name] {
      let data = try load(path)
      #expect(data.train.count == 4 && data.imageShape == [2, 3, 3], "\(path)")
      #expect(data.train.labels == [0, 1, 1, 0])
    }
  }

  @Test func labelsAreNotGuessedAmongSeveral() throws {
    let pictures = IDXFixture.file([1, 2, 3, 3], [UInt8](0..<18))
    for name in ["train-a", "train-b"] { try temporary.write(pictures, to: name) }
    try temporary.write(IDXFixture.labels([0]), to: "train-c")
    let error = #expect(throws: FormatError.self) { try load("train-a") }
    #expect(error?.expected == "one file of labels beside train-a")
    #expect(throws: FormatError.self) { try load("train-c") }
    #expect(throws: FormatError.self) { try load() }
  }

  @Test func plainFileGoesBeforeItsGzippedForm() throws {
    try IDXFixture.write(to: temporary, train: [1, 2])
    try temporary.write([1, 2, 3], to: "train-images-idx3-ubyte.gz")
    #expect(try load().train.count == 2)
  }

  @Test func validationPathMayBeAFolderOrAFile() throws {
    try IDXFixture.write(to: temporary, train: [1, 2, 3], test: [1])
    try Folder.create(temporary("other"))
    try IDXFixture.write(to: temporary, train: [1], test: [1, 2], folder: "other/")
    try Folder.create(temporary("plain"))
    try IDXFixture.write(to: temporary, train: [3, 3, 3, 3], folder: "plain/")
    #expect(try load("", .path(temporary("other"))).validation?.count == 2)
    #expect(try load("", .path(temporary("plain"))).validation?.count == 4)
    let file = temporary("other/train-images-idx3-ubyte")
    #expect(try load("", .path(file)).validation?.count == 1)
    #expect(throws: FileError.self) { try load("", .path(temporary("other/nothing"))) }
  }

  // MARK: - Fractions

  @Test func fractionIsSetAsideOnceAndForAll() throws {
    try IDXFixture.write(to: temporary, train: (0..<100).map { $0 % 5 + 5 }, test: [5])
    let data = try load("", .fraction(0.2))
    let train = try numbers(data.train)
    let validation = try numbers(#require(data.validation))
    #expect(train.count == 80 && validation.count == 20)
    #expect((train + validation).sorted() == Array(0..<100))
    #expect(try numbers(#require(load("", .fraction(0.2)).validation)) == validation)
    let other = try TrainingData.load(temporary.path, validation: .fraction(0.2), seed: 8)
    #expect(try numbers(#require(other.validation)) != validation)
    #expect(data.train.labels == train.map { Int32($0 % 5) })
  }

  @Test func smallFractionsLeaveSomethingOnBothSides() throws {
    try IDXFixture.write(to: temporary, train: [1, 2])
    #expect(try load("", .fraction(0.001)).validation?.count == 1)
    #expect(try load("", .fraction(0.999)).train.count == 1)
    // The classes are those of all the data.
    #expect(try load("", .fraction(0.5)).classes == ["1", "2"])
    try IDXFixture.write(to: temporary, train: [1])
    #expect(throws: DatasetError.tooFewToSplit(path: temporary.path, count: 1)) {
      try load("", .fraction(0.5))
    }
  }

  @Test func argumentIsAFractionOrAPath() throws {
    #expect(try ValidationSource(argument: "0.25") == .fraction(0.25))
    #expect(try ValidationSource(argument: "data/0.25") == .path("data/0.25"))
    for text in ["0", "1", "-0.5", "1.5", "nan", "inf"] {
      #expect(throws: DatasetError.self) { try ValidationSource(argument: text) }
    }
  }

  // MARK: - Wrong data

  @Test func foldersThatAreNoneAreSaid() throws {
    #expect(throws: FormatError.self) { try load() }
    #expect(throws: FileError.self) { try load("missing/x-images-idx3-ubyte") }
    #expect(throws: FileError.self) { try load("missing") }
    try temporary.write(IDXFixture.images(2), to: "train-images-idx3-ubyte")
    let error = #expect(throws: FormatError.self) { try load() }
    #expect(error?.expected == "train-labels-idx1-ubyte[.gz] beside train-images-idx3-ubyte")
    try temporary.write(IDXFixture.images(2), to: "train2-images-idx3-ubyte")
    #expect(throws: FormatError.self) { try load() }
  }

  @Test func emptySetIsSaid() throws {
    try IDXFixture.write(to: temporary, train: [])
    #expect(throws: DatasetError.empty(path: temporary("train-images-idx3-ubyte"))) { try load() }
  }

  @Test func emptyImagesOfAbsurdSizeAreSaid() throws {
    let absurd: [UInt8] = [0, 0, 8, 4, 0, 0, 0, 0] + [UInt8](repeating: 0xff, count: 12)
    try temporary.write(absurd, to: "train-images-idx3-ubyte")
    try temporary.write(IDXFixture.labels([]), to: "train-labels-idx1-ubyte")
    #expect(throws: DatasetError.self) { try load() }
  }

  @Test func countsMustAgree() throws {
    try IDXFixture.write(to: temporary, train: [1, 2, 3])
    try temporary.write(IDXFixture.labels([1, 2]), to: "train-labels-idx1-ubyte")
    let error = #expect(throws: DatasetError.self) { try load() }
    #expect(error?.description.contains("expected 3 labels") == true)
    #expect(error?.description.hasSuffix("found 2") == true)
  }

  @Test func validationLabelThatTrainingLacksIsSaid() throws {
    try IDXFixture.write(to: temporary, train: [5, 6], test: [5, 7])
    let path = temporary("test-labels-idx1-ubyte")
    #expect(throws: DatasetError.unknownClass(path: path, label: "7", known: ["5", "6"])) {
      try load()
    }
  }

  @Test func validationImagesOfAnotherSizeAreSaid() throws {
    try IDXFixture.write(to: temporary, train: [5, 6], test: [5])
    try temporary.write(
      IDXFixture.images(1, height: 3, width: 3), to: "test-images-idx3-ubyte")
    #expect(throws: DatasetError.self) { try load() }
  }

  @Test func networkMustFit() throws {
    try IDXFixture.write(to: temporary, train: [5, 6, 7])
    let data = try load()
    try data.checkFits(inputShape: [2, 3, 1])
    try data.checkFits(inputShape: [6])
    for shape in [[3, 2, 1], [2, 3], [28, 28, 1], [6, 1], []] {
      let error = #expect(throws: DatasetError.self) { try data.checkFits(inputShape: shape) }
      #expect(error?.description.hasSuffix("found 2×3×1") == true)
    }
    try data.checkFits(outputs: 3)
    try data.checkFits(outputs: 16)
    #expect(throws: DatasetError.self) { try data.checkFits(outputs: 2) }
  }
}
