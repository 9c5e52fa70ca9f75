import Testing

/// Wrong usage: one clear line on stderr and exit 2.
@Suite struct UsageTests {
  @Test(arguments: [
    ["--no-such-option"], ["no-such-command"],
  ])
  func wrongUsageIsOneLineAndExit2(arguments: [String]) throws {
    let ended = try ThawProcess.run(arguments)
    #expect(ended.status == 2)
    #expect(ended.output.isEmpty)
    #expect(ended.errors.hasPrefix("thaw: "))
    #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
  }

  @Test func helpIsExit0() throws {
    let ended = try ThawProcess.run(["--help"])
    #expect(ended.status == 0)
    #expect(ended.output.contains("USAGE"))
  }
}
