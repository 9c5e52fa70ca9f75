import EngineInterface
import Files
import FoundationEssentials

/// What was asked for when a run began: `run.json`. Never changed afterwards.
package struct RunRecord: Codable, Sendable, Equatable {
  package static let currentFormat = 1
  /// Largest `run.json` that is read.
  static let maximumBytes = 16 << 20

  package var format = currentFormat
  package var name: String
  /// As given: a file or folder, `demo`, `zoo:…`. A path is absolute, so that a resume from
  /// elsewhere finds it.
  package var model: String
  package var data: String
  /// A path, or a fraction as text; `nil`: what the data brings along.
  package var validation: String?
  package var seed: UInt64
  /// Before the first edit.
  package var settings: TuningSettings
  /// Seconds since 1970.
  package var created: Double
  package var programVersion: String
  /// Where it began.
  package var machine: MachineDescription

  package init(
    name: String, model: String, data: String, validation: String?, seed: UInt64,
    settings: TuningSettings, created: Double, programVersion: String,
    machine: MachineDescription
  ) {
    self.name = name
    self.model = model
    self.data = data
    self.validation = validation
    self.seed = seed
    self.settings = settings
    self.created = created
    self.programVersion = programVersion
    self.machine = machine
  }

  private enum OlderKeys: String, CodingKey { case processor }

  /// Older runs know only the processor of their machine.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    format = try values.decode(Int.self, forKey: .format)
    name = try values.decode(String.self, forKey: .name)
    model = try values.decode(String.self, forKey: .model)
    data = try values.decode(String.self, forKey: .data)
    validation = try values.decodeIfPresent(String.self, forKey: .validation)
    seed = try values.decode(UInt64.self, forKey: .seed)
    settings = try values.decode(TuningSettings.self, forKey: .settings)
    created = try values.decode(Double.self, forKey: .created)
    programVersion = try values.decode(String.self, forKey: .programVersion)
    let older = try decoder.container(keyedBy: OlderKeys.self)
    machine =
      try values.decodeIfPresent(MachineDescription.self, forKey: .machine)
      ?? MachineDescription(processor: older.decode(String.self, forKey: .processor))
  }

  /// The file's content: the record, and the caller's own options under `options`.
  private struct File<Options: Encodable>: Encodable {
    var record: RunRecord
    var options: Options
  }

  private struct RecordOnly: Decodable {
    var record: RunRecord
  }

  private struct OptionsOnly<Options: Decodable>: Decodable {
    var options: Options
  }

  func write(with options: some Encodable, to path: String) throws {
    let data = try JSONCoding.encoder(pretty: true).encode(File(record: self, options: options))
    try OutputFile.write(Array(data) + [UInt8(ascii: "\n")], to: path)
  }

  /// - Throws: `FileError`, `FormatError`.
  static func read(_ path: String) throws -> RunRecord {
    let record = try decode(RecordOnly.self, from: path).record
    guard record.format == currentFormat else {
      throw FormatError(
        path: path, expected: "format \(currentFormat)", found: "format \(record.format)")
    }
    if let objection = record.settings.objection { throw FormatError(path: path, objection) }
    return record
  }

  static func readOptions<Options: Decodable>(_ type: Options.Type, _ path: String) throws
    -> Options
  {
    try decode(OptionsOnly<Options>.self, from: path).options
  }

  private static func decode<Value: Decodable>(_ type: Value.Type, from path: String) throws
    -> Value
  {
    let bytes = try InputFile.contents(of: path, limit: maximumBytes)
    do {
      return try JSONCoding.decoder().decode(type, from: Data(bytes))
    } catch {
      throw FormatError(path: path, expected: "a run's record", found: JSONCoding.reason(error))
    }
  }
}
