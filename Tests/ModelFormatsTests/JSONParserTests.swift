import Testing

@testable import ModelFormats

@Suite struct JSONParserTests {
  @Test func valuesOfEveryKindAreRead() throws {
    let value = try JSONParser.parse(
      #" {"a": [1, -2.5e3, true, null], "b": {"c": "x\n\u00fc\ud83d\ude00\/"}, "d": [], "e": {}} "#)
    #expect(
      value
        == .object([
          "a": .array([.number(1), .number(-2500), .bool(true), .null]),
          "b": .object(["c": .string("x\nü😀/")]), "d": .array([]), "e": .object([:]),
        ]))
  }

  @Test func pythonsSpecialNumbersAreRead() throws {
    let value = try JSONParser.parse("[Infinity, -Infinity, NaN]")
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
    ("[01x]", "',' or ']' is missing at byte 3"),
    ("[nul]", "a value is missing at byte 1"),
    ("1 1", "something follows at byte 2"),
  ])
  func errorsTellTheirPlace(text: String, description: String) {
    #expect { try JSONParser.parse(text) } throws: { "\($0)" == description }
  }

  @Test func hostileNestingIsRefused() {
    let text = String(repeating: "[", count: 1_000_000)
    #expect { try JSONParser.parse(text) } throws: {
      "\($0)" == "nesting deeper than 256 at byte 256"
    }
  }

  @Test func halfASurrogatePairIsReplaced() throws {
    #expect(try JSONParser.parse(#""\ud83d!""#) == .string("\u{FFFD}!"))
    #expect(try JSONParser.parse(#""\ud83d\u0041""#) == .string("\u{FFFD}A"))
  }
}
