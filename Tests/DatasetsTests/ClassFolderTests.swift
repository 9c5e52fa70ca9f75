import Files
import Glibc
import Images
import Synchronization
import TestSupport
import Testing

@testable import Datasets

@Suite struct ClassFolderTests {
  private let temporary = TemporaryFolder()

  private func load(_ options: ReadingOptions = ReadingOptions()) throws -> PictureData {
    try PictureData.load(temporary.path, options: options)
  }

  private func names(_ source: (any PictureSource)?) -> [String] {
    source.map { source in (0..<source.count).map(source.name) } ?? []
  }

  private func error(_ options: ReadingOptions = ReadingOptions()) -> String? {
    do {
      _ = try load(options)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func classesAreInTheOrderOfCodePoints() throws {
    try PictureFixture.write(
      ["2": 5, "10": 5, "1": 5, "apple": 5, "Zebra": 5, "éclair": 5, "猫": 5, "two words": 5],
      to: temporary)
    let data = try load()
    #expect(data.classes == ["1", "10", "2", "Zebra", "apple", "two words", "éclair", "猫"])
    #expect(data.train.count == 32 && data.validation?.count == 8)
    #expect(data.validation?.labels == [0, 1, 2, 3, 4, 5, 6, 7])
    #expect(data.findings == [.setAside(count: 8, of: 40)])
    for index in 0..<data.train.count {
      let name = data.train.name(index)
      #expect(name.hasPrefix(data.classes[Int(data.train.labels[index])] + "/"))
    }
  }

  @Test(arguments: [
    ("train", "val", "test"), ("Training", "VALIDATION", "Testing"), ("TRAIN", "valid", "test"),
    ("train", "eval", "TEST"), ("training", "Evaluation", "testing"),
  ]) func splitsAreFoundInEverySpelling(train: String, validation: String, test: String) throws {
    try PictureFixture.write(
      [
        "\(train)/a": 3, "\(train)/b": 3, "\(validation)/b": 2, "\(validation)/a": 1,
        "\(test)/c": 9,
      ], to: temporary)
    let data = try load()
    #expect(data.classes == ["a", "b"])
    #expect(data.train.count == 6 && data.validation?.labels == [0, 1, 1])
    #expect(data.findings == [])
  }

  @Test func aClassMayBeCalledTrain() throws {
    try PictureFixture.write(["train": 4, "plane": 4, "test": 4], to: temporary)
    #expect(try load().classes == ["plane", "test", "train"])
  }

  @Test func twoFoldersForOnePurposeAreRefused() throws {
    try PictureFixture.write(["train/a": 2, "Training/b": 2], to: temporary)
    #expect(
      error()?.contains("expected one folder for each purpose, found Training and train") == true)
  }

  @Test func litterIsNeitherClassNorPicture() throws {
    try PictureFixture.write(
      [
        "cat": 5, "dog": 5, ".ipynb_checkpoints": 3, "__MACOSX/cat": 2, "cat/__MACOSX": 2,
        "@eaDir": 1,
      ],
      to: temporary)
    for name in ["cat/Thumbs.db", "cat/desktop.ini", "dog/._1.png", ".DS_Store", "dog/.hidden.png"]
    {
      try temporary.write([1, 2, 3], to: name)
    }
    let data = try load()
    #expect(data.classes == ["cat", "dog"] && data.train.count == 8)
    #expect(data.findings == [.setAside(count: 2, of: 10)])
  }

  @Test func deeperFoldersBelongToTheirClassAndNamesMayBeAnything() throws {
    let odd = ["cat/a b.png", "cat/cat#2.PNG", "cat/cat%203.png", "cat/кот.png", "cat/x\ny.png"]
    try PictureFixture.write(odd + ["dog/nested/deep/1.png", "dog/dog (2).png"], to: temporary)
    let data = try load(ReadingOptions(validation: .fraction(0.5)))
    #expect(Set(names(data.train) + names(data.validation)).count == 7)
    for source in [data.train, data.validation!] {
      for index in 0..<source.count { #expect(try source.picture(index).width == 5) }
    }
  }

  @Test func linksAreFollowedOnceAndNeverInCircles() throws {
    try PictureFixture.write(["cat": 5, "dog": 5, "elsewhere/more": 3], to: temporary)
    let data = TemporaryFolder()
    for (target, name) in [
      (temporary("cat"), "cat"), (temporary("dog"), "dog"),
    ] { symlink(target, data(name)) }
    symlink(temporary("elsewhere"), temporary("cat/linked"))
    symlink(temporary("elsewhere"), temporary("cat/linked again"))
    symlink(temporary("cat"), temporary("elsewhere/circle"))
    symlink(temporary("cat/1.png"), temporary("dog/also.png"))
    symlink("/nowhere", temporary("dog/broken.png"))
    let read = try PictureData.load(data.path, options: ReadingOptions(validation: .fraction(0.2)))
    #expect(read.train.count + read.validation!.count == 5 + 3 + 5 + 1)
    #expect(read.findings.contains(.repeatedLinks(count: 2, first: "cat/linked/circle")))
    let isBrokenSaid = read.findings.contains {
      if case .unreadable(1, let first) = $0 { return first.contains("broken.png") }
      return false
    }
    #expect(isBrokenSaid, "\(read.findings)")
  }

  @Test func whatIsToBeSaidIsSaidByName() throws {
    try PictureFixture.write(
      ["train/ant": 4, "train/bee": 1, "train/cow": 4, "val/cow": 2, "notes": 1], to: temporary)
    try Folder.create(temporary("train/empty"))
    try temporary.write(PictureFixture.png(2), to: "cover.png")
    try temporary.write(PictureFixture.png(1), to: "train/loose.png")
    try temporary.write(Array("not a picture".utf8), to: "train/readme.txt")
    try temporary.write(Array("GIF89a and so on".utf8), to: "train/ant/moving.png")
    try temporary.write(Array("a,b".utf8), to: "train/cow/labels.csv")
    try temporary.write(
      InputFile.contents(of: temporary("train/cow/2.png"), limit: 9999), to: "val/cow/copy.png")
    let data = try load()
    #expect(data.classes == ["ant", "bee", "cow"] && data.train.count == 9)
    #expect(
      Set(data.findings) == [
        .otherFolders(["notes"]), .emptyClasses(["empty"]),
        .beside(folder: temporary.path, count: 1, first: "cover.png"),
        .beside(folder: temporary("train"), count: 1, first: "loose.png"),
        .unsupported(.gif, count: 1, first: "ant/moving.png"),
        .otherFiles(count: 1, first: "cow/labels.csv"),
        .missingInValidation(["ant", "bee"]), .singlePicture(["bee"]),
        .duplicates(count: 1, train: "cow/2.png", validation: "cow/copy.png"),
      ])
  }

  @Test func aClassThatOnlyTheValidationHasIsAnError() throws {
    try PictureFixture.write(["train/a": 2, "train/b": 2, "val/a": 1, "val/z": 1], to: temporary)
    #expect(
      error()
        == "\(temporary("val")): expected labels that the training data has (a, b), found 'z'")
  }

  @Test func foldersWithoutClassesSayWhatTheyAre() throws {
    #expect(
      error()?.hasSuffix(
        "expected a folder for each class, with its pictures, found an empty folder") == true)
    try PictureFixture.write(["1.png", "2.png"], to: temporary)
    #expect(error()?.hasSuffix("found 2 pictures and no folder") == true)
  }

  @Test func oneClassAloneIsRefusedAndAWrappedFolderIsNamed() throws {
    try PictureFixture.write(["only": 3], to: temporary)
    #expect(error()?.hasSuffix("expected two classes or more, found one: 'only'") == true)
    try PictureFixture.write(["only/a": 3, "only/b": 3], to: temporary)
    #expect(error()?.hasSuffix("is \(temporary("only")) meant?") == true)
  }

  @Test func classFoldersWithoutAnyPictureAreRefused() throws {
    for name in ["a", "b"] {
      try Folder.create(temporary(name))
      try temporary.write(Array("\0\0\0\u{18}ftypheic".utf8), to: "\(name)/photo.heic")
    }
    let said = try #require(error())
    #expect(said.contains("expected JPEG, PNG or WebP, found 2 × HEIC"))
    #expect(said.contains("heif-convert"))
  }

  @Test func brokenPicturesAreLeftOutUpToATwentiethAndStopWhenStrict() throws {
    try PictureFixture.write(["a": 20, "b": 20], to: temporary)
    let whole = PictureFixture.png(3, width: 40, height: 40)
    try temporary.write(Array(whole[..<(whole.count - 30)]), to: "b/cut.png")
    try temporary.write(Array("<html>not found</html>".utf8), to: "b/download.jpg")
    let data = try load()
    #expect(data.train.count + data.validation!.count == 40)
    let found = data.findings.compactMap { finding -> String? in
      if case .unreadable(2, let first) = finding { return first }
      return nil
    }
    #expect(found.count == 1 && found[0].contains("b/cut.png: expected a whole PNG"))
    let strict = try #require(error(ReadingOptions(isStrict: true)))
    #expect(strict.contains("b/cut.png: expected a whole PNG"))
    try temporary.write(Array(whole[..<50]), to: "a/other.png")
    #expect(error()?.contains("at most 5 % of the pictures broken, found 3 of 43") == true)
  }

  @Test func theSplitIsSeededAndStratified() throws {
    try PictureFixture.write(["a": 2, "b": 30, "c": 1, "d": 3], to: temporary)
    func validation(_ seed: UInt64, _ fraction: Double = 0.2) throws -> [String] {
      names(try load(ReadingOptions(validation: .fraction(fraction), seed: seed)).validation)
    }
    let first = try validation(1)
    #expect(first.map { $0.first! } == ["a", "b", "b", "b", "b", "b", "b", "d"])
    #expect(try validation(1) == first)
    #expect(try validation(2) != first)
    // Both sides keep one of each class that has two.
    #expect(try validation(1, 0.99).count == 1 + 29 + 2)
  }

  @Test func progressSaysHowFarItIs() throws {
    try PictureFixture.write(["a": 300, "b": 300], to: temporary)
    let seen = Mutex<[ReadingProgress]>([])
    _ = try PictureData.load(temporary.path) { step in seen.withLock { $0.append(step) } }
    let steps = seen.withLock { $0 }
    #expect(steps.contains(.listing(600)) && steps.contains(.checking(600, of: 600)))
  }
}
