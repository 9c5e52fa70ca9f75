/// The state dictionary in what was pickled: a bare one, or the one among other things that people keep
/// beside it.
struct TorchCheckpoint {
  /// In the file's order.
  private(set) var tensors: [(name: String, tensor: TorchTensor)] = []
  /// Where it stands: `state_dict`; empty where it is all there is.
  private(set) var container = ""
  /// What else the file holds, in a person's words.
  private(set) var skipped: [String] = []

  /// Under which weights are kept, the likelier ones first; of several the first that holds tensors.
  private static let containers = [
    "state_dict", "model_state_dict", "model_state", "model", "net", "network", "module", "weights",
    "params", "model_ema", "state_dict_ema", "ema", "ema_state_dict", "encoder", "backbone",
    "student", "teacher",
  ]
  private static let maximumDepth = 4

  /// - Throws: `UnexpectedContent` where there is none.
  init(_ pickle: Pickle) throws(UnexpectedContent) {
    var value = pickle.root
    var path: [String] = []
    while true {
      guard let entries = pickle.entries(value) else {
        if case .object(let name) = value {
          throw UnexpectedContent(
            expected: TorchFile.advice, found: "a whole object of \(name)")
        }
        throw UnexpectedContent(expected: TorchFile.advice, found: pickle.words(value))
      }
      let inner = path.count < Self.maximumDepth ? Self.inner(of: entries, in: pickle) : nil
      guard let inner else {
        try take(entries, pickle, path)
        return
      }
      for entry in entries where entry.key.text != inner.key.text {
        skip(entry, pickle, path)
      }
      path.append(inner.key.text ?? "")
      value = inner.value
    }
  }

  /// The entry to look into for the state dictionary; `nil` where the entries are one.
  private static func inner(of entries: [PickleEntry], in pickle: Pickle) -> PickleEntry? {
    /// The tensors of a dictionary.
    func count(_ value: PickleValue) -> Int {
      pickle.entries(value)?.count { $0.value.tensor != nil } ?? 0
    }
    func leads(_ value: PickleValue, depth: Int) -> Bool {
      if count(value) > 0 { return true }
      guard depth < maximumDepth, let entries = pickle.entries(value) else { return false }
      return entries.contains { entry in
        containers.contains(entry.key.text ?? "") && leads(entry.value, depth: depth + 1)
      }
    }
    for name in containers {
      if let entry = entries.last(where: { $0.key.text == name }), leads(entry.value, depth: 0) {
        return entry
      }
    }
    guard !entries.contains(where: { $0.value.tensor != nil }) else { return nil }
    // Under a name of somebody's own: the one with the most tensors.
    let named = entries.filter { $0.key.text.map { !$0.hasPrefix("optim") } ?? false }
    return named.filter { count($0.value) > 0 }.max { count($0.value) < count($1.value) }
  }

  private mutating func take(
    _ entries: [PickleEntry], _ pickle: Pickle, _ path: [String]
  ) throws(UnexpectedContent) {
    var places: [String: Int] = [:]
    for entry in entries {
      guard let name = entry.key.text, let tensor = entry.value.tensor else {
        skip(entry, pickle, path)
        continue
      }
      // As in Python, the last value of a key counts, where the key first stood.
      if let place = places[name] {
        tensors[place].tensor = tensor
      } else {
        places[name] = tensors.count
        tensors.append((name, tensor))
      }
    }
    container = path.joined(separator: ".")
    guard tensors.isEmpty else { return }
    let object = entries.lazy.compactMap { entry -> String? in
      if case .object(let name) = entry.value { name } else { nil }
    }.first
    throw UnexpectedContent(
      expected: TorchFile.advice,
      found: object.map { "no tensors, and an object of \($0)" } ?? "a dictionary without tensors")
  }

  private mutating func skip(_ entry: PickleEntry, _ pickle: Pickle, _ path: [String]) {
    let key = entry.key.text ?? entry.key.integer.map(String.init) ?? pickle.words(entry.key)
    skipped.append("'\((path + [key]).joined(separator: "."))': \(pickle.words(entry.value))")
  }
}
