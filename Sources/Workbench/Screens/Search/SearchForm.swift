import EngineInterface
import TerminalUI

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
  /// Values to try in place of the usual ones, as `--over` takes them behind the `=`.
  private var typed: [SearchVariable: String] = [:]
  /// What is being typed into the selected line; `nil`: nothing.
  private(set) var field: TextField?

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
  func scale(_ variable: SearchVariable, _ shared: Shared) -> SearchDimension.Scale? {
    let scale = try? Self.dimension(wish(variable, shared), shared).scale
    return scale == .choices([]) ? nil : scale
  }

  /// - Throws: `OutOfRange`.
  private static func dimension(
    _ wish: String, _ shared: Shared
  ) throws(OutOfRange) -> SearchDimension {
    // Which augmentations there are the engine alone knows.
    try SearchDimension(
      SearchWish(text: wish), settings: shared.snapshot?.settings ?? TuningSettings(),
      layers: max(0, shared.layers.count(where: \.canFreeze) - 1), augmentations: [])
  }

  /// As `thaw search --over` takes it.
  private func wish(_ variable: SearchVariable, _ shared: Shared) -> String {
    switch origin(of: variable, shared) {
    case .typed: "\(variable.name)=\(typed[variable] ?? "")"
    case .finder: "\(variable.name)=\(Self.words(shared.foundRates))"
    case .usual: variable.name
    }
  }

  private static func words(_ range: ClosedRange<Double>?) -> String {
    range.map { "\($0.lowerBound)..\($0.upperBound)" } ?? ""
  }

  /// Whose the values are.
  enum RangeOrigin { case usual, finder, typed }

  func origin(of variable: SearchVariable, _ shared: Shared) -> RangeOrigin {
    if typed[variable] != nil { return .typed }
    return variable == .learningRate && shared.foundRates != nil ? .finder : .usual
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
      wishes: values(shared).map { wish($0, shared) },
      budget: SearchBudget(trials: trials, epochs: epochs),
      origin: origin)
  }

  // MARK: - What a person does

  mutating func select(_ index: Int, _ shared: Shared) {
    selected = min(max(index, 0), Self.lines(shared).count - 1)
    field = nil
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

  // MARK: - Typing

  mutating func beginTyping(_ shared: Shared) {
    field = typedWords(shared).map { TextField($0) }
  }

  /// What the selected line says, in words that can be typed; `nil`: it has two values to go through.
  private func typedWords(_ shared: Shared) -> String? {
    switch line(shared) {
    case .value(let variable): typed[variable] ?? scale(variable, shared).map(SearchText.wish) ?? ""
    case .trials: "\(trials)"
    case .epochs: "\(epochs)"
    case .origin, nil: nil
    }
  }

  /// - Returns: `false` where nothing is being typed.
  mutating func type(_ key: Key, _ shared: inout Shared) -> Bool {
    guard var text = field, key != "ctrl-c" else { return false }
    switch key {
    case "esc": field = nil
    case "enter", "tab": finishTyping(text.text.filter { $0 != " " }, &shared)
    default:
      if text.handle(key) { field = text }
    }
    return true
  }

  /// Nothing typed stands for what is usual. What cannot be stays in the line, and is said.
  private mutating func finishTyping(_ words: String, _ shared: inout Shared) {
    do throws(OutOfRange) {
      switch line(shared) {
      case .value(let variable): try take(words, as: variable, shared)
      case .trials: trials = try Self.number(words, usual: Self().trials) { .init(trials: $0) }
      case .epochs: epochs = try Self.number(words, usual: Self().epochs) { .init(epochs: $0) }
      case .origin, nil: break
      }
      field = nil
    } catch {
      shared.log.add(.warning, "\(error)", at: shared.now)
    }
  }

  private mutating func take(
    _ words: String, as variable: SearchVariable, _ shared: Shared
  ) throws(OutOfRange) {
    if words.isEmpty {
      typed[variable] = nil
      return
    }
    _ = try Self.dimension("\(variable.name)=\(words)", shared)
    typed[variable] = words
    chosen = Set(values(shared)).union([variable])
  }

  private static func number(
    _ words: String, usual: Int, _ budget: (Int) -> SearchBudget
  ) throws(OutOfRange) -> Int {
    if words.isEmpty { return usual }
    guard let number = Int(words) else { throw OutOfRange(expected: "a number", found: words) }
    if let objection = budget(number).objection { throw objection }
    return number
  }

  // MARK: - What cannot be

  /// Why nothing can be tried of the selected line; `nil` where it can.
  func toggleRefusal(_ shared: Shared) -> String? {
    guard line(shared) == .value(.momentum), let optimizer = shared.snapshot?.run.optimizer,
      !optimizer.hasMomentum
    else { return nil }
    return ObjectionText.text(.noMomentum(optimizer))
  }

  func typingRefusal(_ shared: Shared) -> String? {
    toggleRefusal(shared)
      ?? (typedWords(shared) == nil ? "it is now, or at the start: left or right" : nil)
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
