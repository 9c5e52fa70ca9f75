import EngineInterface
import RunStore

/// What a search engine searches, and from where.
package struct SearchInputs {
  let subject: SearchSubject
  package let record: SearchRecord
  /// With what was read added to it.
  package let configuration: EngineConfiguration
  /// What trials begin with, but for what they try.
  package var settings: TuningSettings { subject.settings }
  /// What reading has found, for a person.
  let notices: [String]
  /// Where the search is kept, held by this process; `nil`: nowhere.
  package var run: Run?

  init(
    subject: SearchSubject, record: SearchRecord, configuration: EngineConfiguration,
    notices: [String]
  ) {
    self.subject = subject
    self.record = record
    self.configuration = configuration
    self.notices = notices
  }
}

extension SearchInputs {
  /// The same, with the first round's points drawn by another seed than everything else.
  package func drawing(seed: UInt64) -> SearchInputs {
    var inputs = SearchInputs(
      subject: subject,
      record: SearchRecord(dimensions: record.dimensions, budget: record.budget, seed: seed),
      configuration: configuration, notices: notices)
    inputs.run = run
    return inputs
  }
}

/// What is to be searched.
package enum SearchRequest: Sendable {
  case new([SearchWish], SearchBudget)
  /// As it is kept.
  case existing(SearchRecord)
}
