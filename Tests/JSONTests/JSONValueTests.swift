import JSON
import TestSupport
import Testing

@Suite struct JSONValueTests {
  @Test func valuesOfEveryKindAreRead() throws {
    let value = try JSONValue.parse(
      #" {"a": [1, -2.5e3, true, null], "b": {"c": "x\n\u00fc\ud83d\ude00\/"}, "d": [], "e": {}} "#)
    #expect(
      value
        == .object([
          "a": .array([.number(1), .number(-2500), .bool(true), .null]),
          "b": .object(["c": .string("x\nü😀/")]), "d": .array([]), "e": .object([:]),
        ]))
  }

  @Test func pythonsSpecialNumbersAreRead() throws {
    let value = try JSONValue.parse("[Infinity, -Infinity, NaN]")
    #expect(value.array?[0].number == .infinity)
    #expect(value.array?[1].number == -.infinity)
    #expect(value.array?[2].number?.isNaN == true)
  }

  @Test(arguments: [
    ("", "the text ends early at byte 0"),
    ("[1, 2", "',' or ']' is missing at byte 5"),
    (#"{"a" 1}"#, "':' is missing at byte 5"),
    (#"{a: 1}"#, "a key is missing at byte 1"),
    (#""abc"#, "a string does not end at byte 4"),
    (#""\x""#, "an unknown escape at byte 3"),
    (#""\u+0ff""#, "an unknown escape at byte 3"),
    ("[01x]", "',' or ']' is missing at byte 2"),
    ("[nul]", "a value is missing at byte 1"),
    ("1 1", "something follows at byte 2"),
  ])
  func errorsTellTheirPlace(text: String, description: String) {
    #expect { try JSONValue.parse(text) } throws: { "\($0)" == description }
  }

  @Test func hostileNestingIsRefused() {
    let text = String(repeating: "[", count: 1_000_000)
    #expect { try JSONValue.parse(text) } throws: {
      "\($0)" == "nesting deeper than 256 at byte 256"
    }
  }

  @Test(arguments: [
    ("[1e999]", "a number that is too large at byte 1"),
    ("[-1e309, 1]", "a number that is too large at byte 1"),
    ("[1.]", "a digit is missing at byte 3"), ("[1e+]", "a digit is missing at byte 4"),
    ("[-]", "a value is missing at byte 1"), ("[.5]", "a value is missing at byte 1"),
    ("[+1]", "a value is missing at byte 1"), ("[0x10]", "',' or ']' is missing at byte 2"),
  ])
  func numbersThatAreNoneAreRefused(text: String, description: String) {
    #expect { try JSONValue.parse(text) } throws: { "\($0)" == description }
  }

  @Test func longNumbersAreRead() throws {
    let digits = String(repeating: "9", count: 300)
    #expect(try JSONValue.parse(digits).number == 1e300)
    #expect(try JSONValue.parse("0." + digits + "e-400").number == 0)
    #expect(try JSONValue.parse("[0, -0, 0.5, 10e-1]").array?.map(\.number) == [0, 0, 0.5, 1])
  }

  @Test(arguments: [
    (#"{"a": 1, "b": {"a": 2}, "a": 3}"#, "the key 'a' a second time at byte 24"),
    (#"{"a": 1, "\u0061": 3}"#, "the key 'a' a second time at byte 9"),
  ])
  func keysGivenTwiceAreRefused(text: String, description: String) {
    #expect { try JSONValue.parse(text) } throws: { "\($0)" == description }
  }

  @Test func halvesOfCharactersAreRefused() {
    for text in [#""\ud83d!""#, #""\ud83d\u0041""#, #""\ude00""#] {
      #expect { try JSONValue.parse(text) } throws: {
        "\($0)".hasPrefix("half a character at byte")
      }
    }
  }

  @Test func bytesThatAreNoUTF8AreRefused() {
    for bytes: [UInt8] in [
      [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
    ] {
      let text = [UInt8]("[\"".utf8) + bytes + [UInt8]("\"]".utf8)
      #expect { try JSONValue.parse(text) } throws: {
        "\($0)" == "a string that is no UTF-8 at byte 2"
      }
    }
  }

  @Test func countsAreWholeNumbersThatFit() throws {
    func count(_ text: String) throws -> Int {
      var scanner = JSONScanner(Array(text.utf8))
      let count = try scanner.count()
      try scanner.finish()
      return count
    }
    #expect(try count(" 9223372036854775807") == .max)
    for text in ["9223372036854775808", "-1", "1.0", "1e3", "", "\"1\"", "1 2"] {
      #expect(throws: JSONError.self) { try count(text) }
    }
  }

  @Test func damagedTextsNeverTrap() {
    let good = Array(
      #"{"class_name": "Sequential", "config": [1, -2.5e-3, "\u00e9\ud83d\ude00", NaN, null]}"#.utf8
    )
    var mutations = Mutations(seed: 3)
    var refused = 0
    for _ in 0..<20_000 {
      do { _ = try JSONValue.parse(mutations.damaged(good)) } catch { refused += 1 }
    }
    #expect(refused > 10_000)
  }
}
