/// The weights of a whole-model HDF5 file, by layer and name.
///
/// Each outermost layer has a group, which lists its weights in `weight_names`. The group of a
/// nested model lists trainable weights first and frozen ones after them, so that the order says
/// nothing: weights are matched by name alone.
struct KerasWeights {
  /// One weight of a group.
  private struct Weight {
    /// `vgg16/block1_conv1/kernel:0` without `:0`, at its slashes.
    let components: [String]
    let path: String
  }

  private let archive: HDF5Archive
  private let root: String
  /// Outermost layer → its weights.
  private var groups: [String: [Weight]] = [:]
  private var taken: Set<String> = []

  /// - Parameter root: path of the group that holds the layers' groups.
  init(archive: HDF5Archive, root: String) throws(UnexpectedContent) {
    self.archive = archive
    self.root = root
    guard let attributes = archive.groups[root] else {
      throw UnexpectedContent(expected: "a group '\(root)'", found: "none")
    }
    for layer in Self.list("layer_names", in: attributes) {
      let path = "\(root)/\(layer)"
      guard let attributes = archive.groups[path] else {
        throw UnexpectedContent(expected: "a group '\(path)' of weights", found: "none")
      }
      groups[layer] = Self.list("weight_names", in: attributes).map { name in
        var components = name.split(separator: "/").map(String.init)
        if let last = components.last, let colon = last.lastIndex(of: ":") {
          components[components.count - 1] = String(last[..<colon])
        }
        return Weight(components: components, path: "\(path)/\(name)")
      }
    }
  }

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

  /// The dataset of one parameter.
  /// - Parameter path: names of the models around the layer, outermost first, and its own.
  /// - Parameter names: what the parameter may be called.
  /// - Parameter siblings: names of all layers in the same group, to tell another layer's weights
  ///   from those that TensorFlow renamed.
  mutating func dataset(path: [String], names: [String], siblings: Set<String>)
    throws(UnexpectedContent) -> HDF5Archive.Dataset
  {
    let label = "\(path.joined(separator: "/"))/\(names[0])"
    let candidates = (groups[path[0]] ?? []).filter { weight in
      weight.components.last.map { names.contains($0) } == true
    }
    let matches = Self.best(candidates, for: path, siblings: siblings)
    guard matches.count == 1, let match = matches.first else {
      throw UnexpectedContent(
        expected: "one weight '\(label)' in '\(root)/\(path[0])'",
        found: matches.isEmpty ? "none" : "\(matches.count) that could be meant")
    }
    taken.insert(match.path)
    guard let dataset = archive.datasets[match.path] else {
      throw UnexpectedContent(
        expected: "values of '\(match.path)'",
        found: archive.unreadable[match.path].map { "that \($0)" } ?? "none")
    }
    return dataset
  }

  private static func best(_ candidates: [Weight], for path: [String], siblings: Set<String>)
    -> [Weight]
  {
    // In a group of its own a layer's weights go by their last name: TensorFlow put the rest
    // together from scopes, and numbered it when a name came twice.
    if path.count == 1, candidates.count == 1 { return candidates }
    let wanted = path.flatMap { $0.split(separator: "/").map(String.init) }
    let own = path[path.count - 1].split(separator: "/").count
    let scores = candidates.map { weight in
      zip(weight.components.dropLast().reversed(), wanted.reversed()).prefix { $0 == $1 }.count
    }
    if let highest = scores.max(), highest >= own {
      return zip(candidates, scores).filter { $1 == highest }.map(\.0)
    }
    // `dense_1` became `dense_1_1` in a graph that had a `dense_1` before.
    return candidates.filter { weight in
      guard let scope = weight.components.dropLast().last, !siblings.contains(scope),
        let mark = scope.lastIndex(of: "_"), scope[mark...].dropFirst().allSatisfy(\.isNumber)
      else { return false }
      return scope[..<mark] == path[path.count - 1]
    }
  }

  /// The values of `dataset`, row-major.
  func withValues<R>(
    of dataset: HDF5Archive.Dataset, _ body: (UnsafeBufferPointer<Float>) throws -> R
  ) rethrows -> R {
    try archive.withValues(of: dataset, body)
  }

  /// Weights in the file that were not asked for, sorted.
  var unused: [String] {
    let prefix = root.count + 1
    return groups.values.joined().map(\.path).filter { !taken.contains($0) }
      .map { String($0.dropFirst(prefix)) }.sorted()
  }
}
