import Files
import TestSupport
import Testing

@testable import Datasets

@Suite struct PictureListTests {
  private let temporary = TemporaryFolder()

  init() throws {
    try PictureFixture.write(["pictures": 6, "odd": 2], to: temporary)
    try PictureFixture.write(["odd/with, comma.png", "odd/ \"quoted\".png"], to: temporary)
  }

  private func load(_ text: String) throws -> PictureData {
    let path = try temporary.write(Array(text.utf8), to: "list.csv")
    return try PictureData.load(path, options: ReadingOptions(validation: .fraction(0.5)))
  }

  private func error(_ text: String) -> String? {
    do {
      _ = try load(text)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: [
    "path,label\npictures/0.png,cat\npictures/1.png,dog\npictures/2.png,cat\npictures/3.png,dog\n",
    "pictures/0.png,cat\r\npictures/1.png,dog\r\npictures/2.png,cat\r\npictures/3.png,dog",
    "\u{feff}label,split,filename\ncat,x,pictures/0.png\ndog,x,pictures/1.png\ncat,x,pictures/2.png\ndog,y,pictures/3.png\n",
    "\"pictures/0.png\",\"cat\"\n\npictures/1.png,dog\npictures/2.png,\"cat\"\npictures/3.png,dog\n\n",
  ]) func listsAreReadWithAndWithoutAHeader(text: String) throws {
    let data = try load(text)
    #expect(data.classes == ["cat", "dog"])
    #expect(data.train.labels.sorted() == [0, 1] && data.validation?.labels.sorted() == [0, 1])
    #expect(try data.train.picture(0).width == 5)
  }

  @Test func quotedFieldsMayHoldAnything() throws {
    let data = try load(
      "\"odd/with, comma.png\",\"a \"\"b\"\"\"\n\"odd/ \"\"quoted\"\".png\",c\nodd/0.png,c\nodd/1.png,\"a \"\"b\"\"\"\n"
    )
    #expect(data.classes == ["a \"b\"", "c"])
  }

  @Test func labelsThatAreNumbersAreInTheirOrder() throws {
    let data = try load(
      "pictures/0.png,10\npictures/1.png,9\npictures/2.png,10\npictures/3.png,9\n")
    #expect(data.classes == ["9", "10"])
  }

  @Test(arguments: [
    (
      "pictures/0.png,a\npictures/none.png,b\n",
      "found row 2: 'pictures/none.png', which is not there"
    ),
    ("pictures/0.png,a\n\"pictures/1.png,b\n", "expected quotation marks in pairs, found 1"),
    ("pictures/0.png,a\n\"pictures/1.png\"x,\"b\"\n", "expected quoted fields as CSV has them"),
    ("pictures/0.png,a\npictures/0.png,b\n", "found 'pictures/0.png' as 'a' and, in row 2, as 'b'"),
    ("pictures/0.png,a\npictures/1.png\n", "expected a path and a label a line, found row 2"),
    ("pictures/0.png,a\npictures/1.png,\n", "expected a path and a label a line, found row 2"),
    ("path,label\n", "found no such line"),
    ("pictures/0.png,a\npictures/1.png,a\n", "expected two classes or more, found one: 'a'"),
  ]) func badListsAreRefusedInOneLine(text: String, said: String) throws {
    let message = try #require(error(text))
    #expect(message.contains(said), "\(message)")
    #expect(!message.contains("\n") && message.contains("list.csv"))
  }

  @Test func aRepeatedLineCountsOnce() throws {
    let data = try load(
      "pictures/0.png,a\npictures/1.png,b\npictures/0.png,a\npictures/2.png,a\npictures/3.png,b\n")
    #expect(data.train.count + data.validation!.count == 4)
    #expect(data.findings.contains(.repeatedLines(count: 1, first: "pictures/0.png")))
  }

  @Test func damagedListsNeverCrash() throws {
    let text = Array(
      "path,label\n\"pictures/0.png\",cat\npictures/1.png,dog\npictures/2.png,\"c\"\"at\"\n".utf8)
    var mutations = Mutations(seed: 3)
    for _ in 0..<400 {
      let path = try temporary.write(mutations.damaged(text), to: "damaged.csv")
      do { _ = try PictureData.load(path) } catch { #expect(!"\(error)".contains("\n")) }
    }
  }
}
