import EngineInterface
import RunStore

/// Edits of a journal that are still to be made, each at its step.
struct EditScript {
  private var edits: ArraySlice<JournaledEdit>
  /// A replay is a run of its own, and journals what it makes again; a resumed run's journal has it.
  let isReplay: Bool
  /// The step at which a replay ends, though there may be epochs left: there its model ended.
  let lastStep: Int?
  /// Where weights lie that are adopted again, if not in the run's own folder.
  let files: RunFolder?

  /// A run that resumes, or begins with no script at all.
  init(_ edits: [JournaledEdit] = []) {
    self.edits = edits[...]
    isReplay = false
    lastStep = nil
    files = nil
  }

  init(replaying edits: [JournaledEdit], to lastStep: Int?, files: RunFolder?) {
    self.edits = edits[...]
    isReplay = true
    self.files = files
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
      case .adopt(let adoption): adoption.settings.epochs
      default: epochs
      }
    }
  }

  /// Takes the next edit whose step has come.
  /// - Parameter adoptionsWait: whether weights cannot be adopted now: then those edits come later, and all
  ///   after them.
  mutating func next(at step: Int, adoptionsWait: Bool) -> JournaledEdit? {
    guard let next = edits.first, next.step <= step else { return nil }
    if adoptionsWait, next.edit.isAdoption { return nil }
    edits.removeFirst()
    return next
  }

  mutating func append(_ edit: JournaledEdit) { edits.append(edit) }

  /// Nothing is to come any more.
  mutating func clear() { edits = [] }
}
