/// What a pickle holds, as data. Containers are kept in one list and meant by their place in it, so that
/// neither rings nor nesting of any depth can be built that would exhaust the stack when it goes.
enum PickleValue: Sendable {
  case none
  case bool(Bool)
  case integer(Int)
  /// Little-endian, in two's complement: more than an `Int` holds.
  case largeInteger([UInt8])
  case float(Double)
  case text(String)
  /// Of no use here, and not kept.
  case bytes
  case global(PickleGlobal)
  /// A place in `Pickle.containers`.
  case container(Int)
  /// A place in `Pickle.storages`.
  case storage(Int)
  case tensor(TorchTensor)
  /// An object of somebody's class, of which nothing but the name is known.
  case object(String)

  var text: String? { if case .text(let text) = self { text } else { nil } }
  var integer: Int? { if case .integer(let integer) = self { integer } else { nil } }
  var tensor: TorchTensor? { if case .tensor(let tensor) = self { tensor } else { nil } }
}

enum PickleContainer: Sendable {
  case tuple([PickleValue])
  case list([PickleValue])
  case set
  case dictionary([PickleEntry])
}

struct PickleEntry: Sendable {
  let key: PickleValue
  let value: PickleValue
}

/// A class or function that a pickle names. Naming is all that is done with it.
struct PickleGlobal: Hashable, Sendable, CustomStringConvertible {
  let module: String
  let name: String

  var description: String { "\(module).\(name)" }
}

/// A pickle that was read: its root, and everything that values mean by number.
struct Pickle: Sendable {
  let root: PickleValue
  let containers: [PickleContainer]
  let storages: [TorchStorage]

  /// The entries of a dictionary; `nil` for anything else.
  func entries(_ value: PickleValue) -> [PickleEntry]? {
    guard case .container(let place) = value, case .dictionary(let entries) = containers[place]
    else { return nil }
    return entries
  }

  /// The elements of a tuple or list; `nil` for anything else.
  func elements(_ value: PickleValue) -> [PickleValue]? {
    guard case .container(let place) = value else { return nil }
    switch containers[place] {
    case .tuple(let elements), .list(let elements): return elements
    default: return nil
    }
  }

  /// In a person's words, for errors.
  func words(_ value: PickleValue) -> String {
    switch value {
    case .none: "None"
    case .bool, .integer, .largeInteger, .float: "a number"
    case .text: "a text"
    case .bytes: "bytes"
    case .global(let global): "the name \(global)"
    case .storage: "a storage without a shape"
    case .tensor: "a tensor"
    case .object(let name): "an object of \(name)"
    case .container(let place):
      switch containers[place] {
      case .tuple(let elements): "a tuple of \(elements.count)"
      case .list(let elements): "a list of \(elements.count)"
      case .set: "a set"
      case .dictionary(let entries): "a dictionary of \(entries.count)"
      }
    }
  }
}
