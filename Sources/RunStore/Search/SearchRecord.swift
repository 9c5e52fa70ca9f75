import EngineInterface
import Files
import FoundationEssentials

/// What a search was asked for: beside the record of the run that it starts from.
package struct SearchRecord: Codable, Sendable, Equatable {
  package var dimensions: [SearchDimension]
  package var budget: SearchBudget
  package var seed: UInt64
  /// Of one beside a run.
  package var beginning: SearchBeginning?

  package init(
    dimensions: [SearchDimension], budget: SearchBudget, seed: UInt64,
    beginning: SearchBeginning? = nil
  ) {
    self.dimensions = dimensions
    self.budget = budget
    self.seed = seed
    self.beginning = beginning
  }

  private static let maximumBytes = 1 << 20

  /// - Throws: `FileError`.
  package func write(to path: String) throws {
    let data = try JSONCoding.encoder(pretty: true).encode(self)
    try OutputFile.write(Array(data) + [UInt8(ascii: "\n")], to: path)
  }

  /// - Throws: `FileError`, `FormatError`.
  package static func read(_ path: String) throws -> SearchRecord {
    let bytes = try InputFile.contents(of: path, limit: maximumBytes)
    let record: SearchRecord
    do {
      record = try JSONCoding.decoder().decode(SearchRecord.self, from: Data(bytes))
    } catch {
      throw FormatError(path: path, expected: "a search's record", found: JSONCoding.reason(error))
    }
    if let objection = record.objection { throw FormatError(path: path, objection) }
    return record
  }

  /// Why it cannot be searched; `nil` where it can.
  package var objection: OutOfRange? {
    guard 1...SearchDimension.countLimit ~= dimensions.count else {
      return OutOfRange(
        expected: "1 to \(SearchDimension.countLimit) values to search",
        found: "\(dimensions.count)")
    }
    if Set(dimensions.map(\.variable)).count < dimensions.count {
      return OutOfRange(expected: "each value once", found: "one of them twice")
    }
    if let step = beginning?.step, let objection = TuningRange.steps.objection(to: step) {
      return objection
    }
    return dimensions.lazy.compactMap(\.objection).first ?? budget.objection
  }
}
