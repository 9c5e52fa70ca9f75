/// Pickles by hand: the bytes that torch's would have, and those that it never would.
enum PickleText {
  typealias Bytes = [UInt8]

  static func global(_ module: String, _ name: String) -> Bytes {
    Bytes("c\(module)\n\(name)\n".utf8)
  }

  static func text(_ text: String) -> Bytes {
    Bytes("X".utf8) + number(text.utf8.count, 4) + Bytes(text.utf8)
  }

  static func number(_ value: Int, _ count: Int) -> Bytes {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  static func integer(_ value: Int) -> Bytes {
    (0..<256).contains(value) ? [0x4B, UInt8(value)] : [0x8A, 8] + number(value, 8)
  }

  static func tuple(_ parts: Bytes...) -> Bytes { tuple(parts) }

  static func tuple(_ parts: [Bytes]) -> Bytes {
    Bytes("(".utf8) + parts.flatMap(\.self) + Bytes("t".utf8)
  }

  static func call(_ callable: Bytes, _ arguments: Bytes...) -> Bytes {
    callable + tuple(arguments) + Bytes("R".utf8)
  }

  static func storage(
    _ type: String = "FloatStorage", key: String = "0", count: Int = 4,
    view: Bytes = Bytes("N".utf8)
  ) -> Bytes {
    tuple(text("storage"), global("torch", type), text(key), text("cpu"), integer(count), view)
      + Bytes("Q".utf8)
  }

  static func tensor(
    _ storage: Bytes = storage(), offset: Int = 0, shape: [Int] = [2, 2], strides: [Int] = [2, 1]
  ) -> Bytes {
    call(
      global("torch._utils", "_rebuild_tensor_v2"), storage, integer(offset),
      tuple(shape.map(integer)), tuple(strides.map(integer)), [0x89],
      call(global("collections", "OrderedDict")))
  }

  static func dictionary(_ entries: (String, Bytes)...) -> Bytes {
    Bytes("}(".utf8) + entries.flatMap { text($0.0) + $0.1 } + Bytes("u".utf8)
  }

  static func pickle(_ value: Bytes) -> Bytes { [0x80, 2] + value + Bytes(".".utf8) }

  /// A whole file of the older kind around an object, whose storages are of four numbers each.
  static func stream(_ object: Bytes, keys: [String] = ["0"], counts: [Int] = [4]) -> Bytes {
    let magic: Bytes = [0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
    var bytes = pickle(magic) + pickle([0x4D, 0xE9, 0x03])
    bytes += pickle(dictionary(("little_endian", [0x88])))
    bytes += pickle(object) + pickle(Bytes("](".utf8) + keys.flatMap(text) + Bytes("e".utf8))
    for count in counts {
      bytes += number(count, 8) + Bytes(repeating: 0, count: 16)
    }
    return bytes
  }
}
