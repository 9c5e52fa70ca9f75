import EngineInterface
import TerminalUI

@testable import Workbench

/// A workbench without terminal and engine: keys go in, effects and pictures come out.
struct Driver {
  var model: WorkbenchModel
  /// Every effect since the beginning.
  private(set) var effects: [Effect] = []

  /// - Parameter snapshot: what the engine says at first; `nil`: nothing yet.
  init(
    _ snapshot: EngineView? = nil, columns: Int = 120, lines: Int = 36,
    glyphs: GlyphSet = .braille
  ) {
    model = WorkbenchModel(
      size: Size(width: columns, height: lines), glyphs: glyphs,
      themeNames: ["default", "light"])
    send(.tick(SampleRuns.start))
    if let snapshot { send(.engine(snapshot)) }
  }

  mutating func send(_ message: Message) {
    effects += update(&model, message)
  }

  /// Presses keys by name, separated by spaces: `down down space`.
  mutating func press(_ keys: String) {
    for name in keys.split(separator: " ") {
      guard let key = Key(named: String(name)) else { preconditionFailure("no key \(name)") }
      send(.key(key))
    }
  }

  mutating func type(_ text: String) {
    for character in text { send(.key(Key(character))) }
  }

  mutating func wait(_ seconds: Double) { send(.tick(model.now + seconds)) }

  /// The engine has applied everything that was sent.
  mutating func acknowledge() {
    guard var snapshot = model.snapshot else { return }
    for edit in edits { snapshot.settings = snapshot.settings.applying(edit) }
    snapshot.layers = SampleRuns.applied(
      snapshot.settings, to: snapshot.layers, step: snapshot.progress.step)
    snapshot.revision += 1
    snapshot.lastApplied = [RequestID(sender: 1, number: UInt64(requests.count))]
    send(.engine(snapshot))
  }

  var requests: [Request] {
    effects.compactMap { if case .send(let request, _) = $0 { request } else { nil } }
  }

  var edits: [Edit] {
    requests.compactMap { if case .edit(let edit) = $0 { edit } else { nil } }
  }

  var controls: [Control] {
    requests.compactMap { if case .control(let control) = $0 { control } else { nil } }
  }

  var frame: Frame {
    var frame = Frame(size: Size(width: model.columns, height: model.lines))
    render(model, into: &frame, .standard)
    return frame
  }

  var screen: String { frame.text }
}

/// Requests as tests write them.
extension Request {
  static func freeze(layers: [String]) -> Request { .edit(.freeze(layers: layers)) }
  static func thaw(layers: [String]) -> Request { .edit(.thaw(layers: layers)) }
  static func setLearningRate(_ rate: Double) -> Request { .edit(.setLearningRate(rate)) }
  static func setMomentum(_ momentum: Double) -> Request { .edit(.setMomentum(momentum)) }
  static func setWeightDecay(_ decay: Double) -> Request { .edit(.setWeightDecay(decay)) }
  static func setMaxNorm(layers: [String], limit: Double?) -> Request {
    .edit(.setMaxNorm(layers: layers, limit: limit))
  }
  static func setMultiplier(layers: [String], factor: Double) -> Request {
    .edit(.setMultiplier(layers: layers, factor: factor))
  }
  static func setDropout(layer: String, rate: Double) -> Request {
    .edit(.setDropout(layer: layer, rate: rate))
  }
  static func insertDropout(after layer: String, rate: Double) -> Request {
    .edit(.insertDropout(after: layer, rate: rate))
  }
  static func setEpochs(_ epochs: Int) -> Request { .edit(.setEpochs(epochs)) }
  static var pause: Request { .control(.pause) }
  static var resume: Request { .control(.resume) }
  static var singleStep: Request { .control(.singleStep) }
  static var checkpoint: Request { .control(.checkpoint) }
  static var goBack: Request { .control(.goBack) }
  static func stop(checkpoint: Bool) -> Request { .control(.stop(checkpoint: checkpoint)) }
}

/// What tests look at and set, wherever it lies.
extension WorkbenchModel {
  var train: TrainScreen {
    get { self[screen: TrainScreen.self] }
    set { self[screen: TrainScreen.self] = newValue }
  }
  var focus: TrainScreen.Pane { train.focus }
  var chart: ChartWindow {
    get { train.chart }
    set { train.chart = newValue }
  }
  var graph: GraphScene? { self[screen: GraphScreen.self].graph }
  var selectedKnob: Knob { train.selectedKnob }
  var chosenBoxes: Set<Int> { graph?.boxes(of: shared) ?? [] }
}
