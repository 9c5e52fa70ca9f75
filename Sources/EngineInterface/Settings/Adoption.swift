/// What a run takes over from a trial of the search beside it: its values and its weights.
package struct Adoption: Codable, Sendable, Equatable {
  package var trial: Int
  /// In the run's folder, with the trial's weights and what its optimiser remembered of them: a run that is
  /// resumed or made again reads them there.
  package var file: String
  /// Of the run from then on.
  package var settings: TuningSettings

  package init(trial: Int, file: String, settings: TuningSettings) {
    self.trial = trial
    self.file = file
    self.settings = settings
  }

  private static let prefix = "adopted-"
  private static let suffix = ".safetensors"
  private static let longestName = 64

  /// Of the file that a trial's weights are kept in which were adopted after `step`.
  /// - Parameter number: of one that is adopted at that step once more; from 1.
  package static func file(step: Int, trial: Int, number: Int = 1) -> String {
    "\(prefix)\(step)-\(trial)" + (number > 1 ? "-\(number)" : "") + suffix
  }

  /// Why it cannot be, whatever the network; `nil` where it can. A name from a journal leads nowhere else.
  package var objection: OutOfRange? {
    let middle = file.dropFirst(Self.prefix.count).dropLast(Self.suffix.count)
    guard file.hasPrefix(Self.prefix), file.hasSuffix(Self.suffix), !middle.isEmpty,
      file.utf8.count <= Self.longestName,
      middle.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || $0 == 0x2D })
    else {
      return OutOfRange(expected: "a file of adopted weights in the run's folder", found: file)
    }
    return settings.objection
  }
}
