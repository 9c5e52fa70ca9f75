import Network

/// Which known architecture an archive's tensors are the weights of, told by their names and shapes
/// alone.
///
/// All architectures' layers are known by name after one walk over their descriptions; the few that have
/// most of the file's are built and compared in full.
struct ArchitectureRecognition {
  let architecture: Architecture
  let dialect: Dialect
  /// Outputs; `nil`: a network without a classifier.
  let classes: Int?
  /// Channels of the images that it reads.
  let channels: Int
  /// What the network's tensors are called in the file.
  let names: StateDictionaryNames
  /// Other networks whose weights have the same names and shapes, and that compute something else.
  let alternatives: [String]

  /// Candidates that are built before one counts as the best.
  private static let maximumBuilt = 12

  /// An architecture in a dialect and the names of its layers, those without weights included.
  private struct Member {
    let architecture: Architecture
    let dialect: Dialect
    let naming: TensorNaming
    let layers: Set<Substring>
  }

  private static let members: [Member] = Architecture.all.flatMap { architecture in
    architecture.dialects.compactMap { dialect in
      TensorNaming(dialect).map { naming in
        Member(
          architecture: architecture, dialect: dialect, naming: naming,
          layers: Set(architecture.layerNames(dialect).map { $0[...] }))
      }
    }
  }

  /// - Parameters:
  ///   - asked: the architecture's name in any dialect, where a person says it.
  ///   - dialect: the one that the name is of, where that is known.
  ///   - hint: a name that may begin with the architecture's, as those of torchvision's files do: it is
  ///     tried first, and nothing is believed of it.
  /// - Throws: `UnrecognizedNetwork` with the nearest architecture; `UnexpectedContent` for a name that is
  ///   not known.
  init(
    _ archive: any TensorArchive, asked: String? = nil, dialect: Dialect? = nil, hint: String = ""
  ) throws {
    if asked == nil, let hinted = try Self.hinted(archive, hint) {
      self.init(hinted, alternatives: [])
      return
    }
    let members = try Self.members(asked: asked, dialect)
    var nearest: ArchitectureCandidate?
    let readings = TensorNaming.allCases.flatMap {
      StateDictionaryNames.readings(of: archive.tensorNames, $0)
    }
    for names in readings {
      // The weights of a small network may all be there in a larger one: those with most that fit.
      var fitting: [ArchitectureCandidate] = []
      for (member, common) in Self.likely(members, naming: names) {
        // A layer has five weights at most: nothing that follows can have more.
        if let best = fitting.first, best.matches > common * 5 { break }
        let candidate = try ArchitectureCandidate(
          member.architecture, member.dialect, in: archive, names: names)
        if candidate.matches > nearest?.matches ?? 0 { nearest = candidate }
        guard candidate.fits, candidate.matches >= fitting.first?.matches ?? 0 else { continue }
        if candidate.matches > fitting.first?.matches ?? 0 { fitting = [] }
        fitting.append(candidate)
      }
      if let best = fitting.first {
        self.init(
          best,
          alternatives: try fitting.dropFirst().filter { try !$0.computesAs(best) }.map(\.title))
        return
      }
    }
    throw UnrecognizedNetwork(tensors: archive.tensorNames.count, nearest: nearest, asked: asked)
  }

  private init(_ candidate: ArchitectureCandidate, alternatives: [String]) {
    architecture = candidate.architecture
    dialect = candidate.dialect
    classes = candidate.classes
    channels = candidate.channels
    names = candidate.names
    self.alternatives = alternatives
  }

  /// The network that a file is named after, where it is of it in full: no other has to be looked at.
  private static func hinted(
    _ archive: any TensorArchive, _ hint: String
  ) throws -> ArchitectureCandidate? {
    let named = Architecture.all.flatMap { architecture in
      architecture.dialects.filter { $0.isOfTorch && hint.hasPrefix(architecture.name(in: $0)) }
        .map { (architecture, $0) }
    }.max { $0.0.name(in: $0.1).utf8.count < $1.0.name(in: $1.1).utf8.count }
    guard let (architecture, dialect) = named,
      let names = StateDictionaryNames.readings(of: archive.tensorNames).first
    else { return nil }
    let candidate = try ArchitectureCandidate(architecture, dialect, in: archive, names: names)
    return candidate.fits && isWhole(candidate) ? candidate : nil
  }

  private static func members(
    asked: String?, _ dialect: Dialect?
  ) throws(UnexpectedContent) -> [Member] {
    guard let asked else { return members }
    let found = members.filter { member in
      let name = member.architecture.name(in: member.dialect)
      guard let dialect else { return name == asked || member.architecture.name == asked }
      return member.dialect == dialect && name == asked
    }
    guard !found.isEmpty else {
      let isKnown = Architecture.find(asked) != nil
      throw UnexpectedContent(
        expected: "an architecture that has PyTorch's or slim's names as --architecture",
        found: isKnown ? "'\(asked)', which Keras alone has" : "'\(asked)', which is not known")
    }
    return found
  }

  /// Those that have at least half as many of the file's layers as the one with most, most first; of
  /// equals the one with fewer layers of its own.
  private static func likely(
    _ members: [Member], naming names: StateDictionaryNames
  ) -> [(member: Member, common: Int)] {
    let layers = names.layers
    let counted = members.filter { $0.naming == names.naming }
      .map { ($0, layers.count(where: $0.layers.contains)) }
    let most = counted.map(\.1).max() ?? 0
    return
      counted.enumerated()
      .filter { $0.element.1 > 0 && 2 * $0.element.1 >= most }
      .sorted {
        let (left, right) = ($0.element, $1.element)
        return (right.1, left.0.layers.count, $0.offset) < (left.1, right.0.layers.count, $1.offset)
      }
      .prefix(maximumBuilt).map { (member: $0.element.0, common: $0.element.1) }
  }

  /// Whether nothing in the file but counters is left over.
  private static func isWhole(_ candidate: ArchitectureCandidate) -> Bool {
    candidate.names.file.keys.count { !StateDictionary.isCounter($0) } == candidate.matches
  }
}

/// Tensors of no architecture that is known.
struct UnrecognizedNetwork: Error {
  let tensors: Int
  /// With most weights in common; `nil`: none has any.
  let nearest: NearestArchitecture?
  let asked: String?

  init(tensors: Int, nearest: ArchitectureCandidate?, asked: String?) {
    self.tensors = tensors
    self.nearest = nearest.map(NearestArchitecture.init)
    self.asked = asked
  }

  var expected: String {
    asked.map { "weights of \($0)" } ?? "weights of a network that Thaw knows (thaw zoo lists them)"
  }

  var found: String {
    guard let nearest else { return "\(tensors) tensors of none" }
    return "\(tensors) tensors, "
      + (asked == nil ? "nearest to \(nearest)" : "of which \(nearest.words)")
  }
}

/// The architecture that tensors come nearest to, and how they differ.
package struct NearestArchitecture: Hashable, Sendable, CustomStringConvertible {
  /// In its dialect.
  package let name: String
  package let dialect: Dialect
  /// Weights that are as they should be.
  package let matches: Int
  /// The first of those that are not, and how.
  package let differences: [String]
  package let differenceCount: Int

  private static let shown = 3

  init(
    name: String, dialect: Dialect, matches: Int, differences: [String], differenceCount: Int
  ) {
    self.name = name
    self.dialect = dialect
    self.matches = matches
    self.differences = differences
    self.differenceCount = differenceCount
  }

  init(_ candidate: ArchitectureCandidate) {
    name = candidate.architecture.name(in: candidate.dialect)
    dialect = candidate.dialect
    matches = candidate.matches
    differences = Array(candidate.differences.prefix(Self.shown))
    differenceCount = candidate.differences.count
  }

  var words: String {
    let more = differenceCount - differences.count
    return differences.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
  }

  package var description: String { "\(dialect.title)'s \(name), of which \(words)" }
}
