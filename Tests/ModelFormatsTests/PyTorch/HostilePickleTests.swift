import Files
import TestSupport
import Testing

@testable import ModelFormats

/// Pickles that want to do something, to take all memory, or to confuse. Each is refused, in one line that
/// says why, and nothing of what they ask for happens.
@Suite struct HostilePickleTests {
  private typealias Bytes = PickleText.Bytes

  private static func open(_ bytes: PickleText.Bytes) throws {
    let folder = TemporaryFolder()
    let file = try ModelFile.tensors(try folder.write(bytes, to: "model.pth"))
    for name in try #require(file).archive.tensorNames {
      _ = try file?.archive.elements(name)
    }
  }

  /// What follows would be refused for anything if this were.
  @Test func aPickleByHandIsRead() throws {
    let object = PickleText.dictionary(
      ("weight", PickleText.tensor()), ("epoch", PickleText.integer(7)))
    try Self.open(PickleText.stream(object))
  }

  struct Attack: CustomTestStringConvertible, Sendable {
    let name: String
    let object: [UInt8]
    /// In the reason.
    let reason: String
    var testDescription: String { name }

    init(_ name: String, _ object: [UInt8], _ reason: String) {
      self.name = name
      self.object = object
      self.reason = reason
    }
  }

  /// Calls, each inside an otherwise good state dictionary.
  static let calls: [Attack] = [
    ("os", "system"), ("posix", "system"), ("nt", "system"), ("os", "popen"), ("os", "execv"),
    ("subprocess", "Popen"), ("subprocess", "check_output"), ("builtins", "eval"),
    ("builtins", "exec"), ("__builtin__", "eval"), ("__builtin__", "execfile"),
    ("builtins", "__import__"), ("builtins", "open"), ("builtins", "compile"),
    ("builtins", "getattr.__self__.eval"), ("importlib", "import_module"), ("runpy", "run_path"),
    ("sys", "exit"), ("socket", "create_connection"), ("shutil", "rmtree"),
    ("webbrowser", "open"), ("pickle", "loads"), ("_pickle", "loads"), ("marshal", "loads"),
    ("types", "CodeType"), ("types", "FunctionType"), ("ctypes", "CDLL"), ("pty", "spawn"),
    ("torch", "load"), ("torch.hub", "load"), ("torch.jit", "load"),
    ("torch.storage", "_load_from_bytes"), ("torch.utils.cpp_extension", "load"),
    ("numpy.testing._private.utils", "runstring"), ("operator", "attrgetter"),
    ("functools", "reduce"), ("asyncio", "create_subprocess_shell"), ("pip", "main"),
    ("timeit", "timeit"), ("urllib.request", "urlopen"), ("collections", "__builtins__.eval"),
  ].map { module, name in
    let call = PickleText.call(PickleText.global(module, name), PickleText.text("touch /tmp/owned"))
    return Attack(
      "\(module).\(name)",
      PickleText.dictionary(("weight", PickleText.tensor()), ("x", call)),
      "call '\(module).\(name)'")
  }

  /// What stands where a state dictionary should, and tensors that are none.
  static let shapes: [Attack] = {
    typealias P = PickleText
    func state(_ tensor: [UInt8]) -> [UInt8] { P.dictionary(("weight", tensor)) }
    let sparse = P.call(P.global("torch._utils", "_rebuild_sparse_tensor"), P.integer(1))
    return [
      Attack(
        "an unknown callable as root", P.call(P.global("a", "b"), P.text("x")),
        "a whole object of a.b"),
      Attack(
        "a whole module",
        P.global("torch.nn.modules.linear", "Linear") + [0x29, 0x81] + P.dictionary()
          + [0x62], "a whole object of torch.nn.modules.linear.Linear"),
      Attack("a name as root", P.global("a", "b"), "the name a.b"),
      Attack("a tensor as root", P.tensor(), "a tensor"),
      Attack("nothing", [0x4E], "None"),
      Attack("no tensors", P.dictionary(("a", P.integer(1))), "without tensors"),
      Attack("only tensors of another kind", state(sparse), "_rebuild_sparse_tensor"),
      Attack(
        "beyond its storage", state(P.tensor(shape: [2, 3], strides: [3, 1])), "shape [2, 3]"),
      Attack("from beyond its storage", state(P.tensor(offset: 1)), "from element 1"),
      Attack("from before its storage", state(P.tensor(offset: -1)), "from element -1"),
      Attack("a negative stride", state(P.tensor(strides: [2, -1])), "strides [2, -1]"),
      Attack("a negative size", state(P.tensor(shape: [2, -2])), "shape [2, -2]"),
      Attack(
        "a product of sizes beyond all numbers",
        state(P.tensor(shape: [1 << 40, 1 << 40], strides: [0, 0])), "strides [0, 0]"),
      Attack(
        "a reach beyond all numbers", state(P.tensor(shape: [1 << 31, 2], strides: [1 << 40, 1])),
        "a tensor within"),
      Attack(
        "a storage seen a billion times", state(P.tensor(shape: [1 << 30, 1], strides: [0, 0])),
        "1073741824"),
      Attack("fewer strides than sizes", state(P.tensor(strides: [1])), "strides [1]"),
      Attack(
        "a storage of no numbers", state(P.tensor(P.storage("Tensor"))), "one of torch.Tensor"),
      Attack(
        "a storage of a negative length", state(P.tensor(P.storage(count: -4))), "-4"),
      Attack(
        "a storage of an endless length", state(P.tensor(P.storage(count: .max))), "\(Int.max)"),
      Attack(
        "a storage that is not in the file", state(P.tensor(P.storage(key: "1"))),
        "another value|the storage|keys"),
      Attack(
        "a part that is outside of its storage",
        state(P.tensor(P.storage(view: P.tuple(P.text("v"), P.integer(3), P.integer(4))))),
        "not within it"),
      Attack(
        "a persistent value of another kind", P.tuple(P.text("x")) + [0x51], "persistent value"),
      Attack(
        "arguments that are none",
        state(P.global("torch._utils", "_rebuild_tensor_v2") + [0x4E, 0x52]),
        "another value"),
      Attack(
        "a tensor of a text",
        state(
          P.call(
            P.global("torch._utils", "_rebuild_tensor_v2"), P.text("x"), [0x4E], [0x4E], [0x4E])),
        "other values"),
    ]
  }()

  /// Bytes that no pickler writes.
  static let bytes: [Attack] = {
    typealias P = PickleText
    let deep = [UInt8](repeating: 0x5D, count: 100_000) + [UInt8](repeating: 0x61, count: 99_999)
    let tuples = [UInt8](repeating: 0x85, count: 200_000)
    return [
      Attack("a list in a list, 100,000 deep", deep, "a list of 1"),
      Attack("a tuple in a tuple, 200,000 deep", [0x4E] + tuples, "a tuple of 1"),
      Attack("a list that holds itself", [0x5D, 0x71, 0, 0x68, 0, 0x61], "a list of 1"),
      Attack("protocol 0's INST", Array("(ios\nsystem\n".utf8), "opcode INST"),
      Attack("OBJ", [0x28] + P.global("a", "b") + [0x6F], "opcode OBJ"),
      Attack("DUP", [0x4E, 0x32], "opcode DUP"), Attack("EXT1", [0x82, 1], "opcode EXT1"),
      Attack("PERSID", Array("Px\n".utf8), "opcode PERSID"),
      Attack("a buffer from elsewhere", [0x97], "opcode NEXT_BUFFER"),
      Attack("a byte that is no opcode", [0xFF], "opcode 0xff"),
      Attack("protocol 9", [0x80, 9, 0x4E], "9"),
      Attack("text of 4 GB", [0x58, 0xFF, 0xFF, 0xFF, 0xFF], "a length of 4294967295"),
      Attack(
        "text of 2⁶³ bytes", [0x8D] + P.number(.max, 8), "a length of \(Int.max)"),
      Attack("text of 2⁶⁴ bytes", [0x8D] + P.number(-1, 8), "18446744073709551615"),
      Attack("bytes of 2⁶² bytes", [0x8E] + P.number(1 << 62, 8), "a length of"),
      Attack("a frame of 2⁶² bytes", [0x95] + P.number(1 << 62, 8), "a frame of"),
      Attack("a number of 4 GB", [0x8B, 0xFF, 0xFF, 0xFF, 0xFF], "a length of 4294967295"),
      Attack("text that is no text", [0x58, 1, 0, 0, 0, 0xFF], "other bytes"),
      Attack("a value that was never kept", [0x6A, 0xFF, 0xFF, 0xFF, 0xFF], "never kept"),
      Attack("nothing to take", [0x61], "without the value"),
      Attack("a mark that is not there", [0x74], "without its mark"),
      Attack("a key without a value", [0x7D, 0x28, 0x4E, 0x75], "a key without a value"),
      Attack("adding to a number", [0x4B, 1, 0x4E, 0x61], "a list to append to"),
      Attack("an item in a list", [0x5D, 0x4E, 0x4E, 0x73], "a dictionary to add to"),
      Attack("two values", [0x4E, 0x4E], "2 of them"),
      Attack("a value below a mark", [0x4E, 0x28, 0x85], "without the value"),
      Attack(
        "a name without an end", Array("cos".utf8) + [UInt8](repeating: 0x61, count: 5000), "longer"
      ),
      Attack("a name that is a number", [0x4B, 1, 0x4B, 2, 0x93], "a name that is no text"),
      Attack(
        "the same, by values of the stack", P.text("os") + P.text("system") + [0x93],
        "call 'os.system'"
      ),
      Attack("calling a number", [0x4B, 1, 0x29, 0x52], "a callable by name"),
    ]
  }()

  @Test(arguments: calls + shapes + bytes)
  func isRefused(attack: Attack) throws {
    // A file without tensors has no storages either.
    let hasStorage = String(decoding: attack.object, as: UTF8.self).contains("storage")
    let error = #expect(throws: FormatError.self) {
      try Self.open(
        hasStorage
          ? PickleText.stream(attack.object)
          : PickleText.stream(attack.object, keys: [], counts: []))
    }
    let found = error.map { "\($0.expected); \($0.found)" } ?? ""
    #expect(
      attack.reason.split(separator: "|").contains { found.contains($0) }, "\(found)")
    #expect(!found.contains("\n"))
  }

  @Test func atLeastFortyAreTried() {
    #expect(Self.calls.count + Self.shapes.count + Self.bytes.count >= 90)
  }

  /// The stream around the object may lie, too.
  @Test(arguments: [
    (["0", "0"], [4, 4], "keys"), (["1"], [4], "keys"), (["0"], [1 << 61], "until the end"),
    (["0"], [5], "until the end"), (["0"], [3], "bytes more"), ([], [], "the storage '0'"),
  ])
  func storagesThatDoNotAgreeAreRefused(keys: [String], counts: [Int], reason: String) {
    let object = PickleText.dictionary(("weight", PickleText.tensor()))
    let error = #expect(throws: FormatError.self) {
      try Self.open(PickleText.stream(object, keys: keys, counts: counts))
    }
    let words = error.map { "\($0)" } ?? ""
    #expect(words.contains(reason), "\(words)")
  }

  @Test func aStorageShorterThanItsTensorIsRefused() {
    let object = PickleText.dictionary(
      ("weight", PickleText.tensor(PickleText.storage(count: 9), offset: 5)))
    let error = #expect(throws: FormatError.self) { try Self.open(PickleText.stream(object)) }
    #expect(error?.expected == "'weight' within its storage")
  }

  /// Whatever else Python would build is a name, and harms nothing.
  @Test func objectsOfUnknownClassesAreInert() throws {
    typealias P = PickleText
    let object = P.call(P.global("my.module", "Class"), P.text("x")) + P.dictionary() + [0x62]
    let bytes = P.stream(P.dictionary(("weight", P.tensor()), ("object", object)))
    let folder = TemporaryFolder()
    let file = try #require(try ModelFile.tensors(try folder.write(bytes, to: "model.pth")))
    #expect(file.archive.tensorNames == ["weight"])
    #expect(file.skipped == ["'object': an object of my.module.Class"])
  }
}
