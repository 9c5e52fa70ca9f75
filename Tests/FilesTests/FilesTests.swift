import Files
import Glibc
import TestSupport
import Testing

@Suite struct FilesTests {
  let temporary = TemporaryFolder()

  /// What a shell makes of it is the text again.
  @Test(arguments: [
    "run-2025-11-25-1", "two words", "it's", "''", "$HOME `ls` \\ \"x\"", "-n", "~", "a;b|c&d", "*",
    "é ü", "", "#x", "!!",
  ])
  func aShellTakesTheArgumentAsOneWord(text: String) throws {
    let path = temporary("out")
    let line = "for word in \(shellArgument(text)); do printf '%s\\n' \"$word\"; done > '\(path)'"
    #expect(system(line) == 0)
    #expect(try InputFile.contents(of: path, limit: 1000) == Array((text + "\n").utf8))
    #expect(shellArgument("plain-1.2_x/y") == "plain-1.2_x/y")
  }

  @Test func namesThatAreNotUTF8AreLeftOut() throws {
    try temporary.write([], to: "b")
    let strange = Array((temporary.path + "/a").utf8) + [0xff, 0]
    strange.withUnsafeBytes { bytes in
      let path = bytes.baseAddress!.assumingMemoryBound(to: CChar.self)
      #expect(mkdir(path, 0o755) == 0)
    }
    #expect(try Folder.names(in: temporary.path) == ["b"])
    strange.withUnsafeBytes { _ = rmdir($0.baseAddress!.assumingMemoryBound(to: CChar.self)) }
  }

  @Test func nothingRemainsWithoutCommit() throws {
    try temporary.write([1, 2, 3], to: "x")
    do {
      let file = try OutputFile(path: temporary("x"))
      try file.write([UInt8](repeating: 9, count: 1_000_000))
    }
    #expect(try Folder.names(in: temporary.path) == ["x"])
    #expect(try InputFile.contents(of: temporary("x"), limit: 10) == [1, 2, 3])
  }

  @Test func piecesOfEverySizeComeTogether() throws {
    let file = try OutputFile(path: temporary("x"))
    var expected: [UInt8] = []
    for (number, size) in [0, 1, 100, 262_143, 262_144, 262_145, 5, 1_000_000].enumerated() {
      let piece = [UInt8](repeating: UInt8(number), count: size)
      try file.write(piece)
      expected += piece
    }
    try file.commit()
    #expect(try InputFile.contents(of: temporary("x"), limit: 1 << 24) == expected)
    #expect(try Folder.names(in: temporary.path) == ["x"])
  }

  @Test func linkIsFollowedAndDeviceRefused() throws {
    try temporary.write([1], to: "real")
    symlink(temporary("real"), temporary("link"))
    symlink("/dev/null", temporary("null"))
    try OutputFile.write([2], to: temporary("link"))
    #expect(try InputFile.contents(of: temporary("real"), limit: 10) == [2])
    #expect(throws: FormatError.self) { try OutputFile(path: temporary("null")) }
    #expect(throws: FormatError.self) { try OutputFile(path: temporary.path) }
  }

  @Test func longNamesCanBeWritten() throws {
    let name = String(repeating: "x", count: 255)
    try OutputFile.write([7], to: temporary(name))
    #expect(try InputFile.contents(of: temporary(name), limit: 10) == [7])
  }

  @Test func readsBeyondTheEndAreErrors() throws {
    let file = try InputFile(path: temporary.write([1, 2, 3], to: "x"))
    #expect(try file.bytes(at: 1, count: 2) == [2, 3])
    #expect(try file.bytes(at: 3, count: 0).isEmpty)
    for (offset, count) in [(0, 4), (4, 0), (2, .max), (.max, .max), (.max, 1)] {
      #expect(throws: FormatError.self) { try file.bytes(at: offset, count: count) }
    }
    // Cut after it was opened.
    truncate(temporary("x"), 1)
    #expect(throws: FormatError.self) { try file.bytes(at: 0, count: 3) }
    #expect(throws: FormatError.self) { try InputFile.contents(of: temporary("x"), limit: 0) }
  }

  @Test func pipeIsRefusedWithoutWaiting() throws {
    mkfifo(temporary("pipe"), 0o600)
    #expect(throws: FormatError.self) { try InputFile(path: temporary("pipe")) }
  }

  @Test func foldersAreMadeWithThoseAbove() throws {
    try Folder.create(temporary("a/b/c"))
    try Folder.create(temporary("a/b/c"))
    #expect(Folder.exists(temporary("a/b/c")))
    try temporary.write([], to: "file")
    #expect(throws: FileError.self) { try Folder.create(temporary("file")) }
    #expect(throws: FileError.self) { try Folder.create(temporary("file/x")) }
    #expect(throws: FileError.self) { try Folder.create(temporary("a/b"), exclusively: true) }
  }

  @Test func pathsSplit() {
    let cases = [
      ("a", ".", "a"), ("a/b", "a", "b"), ("/a", "/", "a"), ("/a/b/", "/a", "b"),
      ("a/\u{301}b", "a", "\u{301}b"), ("/", "/", ""), ("", ".", ""),
    ]
    for (path, folder, name) in cases {
      let split = splitPath(path)
      #expect(split.folder == folder && split.name == name, "\(path)")
    }
  }

  @Test func messagesAreOneLineOfPrintableText() {
    let error = FormatError(
      path: "a\u{1b}[2Jb\n", expected: "x\u{202e}y", found: String(repeating: "z", count: 10_000))
    let text = "\(error)"
    #expect(text.hasPrefix("a?[2Jb?: expected x?y, found zzz"))
    #expect(text.unicodeScalars.count < 400)
  }
}
