import Network

/// Which known architecture an archive's tensors are the weights of, told by their names and shapes
/// alone.
struct ArchitectureRecognition {
  let architecture: Architecture
  let classes: Int
  /// What stands in front of every name, such as `module.`.
  let prefix: String

  /// What wrappers of PyTorch put in front of a network's names.
  private static let prefixes = ["module.", "_orig_mod.", "model.", "backbone."]

  /// - Throws: `UnexpectedContent` that names the nearest architecture and the first differences.
  init(_ archive: any TensorArchive) throws {
    prefix = Self.commonPrefix(of: archive.tensorNames)
    // The weights of a small network may all be there in a larger one: the most that fits.
    var exact: Candidate?
    var nearest: Candidate?
    for architecture in Architecture.all where architecture.dialects.contains(.torchvision) {
      guard let candidate = try Candidate(architecture, in: archive, prefix: prefix) else {
        continue
      }
      if candidate.differences.isEmpty, candidate.matches > exact?.matches ?? 0 {
        exact = candidate
      }
      if candidate.matches > nearest?.matches ?? 0 { nearest = candidate }
    }
    if let exact {
      architecture = exact.architecture
      classes = exact.classes
      return
    }
    let count = archive.tensorNames.count
    throw UnexpectedContent(
      expected: "weights of an architecture that Thaw knows "
        + "(\(Architecture.names.joined(separator: ", ")), with torchvision's names)",
      found: nearest.map { "\(count) tensors, nearest to \($0)" } ?? "\(count) tensors of none")
  }

  /// The wrappers' prefixes that all names have, one after the other.
  private static func commonPrefix(of names: [String]) -> String {
    var common = ""
    while let next = prefixes.first(where: { prefix in
      !names.isEmpty && names.allSatisfy { $0.hasPrefix(common + prefix) }
    }) {
      common += next
    }
    return common
  }

  /// One architecture, held against an archive.
  private struct Candidate: CustomStringConvertible {
    let architecture: Architecture
    let classes: Int
    /// Weights that are in the archive as they should be.
    private(set) var matches = 0
    /// Weights that are not, and how.
    private(set) var differences: [String] = []

    /// `nil` where the archive has nothing that ends the architecture.
    init?(_ architecture: Architecture, in archive: any TensorArchive, prefix: String) throws {
      self.architecture = architecture
      let graph = try architecture.graph(.torchvision, classes: Architecture.classes)
      let last = StateDictionary.places(of: graph).last { $0.specification.role == .kernel }
      let outputs = last.flatMap { archive.tensor(named: prefix + $0.stored.name)?.shape.first }
      // Another network may end in a tensor of the same name and of any size.
      classes = outputs.flatMap { (1...Self.largestHead).contains($0) ? $0 : nil } ?? 0
      guard classes > 0 else { return nil }
      let places = StateDictionary.places(
        of: try architecture.graph(.torchvision, classes: classes))
      for place in places {
        let wanted = place.stored.layout.arrangement(of: place.specification.shape).storedShape
        let found = archive.tensor(named: prefix + place.stored.name)?.shape
        if found == wanted {
          matches += 1
        } else {
          differences.append(
            "'\(place.stored.name)' is \(found.map { Shape($0).description } ?? "missing"), "
              + "not \(Shape(wanted))")
        }
      }
      differences += Self.surplus(in: archive, prefix: prefix, besides: places.map(\.stored.name))
    }

    /// What a deeper network of the same family has beside the weights of this one. Tensors of parts that
    /// the architecture does not have at all are somebody's own, and say nothing against it.
    private static func surplus(
      in archive: any TensorArchive, prefix: String, besides known: [String]
    ) -> [String] {
      let parts = Set(known.map(part))
      let names = Set(known)
      return archive.tensorNames.map { String($0.dropFirst(prefix.count)) }
        .filter { name in
          parts.contains(part(of: name)) && !names.contains(name)
            && !StateDictionary.isCounter(name)
        }
        .sorted().map { "'\($0)' has no place" }
    }

    /// `layer3` of `layer3.6.conv1.weight`.
    private static func part(of name: String) -> Substring { name.prefix { $0 != "." } }

    private static let largestHead = 1 << 16

    var description: String {
      let shown = differences.prefix(3).joined(separator: "; ")
      let more = differences.count > 3 ? "; and \(differences.count - 3) more" : ""
      return "\(architecture.name), of which \(shown)\(more)"
    }
  }
}
