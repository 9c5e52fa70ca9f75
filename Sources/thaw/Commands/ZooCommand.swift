import ArgumentParser
import EngineInterface
import Files
import Network
import Workbench

struct ZooCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zoo",
    abstract: "List the architectures that Thaw knows.",
    discussion: """
      Files of weights alone are recognised as one of them by names and shapes; any of their names does \
      for --architecture, and as zoo:NAME it is the network with random weights.
      """)

  @Flag(help: "One JSON object a line.")
  var json = false

  func run() throws {
    let rows = try Architecture.all.map(ZooRow.init)
    guard !json else {
      for row in rows { StandardOutput.print(JSONLine.encode(row)) }
      return
    }
    for line in Self.table(rows) { StandardOutput.print(line) }
  }

  /// Families in the order of their first members, each said once.
  private static func table(_ rows: [ZooRow]) -> [String] {
    var families: [String] = []
    for row in rows where !families.contains(row.family) { families.append(row.family) }
    let dialects = Dialect.allCases.filter { dialect in
      rows.contains { $0.name(in: dialect) != nil }
    }
    var cells = [["family", "image", "parameters"] + dialects.map(\.rawValue)]
    for family in families {
      for (index, row) in rows.filter({ $0.family == family }).enumerated() {
        cells.append(
          [index == 0 ? family : "", row.imageText, NumberText.count(row.parameters, width: 8)]
            + dialects.map { row.name(in: $0) ?? "–" })
      }
    }
    return TextTable.lines(cells, right: [1, 2])
  }
}

/// An architecture as a row of the table, or as a JSON object.
private struct ZooRow: Encodable {
  struct Member: Encodable {
    let dialect: String
    /// What the dialect calls it.
    let name: String
    /// Height and width of the images that it was made for.
    let image: [Int]
    /// With a classifier of ImageNet's 1000 classes.
    let parameters: Int
  }

  let name: String
  let family: String
  let dialects: [Member]
  /// Of the first dialect.
  var parameters: Int { dialects[0].parameters }

  init(_ architecture: Architecture) throws {
    name = architecture.name
    family = architecture.family
    dialects = try architecture.dialects.map { dialect in
      let graph = try architecture.graph(dialect)
      return Member(
        dialect: dialect.rawValue, name: architecture.name(in: dialect),
        image: Array(architecture.inputShape(dialect).dimensions.prefix(2)),
        parameters: graph.parameterCount)
    }
  }

  /// `224`, or `224/299` where the dialects differ.
  var imageText: String {
    let edges = Set(dialects.map { $0.image[0] }).sorted()
    return edges.map(String.init).joined(separator: "/")
  }

  func name(in dialect: Dialect) -> String? {
    dialects.first { $0.dialect == dialect.rawValue }?.name
  }
}
