import EngineInterface

/// What a person would have searched beside the run, before it is: a list of lines, one of them selected.
struct SearchForm: Sendable, Equatable {
  enum Line: Hashable, Sendable {
    /// Whether other values of it are tried.
    case value(SearchVariable)
    case trials, epochs, origin
  }

  /// What a person has chosen; `nil`: what is usual for the run.
  private var chosen: Set<SearchVariable>?
  private(set) var trials = 25
  private(set) var epochs = 3
  private(set) var origin = SearchOrder.Origin.now
  private(set) var selected = 0

  private static let trialStops = [4, 8, 12, 16, 20, 25, 30, 40, 50, 75, 100, 150, 200, 300, 500]
  private static let epochStops = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100]

  // MARK: - Lines

  /// What edits of a run change, and so can be adopted, first; then what a run begins with.
  static func variables(_ shared: Shared) -> [SearchVariable] {
    [.learningRate, dropout(shared), .maxNorm, .weightDecay, .momentum, .frozenDepth]
      .compactMap(\.self)
      + SearchVariable.named.filter { !$0.isEdit }
  }

  static func lines(_ shared: Shared) -> [Line] {
    variables(shared).map(Line.value) + [.trials, .epochs, .origin]
  }

  /// All dropout layers; where there are none, one after the last layer before the head.
  private static func dropout(_ shared: Shared) -> SearchVariable? {
    if shared.layers.contains(where: { $0.dropout != nil }) { return .dropout(layer: nil) }
    return shared.layers.filter(\.canFreeze).dropLast().last.map { .dropout(layer: $0.name) }
  }

  /// The values that are tried of one; `nil` where the engine alone knows.
  static func scale(_ variable: SearchVariable, _ shared: Shared) -> SearchDimension.Scale? {
    SearchDimension.usual(
      variable, shared.snapshot?.settings ?? TuningSettings(),
      layers: max(0, shared.layers.count(where: \.canFreeze) - 1))
  }

  func line(_ shared: Shared) -> Line? {
    let lines = Self.lines(shared)
    return lines.indices.contains(selected) ? lines[selected] : lines.last
  }

  /// What is tried, in the order of the lines.
  func values(_ shared: Shared) -> [SearchVariable] {
    let all = Self.variables(shared)
    guard let chosen else { return Self.usual(all) }
    return all.filter(chosen.contains)
  }

  private static func usual(_ all: [SearchVariable]) -> [SearchVariable] {
    [.learningRate, all.contains(.dropout(layer: nil)) ? .dropout(layer: nil) : .maxNorm]
  }

  func order(_ shared: Shared) -> SearchOrder {
    SearchOrder(
      wishes: values(shared).map(\.name), budget: SearchBudget(trials: trials, epochs: epochs),
      origin: origin)
  }

  // MARK: - What a person does

  mutating func select(_ index: Int, _ shared: Shared) {
    selected = min(max(index, 0), Self.lines(shared).count - 1)
  }

  mutating func toggle(_ shared: Shared) {
    guard case .value(let variable) = line(shared) else { return change(by: 1, shared) }
    var next = Set(values(shared))
    if next.remove(variable) == nil { next.insert(variable) }
    chosen = next
  }

  mutating func change(by direction: Int, _ shared: Shared) {
    switch line(shared) {
    case .value, nil: toggle(shared)
    case .trials: trials = Self.stop(after: trials, direction, Self.trialStops)
    case .epochs: epochs = Self.stop(after: epochs, direction, Self.epochStops)
    case .origin: origin = origin == .now ? .start : .now
    }
  }

  private static func stop(after value: Int, _ direction: Int, _ stops: [Int]) -> Int {
    (direction > 0 ? stops.first { $0 > value } : stops.last { $0 < value }) ?? value
  }

  // MARK: - What cannot be

  /// Why nothing can be tried of the selected line; `nil` where it can.
  func toggleRefusal(_ shared: Shared) -> String? {
    guard line(shared) == .value(.momentum), let optimizer = shared.snapshot?.run.optimizer,
      !optimizer.hasMomentum
    else { return nil }
    return ObjectionText.text(.noMomentum(optimizer))
  }

  /// Why it cannot begin; `nil` where it can.
  func startRefusal(_ shared: Shared) -> String? {
    if case .preparing(.solvingHead) = shared.state { return ObjectionText.text(.isSolvingHead) }
    if let refusal = shared.runRefusal { return refusal }
    if shared.searchesBeside { return ObjectionText.text(.isSearching) }
    if shared.snapshot?.run.validationImages == 0 { return ObjectionText.text(.noValidation) }
    return values(shared).isEmpty ? "choose a value to try first: space" : nil
  }
}
