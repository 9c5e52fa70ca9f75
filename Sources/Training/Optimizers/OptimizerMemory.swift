import Kernels
import Network
import RunStore

/// What an optimiser remembers of every parameter that has ever trained. A frozen layer's is kept,
/// and is there again when it thaws. Belongs to one queue at a time.
final class OptimizerMemory {
  /// Of one parameter.
  struct Entry {
    /// Steps of this parameter alone: a layer thawed late starts its own bias correction.
    var steps = 0
    var slots: [FloatBuffer?]
    /// The slots' memory, so that a step makes no array of its own.
    var pointers: [UnsafeMutablePointer<Float>?]
  }

  let optimizer: any Optimizer
  private var entries: [ObjectIdentifier: Entry] = [:]

  init(_ optimizer: any Optimizer) {
    self.optimizer = optimizer
  }

  /// One step of one parameter.
  func update(
    _ parameter: Parameter, target: Update.Target, momentum: Float, pool: WorkerPool
  ) -> Update.Squares {
    let key = ObjectIdentifier(parameter)
    var entry = entries[key] ?? emptyEntry
    for index in optimizer.slots.indices
    where entry.slots[index] == nil && optimizer.needsSlot(index, momentum: momentum) {
      let slot = FloatBuffer(count: parameter.values.count)
      let initial = optimizer.slots[index].initialValue
      if initial != 0 { slot.pointer.update(repeating: initial, count: slot.count) }
      entry.slots[index] = slot
      entry.pointers[index] = slot.pointer
    }
    entry.steps += 1
    entries[key] = entry
    return optimizer.update(
      target, slots: entry.pointers, step: entry.steps, momentum: momentum, pool: pool)
  }

  private var emptyEntry: Entry {
    let none = optimizer.slots.count
    return Entry(
      slots: Array(repeating: nil, count: none), pointers: Array(repeating: nil, count: none))
  }

  /// Steps that a parameter has made.
  func steps(of parameter: Parameter) -> Int { entries[ObjectIdentifier(parameter)]?.steps ?? 0 }

  /// Floats that are remembered of a parameter.
  func count(of parameter: Parameter) -> Int {
    entries[ObjectIdentifier(parameter)]?.slots.reduce(0) { $0 + ($1?.count ?? 0) } ?? 0
  }

  /// Begins anew with a parameter, whose values are others than it has led to.
  func forget(_ parameter: Parameter) { entries[ObjectIdentifier(parameter)] = nil }

  /// Remembers of a parameter what another memory of the same optimiser does of its original.
  func copy(from other: OptimizerMemory, of original: Parameter, to parameter: Parameter) {
    guard let theirs = other.entries[ObjectIdentifier(original)] else { return }
    var entry = emptyEntry
    entry.steps = theirs.steps
    for (index, values) in theirs.slots.enumerated() {
      guard let values else { continue }
      let slot = FloatBuffer(count: values.count)
      slot.pointer.update(from: values.pointer, count: values.count)
      entry.slots[index] = slot
      entry.pointers[index] = slot.pointer
    }
    entries[ObjectIdentifier(parameter)] = entry
  }

  // MARK: - Checkpoints

  private static let stepsPrefix = "steps/"

  /// All there is to remember, for a checkpoint.
  func state(of parameters: [Parameter]) -> (slots: [Checkpoint.Slot], counters: [String: Int]) {
    var slots: [Checkpoint.Slot] = []
    var counters: [String: Int] = [:]
    for parameter in parameters {
      guard let entry = entries[ObjectIdentifier(parameter)] else { continue }
      counters[Self.stepsPrefix + parameter.name] = entry.steps
      for (slot, values) in zip(optimizer.slots, entry.slots) {
        guard let values else { continue }
        slots.append(
          Checkpoint.Slot(
            parameter: parameter.name, name: slot.name, shape: parameter.specification.shape,
            values: values))
      }
    }
    return (slots, counters)
  }

  /// - Throws: `FileError`, `FormatError` where a slot does not fit its parameter.
  func restore(_ checkpoint: CheckpointFile, parameters: [Parameter]) throws {
    entries = [:]
    for parameter in parameters {
      guard let steps = checkpoint.counters[Self.stepsPrefix + parameter.name] else { continue }
      var entry = emptyEntry
      entry.steps = steps
      for (index, slot) in optimizer.slots.enumerated() {
        let values = FloatBuffer(count: parameter.values.count)
        guard try checkpoint.read(slot: slot.name, of: parameter.name, into: values) else {
          continue
        }
        entry.slots[index] = values
        entry.pointers[index] = values.pointer
      }
      entries[ObjectIdentifier(parameter)] = entry
    }
  }
}
