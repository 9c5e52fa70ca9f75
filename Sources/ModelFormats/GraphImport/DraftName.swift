/// What is known of a layer's name while others are still to come.
struct DraftName: CustomStringConvertible {
  /// The module that it belongs to, `layer1.0.conv1`; empty where the file has no such thing.
  var scope: String
  /// What it does, `relu_1`, where the module does more than that.
  var operation: String
  /// The module that its weights belong to, by their own names: wins over all else.
  var owner: String?
  /// Whether an importer put the layer there.
  var isInserted = false
  /// What stands between a module and what is in it.
  let separator: Character

  init(scope: String, operation: String, owner: String? = nil, separator: Character = ".") {
    self.separator = separator
    self.scope = scope
    self.operation = operation
    self.owner = owner
  }

  var description: String {
    owner ?? (scope.isEmpty ? operation : "\(scope)\(separator)\(operation)")
  }

  /// Of a layer that is put before or behind this one.
  func inserted(_ operation: String) -> DraftName {
    let base = owner ?? (scope.isEmpty ? self.operation : scope)
    var name = DraftName(
      scope: "", operation: "\(base)_\(operation)", separator: separator)
    name.isInserted = true
    return name
  }

  func owned(by owner: String?) -> DraftName {
    var name = self
    name.owner = owner ?? self.owner
    return name
  }

  /// Names that are all different. A module of one layer gives its own name to it.
  static func resolved(_ names: [DraftName]) -> [String] {
    var uses: [String: Int] = [:]
    var outer: Set<String> = []
    for name in names {
      uses[name.scope, default: 0] += 1
      for scope in [name.scope, name.owner ?? ""] {
        var place = scope.startIndex
        while let dot = scope[place...].firstIndex(of: name.separator) {
          outer.insert(String(scope[..<dot]))
          place = scope.index(after: dot)
        }
      }
    }
    var taken: Set<String> = []
    // Owners first: a module's weights keep its name.
    for name in names { if let owner = name.owner { taken.insert(owner) } }
    var given: Set<String> = []
    var numbers: [String: Int] = [:]
    return names.map { name in
      let base: String
      if let owner = name.owner {
        base = owner
      } else if name.scope.isEmpty {
        base = name.operation
      } else if uses[name.scope] == 1, !outer.contains(name.scope), !taken.contains(name.scope) {
        base = name.scope
      } else {
        base = "\(name.scope)\(name.separator)\(name.operation)"
      }
      var candidate = base.isEmpty ? "layer" : base
      let isFree: (String) -> Bool = { text in
        !given.contains(text) && (name.owner == text || !taken.contains(text))
      }
      while !isFree(candidate) {
        let number = (numbers[base] ?? 1) + 1
        numbers[base] = number
        candidate = "\(base)_\(number)"
      }
      given.insert(candidate)
      return candidate
    }
  }
}
