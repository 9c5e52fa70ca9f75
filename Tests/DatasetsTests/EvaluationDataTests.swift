import Files
import Glibc
import TestSupport
import Testing

@testable import Datasets

/// What a model is measured on, and the pictures that it is asked about.
@Suite struct EvaluationDataTests {
  private let temporary = TemporaryFolder()

  private func loaded() throws -> PictureData {
    try PictureData.loadForEvaluation(temporary.path)
  }

  @Test func ofASplitFolderTheTestIsMeasuredElseTheValidation() throws {
    try PictureFixture.write(["train/a": 4, "train/b": 4, "val/a": 3, "val/b": 2], to: temporary)
    #expect(try loaded().train.count == 5)
    try PictureFixture.write(["Test/b": 6], to: temporary)
    // One class is enough.
    let data = try loaded()
    #expect(data.classes == ["b"] && data.train.count == 6 && data.validation == nil)
    try PictureFixture.write(["testing/b": 1], to: temporary)
    let error = #expect(throws: FormatError.self) { try loaded() }
    #expect(error?.found == "Test and testing")
  }

  @Test func ofAnythingElseAllOfItIs() throws {
    try PictureFixture.write(["a": 4, "b": 1], to: temporary)
    #expect(try loaded().train.count == 5)
    let list = try temporary.write(Array("a/0.png,x\na/1.png,y\n".utf8), to: "list.csv")
    let data = try PictureData.loadForEvaluation(list)
    #expect(data.classes == ["x", "y"] && data.train.count == 2)
    let column = joinPath(splitPath(#filePath).folder, "Fixtures/column.npz")
    let arrays = try PictureData.loadForEvaluation(column)
    #expect(arrays.train.count == 4 && arrays.validation == nil && arrays.findings.isEmpty)
    let tested = joinPath(splitPath(#filePath).folder, "Fixtures/arrays.npz")
    #expect(try PictureData.loadForEvaluation(tested).validation?.count == 2)
  }

  // MARK: - Files to ask about

  @Test func aFoldersPicturesAreFoundByContentOrName() throws {
    try PictureFixture.write(["b.png", "a/2.png", "a/1.png", ".hidden.png"], to: temporary)
    try temporary.write(PictureFixture.png(3), to: "unnamed")
    try temporary.write([1, 2, 3], to: "a/broken.JPG")
    try temporary.write([1, 2, 3], to: "a/notes.txt")
    symlink(temporary.path, temporary("a/circle"))
    let names = try PictureWalk.files(at: temporary.path).map {
      String($0.dropFirst(temporary.path.count + 1))
    }
    #expect(names == ["b.png", "unnamed", "a/1.png", "a/2.png", "a/broken.JPG"])
    #expect(try PictureWalk.files(at: temporary("nothing.png")) == [temporary("nothing.png")])
    let empty = TemporaryFolder()
    #expect(throws: FormatError.self) { try PictureWalk.files(at: empty.path) }
  }
}
