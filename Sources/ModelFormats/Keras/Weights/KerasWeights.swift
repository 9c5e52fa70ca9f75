/// The weights of a whole-model HDF5 file, by layer and name.
///
/// Each outermost layer has a group, which lists its weights in `weight_names`. The group of a
/// nested model lists trainable weights first and frozen ones after them, so that the order says
/// nothing: weights are matched by name alone.
struct KerasWeights: KerasWeightSource {
  private struct Weight {
    /// `vgg16/block1_conv1/kernel:0` without `:0`, at its slashes.
    let components: [String]
    let path: String

    /// What the weight belongs to: `block1_conv1`.
    var scope: String { components.dropLast().last ?? "" }
  }

  /// Where to look a weight up: large models have thousands in one group.
  private struct Key: Hashable {
    let group: String
    let scope: String?
    let name: String
  }

  let archive: HDF5Archive
  private let root: String
  private var weights: [Weight] = []
  /// By name, and by scope and name → places in `weights`.
  private var places: [Key: [Int]] = [:]
  private var taken: Set<Int> = []

  /// - Parameter root: path of the group that holds the layers' groups.
  init(archive: HDF5Archive, root: String) throws(UnexpectedContent) {
    self.archive = archive
    self.root = root
    guard let attributes = archive.groups[root] else {
      throw UnexpectedContent(expected: "a group '\(root)'", found: "none")
    }
    for layer in Self.list("layer_names", in: attributes) {
      let path = root.isEmpty ? layer : "\(root)/\(layer)"
      guard let attributes = archive.groups[path] else {
        throw UnexpectedContent(expected: "a group '\(path)' of weights", found: "none")
      }
      for name in Self.list("weight_names", in: attributes) {
        add(name, path: "\(path)/\(name)", group: layer)
      }
    }
  }

  private mutating func add(_ name: String, path: String, group: String) {
    var components = name.split(separator: "/").map(String.init)
    guard let last = components.popLast() else { return }
    components.append(String(last.prefix { $0 != ":" }))
    let weight = Weight(components: components, path: path)
    let own = Self.withoutNumber(components[components.count - 1])
    var keys = [Key(group: group, scope: nil, name: own)]
    keys.append(Key(group: group, scope: weight.scope, name: own))
    // `dense_1` became `dense_1_1` in a graph that had a `dense_1` before.
    if let mark = weight.scope.lastIndex(of: "_"),
      weight.scope[mark...].dropFirst().allSatisfy(\.isNumber)
    {
      let renamed = "\(weight.scope[..<mark])\(Self.renamedMark)"
      keys.append(Key(group: group, scope: renamed, name: own))
    }
    for key in keys { places[key, default: []].append(weights.count) }
    weights.append(weight)
  }

  /// Keras 3 calls weights that have no name of their own `variable`, `variable_1`, … .
  private static func withoutNumber(_ name: String) -> String {
    guard name.hasPrefix("variable_"), name.dropFirst(9).allSatisfy(\.isNumber) else { return name }
    return "variable"
  }

  /// Ends a scope's key when a number was taken off; no scope has a slash.
  private static let renamedMark = "/"

  /// Attributes above 64 KB are cut into `name0`, `name1`, ….
  private static func list(_ name: String, in attributes: [String: [String]]) -> [String] {
    if let list = attributes[name] { return list }
    var list: [String] = []
    var index = 0
    while let part = attributes["\(name)\(index)"] {
      list += part
      index += 1
    }
    return list
  }

  mutating func tensor(_ place: KerasWeightPlace) throws(UnexpectedContent) -> String {
    let matches = self.matches(path: place.path, names: place.names, siblings: place.siblings)
    guard matches.count == 1, let match = matches.first else {
      throw UnexpectedContent(
        expected:
          "one weight '\(place.label)' in '\(root.isEmpty ? "" : root + "/")\(place.path[0])'",
        found: matches.isEmpty ? "none" : "\(matches.count) that could be meant")
    }
    taken.insert(match)
    return try archive.readable(weights[match].path)
  }

  private func matches(path: [String], names: [String], siblings: Set<String>) -> [Int] {
    func candidates(_ scope: String?) -> [Int] {
      names.flatMap { places[Key(group: path[0], scope: scope, name: $0)] ?? [] }
    }
    // In a group of its own a layer's weights go by their last name: TensorFlow put the rest
    // together from scopes, and numbered it when a name came twice.
    if path.count == 1, candidates(nil).count == 1 { return candidates(nil) }
    let wanted = path.flatMap { $0.split(separator: "/").map(String.init) }
    guard let scope = wanted.last else { return [] }
    let own = path[path.count - 1].split(separator: "/").count
    let scoped = candidates(scope)
    let scores = scoped.map { place in
      zip(weights[place].components.dropLast().reversed(), wanted.reversed())
        .prefix { $0 == $1 }.count
    }
    if let highest = scores.max(), highest >= own {
      return zip(scoped, scores).filter { $1 == highest }.map(\.0)
    }
    return candidates(scope + Self.renamedMark).filter { !siblings.contains(weights[$0].scope) }
  }

  var unused: [String] {
    // A `Normalization` counts what it has seen, in whole numbers.
    weights.indices.filter { !taken.contains($0) && archive.datasets[weights[$0].path] != nil }
      .map { String(weights[$0].path.dropFirst(root.isEmpty ? 0 : root.count + 1)) }.sorted()
  }

  /// The layers with weights, in the file's order. The weights of a model in a model stand in one group,
  /// and go by the layer that stands before their last name.
  static func layers(in archive: HDF5Archive, root: String) -> [KerasStoredLayer] {
    let prefix = root.isEmpty ? "" : "\(root)/"
    return list("layer_names", in: archive.groups[root] ?? [:]).flatMap { layer in
      let path = prefix + layer
      let names = list("weight_names", in: archive.groups[path] ?? [:])
      var scopes: [String] = []
      var tensors: [String: [String]] = [:]
      for name in names {
        let scope = name.split(separator: "/").dropLast().last.map(String.init) ?? layer
        if tensors[scope] == nil { scopes.append(scope) }
        tensors[scope, default: []].append("\(path)/\(name)")
      }
      // One layer's scope may have been numbered where its name came twice.
      if scopes.count == 1 {
        return [
          KerasStoredLayer(name: layer, className: nil, tensors: tensors[scopes[0]] ?? [])
        ]
      }
      return scopes.map {
        KerasStoredLayer(name: $0, className: nil, tensors: tensors[$0] ?? [])
      }
    }
  }
}
