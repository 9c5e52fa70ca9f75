/// The weights of a `.keras` archive or of `save_weights`, by place: `layers/conv2d_1/vars/0` is the
/// first weight of the second layer of class `Conv2D`, in the model's order. A model in a model is
/// such a group again. Keras 2.12 and 2.13 have `_layer_checkpoint_dependencies` for `layers`, where numbers
/// may have gaps: layers with weights stand in it twice.
struct KerasVariables: KerasWeightSource {
  let archive: HDF5Archive
  /// Names of the models around a layer and its own → the group of its weights.
  private var groups: [[String]: String] = [:]
  private var taken: Set<String> = []

  /// Groups of the root with what training left behind, which starts afresh.
  static let trainingState = [
    "optimizer", "metrics", "_metrics", "_compile_metrics", "_loss_tracker", "_optimizer",
  ]

  /// - Throws: where layers and groups cannot be put together.
  init(archive: HDF5Archive, of model: KerasModelDefinition) throws(UnexpectedContent) {
    self.archive = archive
    try place(model, KerasVariableGroups(archive), in: "", path: [])
  }

  private mutating func place(
    _ model: KerasModelDefinition, _ all: KerasVariableGroups, in group: String, path: [String]
  ) throws(UnexpectedContent) {
    let members = all.members(of: group)
    guard !members.isEmpty else {
      throw UnexpectedContent(
        expected: "a group of weights for the layers of model '\(model.name)'",
        found: "none in '\(group)'")
    }
    let layers = model.layers.filter { !$0.configuration.isOperation }
    let named = Dictionary(members.compactMap { member in member.name.map { ($0, member) } }) {
      first, _ in first
    }
    // Names tell most, where the file has them and they are those of this model: the ones that Keras
    // makes itself differ from one session to the next.
    let isNamed = layers.allSatisfy { layer in
      layer.isInput || named[layer.name]?.className == layer.snakeName
    }
    var counts: [String: Int] = [:]
    let byClass = Dictionary(grouping: members, by: \.className)
    for layer in layers {
      let place = counts[layer.snakeName, default: 0]
      counts[layer.snakeName] = place + 1
      let ordered = byClass[layer.snakeName] ?? []
      let member =
        isNamed ? named[layer.name] : ordered.indices.contains(place) ? ordered[place] : nil
      guard let member else { continue }
      let path = path + [layer.name]
      groups[path] = member.path
      // Models without weights, such as of augmentations, may have no groups of their own.
      if let inner = layer.model, !all.members(of: member.path).isEmpty {
        try self.place(inner, all, in: member.path, path: path)
      }
    }
  }

  mutating func tensor(_ place: KerasWeightPlace) throws(UnexpectedContent) -> String {
    guard let group = groups[place.path] else {
      throw UnexpectedContent(expected: "a group of weights for \(place.label)", found: "none")
    }
    let name = try archive.readable("\(group)/vars/\(place.index)")
    taken.insert(name)
    return name
  }

  var unused: [String] {
    archive.datasets.keys.filter { !taken.contains($0) && !$0.contains("seed_generator") }.sorted()
  }
}

/// The groups of layers in such a file.
struct KerasVariableGroups {
  /// The group of one layer.
  struct Member: Equatable {
    let path: String
    /// `conv2d` of `conv2d_1`.
    let className: String
    fileprivate let number: Int
    /// What the layer was called, which Keras keeps since 3.6.
    let name: String?
  }

  private let archive: HDF5Archive
  private let children: [String: [String]]

  init(_ archive: HDF5Archive) {
    self.archive = archive
    var children: [String: [String]] = [:]
    for path in archive.groups.keys.sorted() where !path.isEmpty {
      let mark = path.lastIndex(of: "/")
      let parent = mark.map { String(path[..<$0]) } ?? ""
      children[parent, default: []].append(path)
    }
    self.children = children
  }

  /// The groups of the layers in a model's, by class and number.
  func members(of group: String) -> [Member] {
    let containers = ["layers", "_layer_checkpoint_dependencies", "_self_tracked_trackables"]
    for container in containers {
      let path = group.isEmpty ? container : "\(group)/\(container)"
      guard let found = children[path] else { continue }
      return found.map(member).sorted { ($0.className, $0.number) < ($1.className, $1.number) }
    }
    return []
  }

  private func member(_ path: String) -> Member {
    let last = String(path.split(separator: "/").last ?? "")
    let (base, number) = KerasNumbering.parts(of: last)
    return Member(
      path: path, className: base, number: number ?? 0,
      name: archive.groups["\(path)/vars"]?["name"]?.first)
  }

  /// Names of the datasets that are a layer's weights, in order.
  func weights(of member: Member) -> [String] {
    var names: [String] = []
    while archive.datasets["\(member.path)/vars/\(names.count)"] != nil
      || archive.unreadable["\(member.path)/vars/\(names.count)"] != nil
    {
      names.append("\(member.path)/vars/\(names.count)")
    }
    return names
  }
}

/// Names that end in a number, as Keras makes them.
enum KerasNumbering {
  /// `conv2d` and 17 of `conv2d_17`; no number of `conv2d`.
  static func parts(of name: String) -> (base: String, number: Int?) {
    guard let mark = name.lastIndex(of: "_"),
      let number = Int(name[mark...].dropFirst()), number >= 0,
      name[mark...].dropFirst().allSatisfy({ $0.isASCII && $0.isNumber })
    else { return (name, nil) }
    return (String(name[..<mark]), number)
  }

  /// What Keras calls a layer of a class that was given no name: `global_average_pooling2d`.
  static func snakeCase(_ className: String) -> String {
    let characters = Array(
      className.unicodeScalars.filter {
        $0.properties.isAlphabetic
          || $0.properties.numericType != nil || $0 == "_"
      })
    var words = ""
    for (index, character) in characters.enumerated() {
      let isUpper = character.properties.isUppercase
      if isUpper, index > 0 {
        let next = index + 1 < characters.count ? characters[index + 1] : nil
        if next?.properties.isLowercase == true || characters[index - 1].properties.isLowercase {
          words += "_"
        }
      }
      words += isUpper ? character.properties.lowercaseMapping : String(character)
    }
    return words
  }
}

extension KerasModelDefinition.Layer {
  /// What Keras calls a layer of this class.
  var snakeName: String { KerasNumbering.snakeCase(configuration.className) }
}
