import TerminalUI

/// Where the panes of the train screen lie: the same answer for drawing and for the mouse. A pane
/// that has no room is empty.
struct TrainLayout: Sendable, Equatable {
  /// Rows from which the charts are three.
  private static let threeCharts = 36

  var layers = Rect(x: 0, y: 0, width: 0, height: 0)
  var loss = Rect(x: 0, y: 0, width: 0, height: 0)
  var accuracy = Rect(x: 0, y: 0, width: 0, height: 0)
  var rate = Rect(x: 0, y: 0, width: 0, height: 0)
  var controls = Rect(x: 0, y: 0, width: 0, height: 0)
  /// The line for what was said last, where the controls do not have it.
  var log = Rect(x: 0, y: 0, width: 0, height: 0)

  init(_ model: TrainScreen, _ shared: Shared) {
    let body = shared.body
    if model.isFilled {
      self[model.focus] = body
      return
    }
    let tall = body.height >= 30
    let isWide = body.width >= 110
    guard body.width >= Shared.narrow, body.height >= (isWide ? 18 : 22) else {
      // The controls, which end with what was said last, may be out of sight.
      let bands = body.split(.vertical, [.share(1), .fixed(1)])
      lay(bands[0], besideChart: isWide, model)
      if controls.isEmpty {
        log = bands[1].inset(columns: 1, rows: 0)
      } else {
        lay(body, besideChart: isWide, model)
      }
      return
    }
    let parts = body.split(.vertical, [.share(1), .fixed(tall ? 9 : 6)])
    controls = parts[1]
    if isWide {
      // The list takes what its columns need, the charts the rest: they can use any width.
      let isVeryWide = body.width >= 160
      let sides = parts[0].split(
        .horizontal, isVeryWide ? [.share(56), .share(44)] : [.share(49), .share(51)])
      layers = sides[0]
      splitCharts(sides[1], both: parts[0].height >= 18, shown: model.chartShown)
    } else if parts[0].height >= 30 {
      let stack = parts[0].split(.vertical, [.share(2), .share(3)])
      layers = stack[0]
      splitCharts(stack[1], both: true, shown: model.chartShown)
    } else {
      let stack = parts[0].split(.vertical, [.share(1), .share(1)])
      layers = stack[0]
      splitCharts(stack[1], both: false, shown: model.chartShown)
    }
  }

  /// Where there is no room for list, chart and controls: a chart as long as two fit, and the list or
  /// the controls with it, whichever was in focus last; else what is in focus, alone.
  private mutating func lay(_ body: Rect, besideChart: Bool, _ model: TrainScreen) {
    let other = model.companion
    if besideChart {
      let sides = body.split(.horizontal, [.share(49), .share(51)])
      self[other] = sides[0]
      self[model.chartShown] = sides[1]
    } else if body.height >= 19 {
      // The controls need few lines, whatever there is.
      let first: Extent = other == .controls ? .fixed(min(10, body.height / 2)) : .share(1)
      let stack = body.split(.vertical, [first, .share(1)])
      self[other] = stack[0]
      self[model.chartShown] = stack[1]
    } else {
      self[model.focus] = body
    }
  }

  /// The parts of the screen by name, those that have room.
  var parts: [(name: String, rect: Rect)] {
    let panes = TrainScreen.Pane.allCases.map { (name: "\($0)", rect: self[$0]) }
    return (panes + [("log", log)]).filter { !$0.rect.isEmpty }
  }

  /// Some panes are seen only when they are in focus.
  var hidesPanes: Bool {
    layers.isEmpty || controls.isEmpty || (loss.isEmpty && accuracy.isEmpty && rate.isEmpty)
  }

  subscript(pane: TrainScreen.Pane) -> Rect {
    get {
      switch pane {
      case .layers: layers
      case .loss: loss
      case .accuracy: accuracy
      case .rate: rate
      case .controls: controls
      }
    }
    set {
      switch pane {
      case .layers: layers = newValue
      case .loss: loss = newValue
      case .accuracy: accuracy = newValue
      case .rate: rate = newValue
      case .controls: controls = newValue
      }
    }
  }

  /// The pane at a place; `nil` on the bars.
  func pane(x: Int, y: Int) -> TrainScreen.Pane? {
    TrainScreen.Pane.allCases.first { self[$0].contains(x: x, y: y) }
  }

  private mutating func splitCharts(_ rect: Rect, both: Bool, shown: TrainScreen.Pane) {
    guard both else {
      self[shown] = rect
      return
    }
    if rect.height >= Self.threeCharts {
      let parts = rect.split(.vertical, [.share(40), .share(36), .share(24)])
      (loss, accuracy, rate) = (parts[0], parts[1], parts[2])
      return
    }
    // Wide and low: two curves that have height say more than two that are longer.
    let isLow = rect.width >= 100 && rect.height < 30
    let halves =
      isLow
      ? rect.split(.horizontal, [.share(50), .share(50)])
      : rect.split(.vertical, [.share(56), .share(44)])
    (loss, accuracy) = (halves[0], halves[1])
  }
}
