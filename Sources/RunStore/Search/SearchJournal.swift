import EngineInterface
import Files
import FoundationEssentials

/// What has happened in a search, a line each: with these in their order its planner comes to the same
/// table again.
package enum SearchEvent: Codable, Sendable, Equatable {
  /// A trial has trained one more epoch.
  case epoch(trial: Int, loss: Double, accuracy: Double)
  /// It cannot go on; the error's words.
  case failed(trial: Int, reason: String)
  /// A person has stopped it.
  case cancelled(trial: Int)
  case extended(trials: Int, minutes: Double)
  /// Seconds that the search has worked when it was over, or was left.
  case ended(SearchEnding)
  case worked(seconds: Double)
}

/// The journal of a search, open for appending. Belongs to one queue at a time.
package final class SearchJournal {
  private let lines: LineFile
  private let encoder = JSONCoding.encoder()

  /// - Throws: `FileError`.
  package init(path: String) throws {
    lines = try LineFile(path: path)
  }

  /// - Throws: `FileError`; the line is then written with the next one.
  package func append(_ event: SearchEvent) throws {
    do {
      lines.add(try encoder.encode(event))
    } catch {
      preconditionFailure("a search's event cannot be encoded: \(error)")
    }
    try lines.write()
  }

  /// Makes what was written survive a power cut.
  package func synchronize() throws { try lines.synchronize() }

  /// What a journal says; nothing where there is none.
  /// - Throws: `FileError`; `FormatError` at the first line that cannot be understood: what follows would
  ///   mean something else without it.
  package static func read(_ path: String) throws -> [SearchEvent] {
    let file: InputFile
    do {
      file = try InputFile(path: path)
    } catch let error as FileError where error.isMissing {
      return []
    }
    try JournalContents.checkSize(of: file)
    let decoder = JSONCoding.decoder()
    var events: [SearchEvent] = []
    var number = 0
    var unreadable: Int?
    try JournalContents.forEachLine(in: file) { line in
      number += 1
      guard unreadable == nil else { return }
      if let line, let event = try? decoder.decode(SearchEvent.self, from: Data(line)) {
        events.append(event)
      } else {
        unreadable = number
      }
    }
    if let unreadable {
      throw FormatError(
        path: path, expected: "an event of a search in line \(unreadable)", found: "something else")
    }
    return events
  }
}

extension RunFolder {
  package var searchPath: String { joinPath(path, "search.json") }
  package var searchJournalPath: String { joinPath(path, "search.jsonl") }
  package var trialsPath: String { joinPath(path, "trials") }

  /// Where the weights that training changes lie of a trial that pauses or is over.
  package func trialPath(_ trial: Int) -> String {
    joinPath(trialsPath, "trial-\(NumberText.padded(trial, digits: 5)).safetensors")
  }

  /// Whether it is a search, and not a single run.
  package var isSearch: Bool { InputFile.exists(searchPath) }
}
