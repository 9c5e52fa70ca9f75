import Files
import Glibc
import TestSupport
import Testing

@testable import Datasets

@Suite struct IDXFileTests {
  let temporary = TemporaryFolder()

  @Test func plainAndGzippedAreTheSame() throws {
    let bytes = IDXFixture.images(5)
    let plain = try IDXFile.read(temporary.write(bytes, to: "a"), ranks: 3...4)
    let packed = try IDXFile.read(
      temporary.write(IDXFixture.gzipped(bytes), to: "b"), ranks: 3...4)
    #expect(plain.shape == [5, 2, 3] && packed.shape == [5, 2, 3])
    #expect(plain.values == Array(bytes[16...]) && packed.values == plain.values)
  }

  @Test func contentOfSeveralPiecesIsRead() throws {
    let values = (0..<2_500_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
    let bytes = IDXFixture.file([2500, 1000], values)
    let read = try IDXFile.read(temporary.write(IDXFixture.gzipped(bytes), to: "x"), ranks: 2...2)
    #expect(read.values == values)
  }

  /// A small file that unpacks to more than there is memory is refused by its header.
  @Test func aGzipBombIsRefusedBeforeItIsUnpacked() async throws {
    await #expect(processExitsWith: .success) {
      let temporary = TemporaryFolder()
      let packed = try IDXFixture.gzipped(
        IDXFixture.file([300, 1000, 1000], [UInt8](repeating: 0, count: 300_000_000)))
      precondition(packed.count < 400_000)
      let path = try temporary.write(packed, to: "bomb.gz")
      // With what this process has, 100 MB more.
      var limit = rlimit()
      let resource = __rlimit_resource_t(RLIMIT_AS.rawValue)
      precondition(getrlimit(resource, &limit) == 0)
      let used = try SystemFile.contents(of: "/proc/self/statm").prefix { $0 != 32 }
      limit.rlim_cur = rlim_t(Int(String(decoding: used, as: UTF8.self))! * 4096 + 100_000_000)
      precondition(setrlimit(resource, &limit) == 0)
      do {
        _ = try IDXFile.read(path, ranks: 3...3)
        fatalError("read")
      } catch let shortage as MemoryShortage {
        precondition(shortage.needed == 300_000_000 && shortage.available < 100_000_000)
        precondition(shortage.description.contains("bomb.gz"))
      }
    }
  }

  /// The shape is looked at before anything of that size is read.
  @Test func aShapeThatIsNotWantedIsRefusedFirst() throws {
    struct Unwanted: Error {}
    let header = IDXFixture.file([1000, 1000, 1000], [])
    let path = try temporary.write(
      IDXFixture.gzipped(header + [UInt8](repeating: 0, count: 4_000_000)), to: "x")
    #expect(throws: FormatError.self) { try IDXFile.read(path, ranks: 3...3) }
    let small = try temporary.write(IDXFixture.gzipped(IDXFixture.images(5)), to: "y")
    #expect(throws: Unwanted.self) {
      try IDXFile.read(small, ranks: 3...3) { shape in
        #expect(shape == [5, 2, 3])
        throw Unwanted()
      }
    }
  }

  @Test func severalGzipMembersAreOneFile() throws {
    let bytes = IDXFixture.images(5)
    let packed =
      try IDXFixture.gzipped(Array(bytes[..<20])) + IDXFixture.gzipped(Array(bytes[20...]))
    let read = try IDXFile.read(temporary.write(packed, to: "x"), ranks: 3...3)
    #expect(read.values == Array(bytes[16...]))
  }

  @Test func wrongFilesAreRefused() throws {
    let good = IDXFixture.images(5)
    let packed = try IDXFixture.gzipped(good)
    let huge: [UInt8] = [0, 0, 8, 3] + [UInt8](repeating: 0xff, count: 12)
    var wrongSum = packed
    wrongSum[wrongSum.count - 6] ^= 1
    let cases: [(String, [UInt8])] = [
      ("empty", []), ("cut in the magic", [0, 0, 8]), ("cut in the header", Array(good[..<10])),
      ("cut in the data", good.dropLast()), ("one byte too many", good + [0]),
      ("labels for images", IDXFixture.labels([1, 2])), ("floats", [0, 0, 13, 3] + good[4...]),
      ("another magic", [1, 0, 8, 3] + good[4...]), ("huge", huge),
      ("huge and gzipped", try IDXFixture.gzipped(huge)),
      ("gzipped, cut", packed.dropLast(9)), ("gzipped, cut early", Array(packed[..<15])),
      ("gzipped, wrong checksum", wrongSum),
      ("gzipped, cut inside", try IDXFixture.gzipped(good.dropLast())),
      ("gzipped, one byte too many", try IDXFixture.gzipped(good + [0])),
      (
        "gzipped, claims more than deflate can hold",
        try IDXFixture.gzipped(IDXFixture.file([60_000, 28, 28], []))
      ),
    ]
    for (what, bytes) in cases {
      let path = try temporary.write(bytes, to: "x")
      let error = #expect(throws: FormatError.self, "\(what)") {
        try IDXFile.read(path, ranks: 3...4)
      }
      #expect(error?.path == path)
    }
  }

  @Test(arguments: [false, true]) func damagedFilesNeverTrap(isCompressed: Bool) throws {
    let plain = IDXFixture.images(20, height: 5, width: 5)
    let good = isCompressed ? try IDXFixture.gzipped(plain) : plain
    var mutations = Mutations(seed: 5)
    var refused = 0
    for _ in 0..<4000 {
      let path = try temporary.write(mutations.damaged(good), to: "x")
      do {
        let file = try IDXFile.read(path, ranks: 1...4)
        #expect(file.values.count == file.shape.reduce(1, *))
      } catch is FormatError {
        refused += 1
      }
    }
    #expect(refused > 2000)
  }
}
