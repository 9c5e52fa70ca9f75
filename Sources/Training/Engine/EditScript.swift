import EngineInterface
import RunStore

/// Edits of a journal that are still to be made, each at its step.
struct EditScript {
  private var edits: ArraySlice<JournaledEdit>
  /// A replay is a run of its own, and journals what it makes again; a resumed run's journal has it.
  let isReplay: Bool
  /// The step at which a replay ends, though there may be epochs left: there its model ended.
  let lastStep: Int?

  /// A run that resumes, or begins with no script at all.
  init(_ edits: [JournaledEdit] = []) {
    self.edits = edits[...]
    isReplay = false
    lastStep = nil
  }

  init(replaying edits: [JournaledEdit], to lastStep: Int?) {
    self.edits = edits[...]
    isReplay = true
    self.lastStep = lastStep
  }

  /// The step of the last edit to come; `nil` where none is.
  var lastEditStep: Int? { edits.last?.step }

  /// The number of epochs that there will be once all edits are made.
  func epochs(from epochs: Int) -> Int {
    edits.reduce(epochs) { epochs, entry in
      switch entry.edit {
      case .setEpochs(let later): later
      case .replace(let settings): settings.epochs
      default: epochs
      }
    }
  }

  /// Takes the next edit whose step has come.
  mutating func next(at step: Int) -> JournaledEdit? {
    guard let next = edits.first, next.step <= step else { return nil }
    edits.removeFirst()
    return next
  }

  mutating func append(_ edit: JournaledEdit) { edits.append(edit) }

  /// Nothing is to come any more.
  mutating func clear() { edits = [] }
}
