/// What the values of a pickle become: containers, storages, and tensors from the few callables that build
/// them. What is asked of any other becomes an inert object of its name.
struct TorchObjects {
  private(set) var containers: [PickleContainer] = []
  private(set) var storages: [TorchStorage] = []

  mutating func container(_ container: PickleContainer) -> PickleValue {
    containers.append(container)
    return .container(containers.count - 1)
  }

  private func elements(_ value: PickleValue) -> [PickleValue]? {
    guard case .container(let place) = value else { return nil }
    switch containers[place] {
    case .tuple(let elements), .list(let elements): return elements
    default: return nil
    }
  }

  /// Adds to a list; to an object that only behaves as one, nothing.
  mutating func append(_ added: [PickleValue], to value: PickleValue) throws(UnexpectedContent) {
    if case .object = value { return }
    guard case .container(let place) = value, case .list(var elements) = containers[place] else {
      throw UnexpectedContent(expected: "a list to append to", found: "another value")
    }
    // Taken out while it grows: it is not copied.
    containers[place] = .set
    elements += added
    containers[place] = .list(elements)
  }

  /// Adds to a dictionary; to an object that only behaves as one, nothing.
  mutating func set(_ added: [PickleEntry], in value: PickleValue) throws(UnexpectedContent) {
    if case .object = value { return }
    guard case .container(let place) = value, case .dictionary(var entries) = containers[place]
    else {
      throw UnexpectedContent(expected: "a dictionary to add to", found: "another value")
    }
    containers[place] = .set
    entries += added
    containers[place] = .dictionary(entries)
  }

  /// What `callable(*arguments)` is.
  mutating func reduced(
    _ callable: PickleValue, _ arguments: PickleValue
  ) throws(UnexpectedContent) -> PickleValue {
    guard let arguments = elements(arguments) else {
      throw UnexpectedContent(expected: "a tuple of arguments", found: "another value")
    }
    switch callable {
    case .global(let global): return try reduced(global, arguments, depth: 0)
    // An attribute of an object, or an object that is called.
    case .object(let name): return .object(name)
    default: throw UnexpectedContent(expected: "a callable by name", found: "another value")
    }
  }

  private mutating func reduced(
    _ global: PickleGlobal, _ arguments: [PickleValue], depth: Int
  ) throws(UnexpectedContent) -> PickleValue {
    switch global.description {
    case "collections.OrderedDict", "collections.defaultdict", "builtins.dict", "__builtin__.dict",
      "collections.Counter":
      return try dictionary(arguments.first)
    case "torch.Size": return arguments.first ?? container(.tuple([]))
    case "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2":
      return .tensor(try tensor(arguments))
    case "torch._utils._rebuild_tensor_v3":
      guard arguments.count >= 7, case .global(let name) = arguments[6],
        let element = TorchElement.dtype(name)
      else { return .object("\(global) of an unknown dtype") }
      return .tensor(try tensor(arguments, element: element))
    case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state":
      return arguments.first ?? .object("\(global)")
    case "torch._tensor._rebuild_from_type_v2", "torch._tensor._rebuild_from_type":
      // A tensor of a class of one's own: the function that builds it, and what that takes.
      guard arguments.count >= 3, case .global(let inner) = arguments[0],
        let inside = elements(arguments[2]), depth < 4
      else { return .object("\(global)") }
      return try reduced(inner, inside, depth: depth + 1)
    case "copy_reg._reconstructor", "copyreg._reconstructor", "copyreg.__newobj__":
      if case .global(let name)? = arguments.first { return .object("\(name)") }
      return .object("\(global)")
    default: return .object("\(global)")
    }
  }

  /// From nothing, or from a list of pairs.
  private mutating func dictionary(_ value: PickleValue?) throws(UnexpectedContent) -> PickleValue {
    guard let value, let pairs = elements(value) else { return container(.dictionary([])) }
    var entries: [PickleEntry] = []
    for pair in pairs {
      guard let parts = elements(pair), parts.count == 2 else {
        throw UnexpectedContent(expected: "pairs of a dictionary", found: "another value")
      }
      entries.append(PickleEntry(key: parts[0], value: parts[1]))
    }
    return container(.dictionary(entries))
  }

  /// `(storage, offset, size, stride, …)`
  private func tensor(
    _ arguments: [PickleValue], element: TorchElement? = nil
  ) throws(UnexpectedContent) -> TorchTensor {
    guard arguments.count >= 4, case .storage(let place) = arguments[0],
      let offset = arguments[1].integer, let shape = integers(arguments[2]),
      let strides = integers(arguments[3])
    else {
      throw UnexpectedContent(
        expected: "storage, offset, size and stride of a tensor", found: "other values")
    }
    let storage = storages[place]
    let element = element ?? storage.element
    return try TorchTensor(
      storage: place, element: element, offset: offset, shape: shape, strides: strides,
      available: storage.count * storage.element.bytes / element.bytes)
  }

  private func integers(_ value: PickleValue) -> [Int]? {
    guard let elements = elements(value) else { return nil }
    let integers = elements.compactMap(\.integer)
    return integers.count == elements.count ? integers : nil
  }

  /// `('storage', type, key, device, count[, view])`, or `('module', class, …)` of a whole module.
  mutating func persistent(_ value: PickleValue) throws(UnexpectedContent) -> PickleValue {
    let parts = elements(value) ?? []
    if parts.count >= 2, parts[0].text == "module", case .global(let name) = parts[1] {
      return .global(name)
    }
    guard parts.count >= 5, parts[0].text == "storage", case .global(let type) = parts[1],
      let key = parts[2].text ?? parts[2].integer.map(String.init), let count = parts[4].integer
    else {
      throw UnexpectedContent(
        expected: "a storage's type, key and length", found: "another persistent value")
    }
    guard let element = TorchElement.storage(type) else {
      throw UnexpectedContent(
        expected: "a storage of numbers", found: "one of \(type)")
    }
    guard count >= 0, count <= Int.max / 32 else {
      throw UnexpectedContent(expected: "a storage's length", found: "\(count)")
    }
    var storage = TorchStorage(key: key, element: element, count: count)
    if parts.count >= 6, let view = elements(parts[5]) {
      // Files of before 2018: a part of a storage that has the key of its own.
      guard view.count == 3, let start = view[1].integer, let size = view[2].integer,
        start >= 0, size >= 0, start <= count, size <= count - start
      else {
        throw UnexpectedContent(
          expected: "a part of a storage of \(count)", found: "one that is not within it")
      }
      storage = TorchStorage(key: key, element: element, count: size, start: start)
    }
    storages.append(storage)
    return .storage(storages.count - 1)
  }
}
