/// Reads a pickle (Python's `pickletools` describes the opcodes) and builds data of it. Nothing is called,
/// imported or looked up: what a pickle asks to be called is a value of `TorchObjects`, or an inert name.
///
/// Whatever is read, time and memory stay within a constant times the pickle's bytes, which are limited.
struct PickleMachine {
  /// Bytes of one pickle: those of networks with their optimisers are a few megabytes.
  static let maximumBytes = 256 << 20
  private static let maximumText = 1 << 24
  private static let maximumName = 1000
  private static let maximumValues = 1 << 24

  private(set) var stream: ByteStream
  private var stack: [PickleValue] = []
  /// Heights of the stack at which marks stand.
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var objects = TorchObjects()
  /// Values that were put into containers.
  private var values = 0
  private let start: Int

  private init(_ stream: ByteStream) {
    self.stream = stream
    start = stream.offset
  }

  /// The pickle that a stream begins with, after which the stream stands.
  /// - Throws: `UnexpectedContent` for what is no such pickle; `FileError`.
  static func read(_ stream: inout ByteStream) throws -> Pickle {
    var machine = PickleMachine(stream)
    let root = try machine.run()
    stream = machine.stream
    return Pickle(
      root: root, containers: machine.objects.containers, storages: machine.objects.storages)
  }

  private mutating func run() throws -> PickleValue {
    while true {
      guard stream.offset - start <= Self.maximumBytes, stack.count <= Self.maximumValues,
        values <= Self.maximumValues
      else {
        throw UnexpectedContent(
          expected: "a pickle of at most \(Self.maximumBytes >> 20) MB and "
            + "\(Self.maximumValues) values", found: "a larger one")
      }
      let place = stream.offset
      let byte = try stream.byte()
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw UnexpectedContent(
          expected: "a pickle of tensors and plain data",
          found: "opcode \(PickleOpcode.name(byte)) at byte \(place)")
      }
      if opcode == .stop {
        let root = try pop()
        guard stack.isEmpty, marks.isEmpty else {
          throw UnexpectedContent(
            expected: "one value in a pickle", found: "\(stack.count + 1) of them")
        }
        return root
      }
      try execute(opcode)
    }
  }

  private mutating func execute(_ opcode: PickleOpcode) throws {
    switch opcode {
    case .protocolVersion:
      let version = try stream.byte()
      guard (2...5).contains(version) else {
        throw UnexpectedContent(expected: "a pickle of protocol 2 to 5", found: "\(version)")
      }
    case .frame: try checkFrame()
    case .stop: break
    case .none: stack.append(.none)
    case .newTrue: stack.append(.bool(true))
    case .newFalse: stack.append(.bool(false))
    case .binInt:
      stack.append(.integer(Int(Int32(truncatingIfNeeded: try stream.number(4)))))
    case .binInt1: stack.append(.integer(try stream.length(1)))
    case .binInt2: stack.append(.integer(try stream.length(2)))
    case .binFloat:
      stack.append(.float(Double(bitPattern: try stream.number(8).byteSwapped)))
    case .long1: try pushLong(try stream.length(1))
    case .long4: try pushLong(try stream.length(4))
    case .binString: stack.append(.text(try latin(try stream.length(4))))
    case .shortBinString: stack.append(.text(try latin(try stream.length(1))))
    case .binUnicode: try pushText(try stream.length(4))
    case .shortBinUnicode: try pushText(try stream.length(1))
    case .binUnicode8: try pushText(try stream.length(8))
    case .binBytes: try pushBytes(try stream.length(4))
    case .shortBinBytes: try pushBytes(try stream.length(1))
    case .binBytes8, .byteArray8: try pushBytes(try stream.length(8))
    case .global:
      let module = try stream.line(limit: Self.maximumName)
      try pushGlobal(module, try stream.line(limit: Self.maximumName))
    case .stackGlobal:
      let name = try popText()
      try pushGlobal(try popText(), name)
    case .binPersistentID: stack.append(try objects.persistent(try pop()))
    case .reduce, .newObject:
      let arguments = try pop()
      stack.append(try objects.reduced(try pop(), arguments))
    case .newObjectKeywords:
      _ = try pop()
      let arguments = try pop()
      stack.append(try objects.reduced(try pop(), arguments))
    case .build:
      // Attributes of an object, which are of no use: of an OrderedDict, which version its modules have.
      _ = try pop()
      _ = try top()
    default: try executeContainer(opcode)
    }
  }

  /// Marks, containers, the memo.
  private mutating func executeContainer(_ opcode: PickleOpcode) throws {
    switch opcode {
    case .mark: marks.append(stack.count)
    case .pop: try popOne()
    case .popMark: _ = try popToMark()
    case .emptyTuple: push(.tuple([]))
    case .emptyList: push(.list([]))
    case .emptyDictionary: push(.dictionary([]))
    case .emptySet: push(.set)
    case .tuple: push(.tuple(try popToMark()))
    case .tuple1: push(.tuple([try pop()]))
    case .tuple2:
      let second = try pop()
      push(.tuple([try pop(), second]))
    case .tuple3:
      let third = try pop()
      let second = try pop()
      push(.tuple([try pop(), second, third]))
    case .list: push(.list(try popToMark()))
    case .dictionary: push(.dictionary(try entries(try popToMark())))
    case .frozenSet:
      _ = try popToMark()
      push(.set)
    case .addItems:
      _ = try popToMark()
      _ = try top()
    case .append:
      let element = try pop()
      try objects.append([element], to: try top())
    case .appends:
      let elements = try popToMark()
      values += elements.count
      try objects.append(elements, to: try top())
    case .setItem:
      let value = try pop()
      let key = try pop()
      try objects.set([PickleEntry(key: key, value: value)], in: try top())
    case .setItems:
      let added = try entries(try popToMark())
      values += added.count
      try objects.set(added, in: try top())
    case .binPut: memo[try stream.length(1)] = try top()
    case .longBinPut: memo[try stream.length(4)] = try top()
    case .memoize: memo[memo.count] = try top()
    case .binGet: stack.append(try remembered(try stream.length(1)))
    case .longBinGet: stack.append(try remembered(try stream.length(4)))
    default: preconditionFailure("opcode \(opcode)")
    }
  }
}

/// The stack.
extension PickleMachine {
  private func damaged(_ found: String) -> UnexpectedContent {
    UnexpectedContent(expected: "a pickle that Python can read", found: found)
  }

  private mutating func push(_ container: PickleContainer) {
    values += 1
    if case .tuple(let elements) = container { values += elements.count }
    stack.append(objects.container(container))
  }

  private func top() throws -> PickleValue {
    guard let value = stack.last, stack.count > marks.last ?? 0 else {
      throw damaged("an opcode without the value that it is about")
    }
    return value
  }

  private mutating func pop() throws -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  /// The last value, or a mark that stands there.
  private mutating func popOne() throws {
    if let mark = marks.last, mark == stack.count {
      marks.removeLast()
    } else {
      _ = try pop()
    }
  }

  private mutating func popText() throws -> String {
    guard let text = try pop().text, text.utf8.count <= Self.maximumName else {
      throw damaged("a name that is no text")
    }
    return text
  }

  private mutating func popToMark() throws -> [PickleValue] {
    guard let mark = marks.popLast() else { throw damaged("an opcode without its mark") }
    let values = Array(stack[mark...])
    stack.removeLast(values.count)
    return values
  }

  private func entries(_ values: [PickleValue]) throws -> [PickleEntry] {
    guard values.count % 2 == 0 else { throw damaged("a key without a value") }
    return stride(from: 0, to: values.count, by: 2).map {
      PickleEntry(key: values[$0], value: values[$0 + 1])
    }
  }

  private func remembered(_ place: Int) throws -> PickleValue {
    guard let value = memo[place] else { throw damaged("a value \(place) that was never kept") }
    return value
  }

  private mutating func checkFrame() throws {
    let length = try stream.length(8)
    guard length <= stream.remaining else {
      throw damaged("a frame of \(length) bytes where \(stream.remaining) follow")
    }
  }

  private mutating func pushLong(_ count: Int) throws {
    let bytes = try stream.bytes(count, limit: 256)
    guard bytes.count <= 8 else {
      stack.append(.largeInteger(bytes))
      return
    }
    let isNegative = (bytes.last ?? 0) & 0x80 != 0
    let padded = bytes + [UInt8](repeating: isNegative ? 0xFF : 0, count: 8 - bytes.count)
    let bits = padded.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    stack.append(.integer(Int(truncatingIfNeeded: bits)))
  }

  private mutating func pushText(_ count: Int) throws {
    stack.append(.text(try stream.text(count, limit: Self.maximumText)))
  }

  /// Strings of Python 2, of any bytes.
  private mutating func latin(_ count: Int) throws -> String {
    let bytes = try stream.bytes(count, limit: Self.maximumText)
    return String(validating: bytes, as: UTF8.self)
      ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }

  private mutating func pushBytes(_ count: Int) throws {
    try stream.skip(count)
    stack.append(.bytes)
  }

  private mutating func pushGlobal(_ module: String, _ name: String) throws {
    let global = PickleGlobal(module: module, name: name)
    guard !global.isHostile else {
      throw UnexpectedContent(
        expected: "a pickle of weights",
        found: "one that would have Python call '\(global)': do not load it anywhere")
    }
    stack.append(.global(global))
  }
}
