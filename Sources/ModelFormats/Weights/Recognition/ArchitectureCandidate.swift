import Network

/// One architecture in one dialect, held against the tensors of a file.
struct ArchitectureCandidate {
  let architecture: Architecture
  let dialect: Dialect
  /// Outputs; `nil`: the file has no classifier.
  private(set) var classes: Int?
  /// Channels of the images: a first convolution that was put in for grey ones, or more than three, is
  /// of the same network.
  private(set) var channels: Int
  private(set) var names: StateDictionaryNames
  /// Weights that are in the file as they should be.
  private(set) var matches = 0
  /// Weights that are not, and how.
  private(set) var differences: [String] = []

  private static let largestHead = 1 << 16
  private static let mostChannels = 512

  private var naming: TensorNaming { names.naming }

  /// - Parameter dialect: one whose naming is that of `names`.
  /// - Throws: `ArchitectureError` where the network cannot be built, which none should.
  init(
    _ architecture: Architecture, _ dialect: Dialect, in archive: any TensorArchive,
    names: StateDictionaryNames
  ) throws {
    self.architecture = architecture
    self.dialect = dialect
    self.names = names
    channels = architecture.inputShape(dialect).channels
    var places = names.naming.places(
      of: try architecture.graph(dialect, classes: Architecture.classes))
    guard let last = places.last(where: { $0.specification.role == .kernel }) else { return }
    adoptHead(last.layer, in: archive)
    let head = self.names.file[last.stored.name].flatMap { archive.tensor(named: $0) }
    // Another network may end in a tensor of the same name and of any size.
    classes = head.flatMap { head in
      let axis = naming.outputAxis(rank: head.shape.count)
      guard head.shape.indices.contains(axis), (1...Self.largestHead).contains(head.shape[axis])
      else { return nil }
      return head.shape[axis]
    }
    if head == nil {
      places = naming.places(of: try architecture.graph(dialect, classes: nil))
    }
    let first = places.first { $0.specification.role == .kernel }
    for place in places {
      var wanted = place.stored.layout.arrangement(of: place.specification.shape).storedShape
      if place.layer == last.layer, let classes, !wanted.isEmpty {
        wanted[naming.outputAxis(rank: wanted.count)] = classes
      }
      let found = self.names.file[place.stored.name].flatMap { archive.tensor(named: $0) }?.shape
      let axis = naming.channelAxis
      if place.stored.name == first?.stored.name, let found, found.count == 4, wanted.count == 4,
        wanted[axis] == channels, (1...Self.mostChannels).contains(found[axis])
      {
        (channels, wanted[axis]) = (found[axis], found[axis])
      }
      if found == wanted {
        matches += 1
      } else {
        differences.append(
          "'\(place.stored.name)' is \(found.map { Shape($0).description } ?? "missing"), "
            + "not \(Shape(wanted))")
      }
    }
    differences += surplus(besides: places.map(\.stored.name))
  }

  /// A head of one's own is often a sequence with one dense layer, `fc.1`: it stands for the network's.
  private mutating func adoptHead(_ head: String, in archive: any TensorArchive) {
    guard naming == .stateDictionary, names.file[head + ".weight"] == nil else { return }
    let inside = names.file.keys.filter { name in
      name.hasPrefix(head + ".") && name.hasSuffix(".weight")
        && name.dropFirst(head.count + 1).dropLast(".weight".count).allSatisfy(\.isNumber)
    }
    guard inside.count == 1, let name = inside.first, let file = names.file[name],
      archive.tensor(named: file)?.shape.count == 2
    else { return }
    names.rename(String(name.dropLast(".weight".count)), to: head)
  }

  /// What a deeper network of the same family has beside the weights of this one. Tensors of parts that
  /// the architecture does not have at all are somebody's own, and say nothing against it.
  private func surplus(besides known: [String]) -> [String] {
    let parts = Set(known.map(part))
    let known = Set(known)
    return names.file.keys.filter { name in
      parts.contains(part(of: name)) && !known.contains(name) && !naming.isOfTraining(name)
    }
    .sorted().map { "'\($0)' has no place" }
  }

  /// `layer3` of `layer3.6.conv1.weight`.
  private func part(of name: String) -> Substring { name.prefix { $0 != naming.separator } }

  /// Whether every weight is there, and nothing else of the parts of the network.
  var fits: Bool { differences.isEmpty && matches > 0 }

  /// `timm's resnet50`.
  var title: String { "\(dialect.title)'s \(architecture.name(in: dialect))" }

  /// Whether a network that fits the same weights makes the same of them, training apart.
  func computesAs(_ other: ArchitectureCandidate) throws -> Bool {
    func layers(_ candidate: ArchitectureCandidate) throws -> [String] {
      try candidate.architecture.graph(candidate.dialect, classes: candidate.classes).nodes
        .filter { !["Dropout", "SpatialDropout2D"].contains($0.layer.kind) }
        .map { "\($0.layer)" }
    }
    return try layers(self) == layers(other)
  }
}
