import Foundation
import Network

/// What the frameworks say of our architectures: a file a family, which `make_architecture_fixtures.py`
/// makes.
enum ArchitectureFixtures {
  /// What one framework says of one network.
  struct Entry: Decodable {
    /// How many weights it has, and the digest of their names and shapes.
    var tensors: Int?
    var digest: String?
    /// The digest without a classifier, where the framework has such networks.
    var headless: String?
    /// Height and width of the image that the logits are of.
    var image: [Int]?
    /// With weights of the formula, and 4 classes.
    var logits: [Float]?
    /// What the formula's weights are multiplied by; nothing said: 1.
    var gain: Double?
  }

  /// Those of all networks' logits are too many for every run: see the script.
  private static let folder =
    ProcessInfo.processInfo.environment["THAW_ARCHITECTURE_FIXTURES"]
    ?? FixtureFile.path("Architectures")

  /// Of a family, by dialect and name: `torchvision resnet18`.
  static func entries(of family: String) throws -> [String: Entry] {
    let data = try Data(contentsOf: URL(filePath: "\(folder)/\(family).json"))
    return try JSONDecoder().decode([String: Entry].self, from: data)
  }

  /// Families that have a file.
  static let families = Set(
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) })

  static func key(_ architecture: Architecture, _ dialect: Dialect) -> String {
    "\(dialect.rawValue) \(architecture.name(in: dialect))"
  }

  /// FNV-1a, 64 bits, of lines in the order of their bytes, each with its end.
  static func digest(_ lines: [String]) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for line in lines.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      for byte in line.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      hash = (hash ^ 10) &* 0x100_0000_01b3
    }
    return String(hash, radix: 16)
  }
}
