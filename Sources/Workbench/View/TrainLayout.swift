import TerminalUI

/// Where the panes of the train screen lie: the same answer for drawing and for the mouse. A pane
/// that has no room is empty.
struct TrainLayout: Sendable, Equatable {
  /// The smallest terminal that the screens are made for.
  static let minimum = Size(width: 80, height: 24)

  var header: Rect
  var layers = Rect(x: 0, y: 0, width: 0, height: 0)
  var loss = Rect(x: 0, y: 0, width: 0, height: 0)
  var accuracy = Rect(x: 0, y: 0, width: 0, height: 0)
  var controls = Rect(x: 0, y: 0, width: 0, height: 0)
  var bar: Rect

  init(_ model: WorkbenchModel) {
    let screen = Size(width: model.columns, height: model.lines).bounds
    let bands = screen.split(.vertical, [.fixed(1), .share(1), .fixed(1)])
    (header, bar) = (bands[0], bands[2])
    let body = bands[1]
    if model.isFilled {
      self[model.focus] = body
      return
    }
    let tall = body.height >= 30
    let parts = body.split(.vertical, [.share(1), .fixed(tall ? 9 : 6)])
    controls = parts[1]
    if body.width >= 110 {
      // The list takes what its columns need, the charts the rest: they can use any width.
      let sides = parts[0].split(.horizontal, [.share(49), .share(51)])
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

  /// The parts of the screen by name, those that have room.
  var parts: [(name: String, rect: Rect)] {
    let panes = WorkbenchModel.Pane.allCases.map { (name: "\($0)", rect: self[$0]) }
    return ([("header", header)] + panes + [("bar", bar)]).filter { !$0.rect.isEmpty }
  }

  subscript(pane: WorkbenchModel.Pane) -> Rect {
    get {
      switch pane {
      case .layers: layers
      case .loss: loss
      case .accuracy: accuracy
      case .controls: controls
      }
    }
    set {
      switch pane {
      case .layers: layers = newValue
      case .loss: loss = newValue
      case .accuracy: accuracy = newValue
      case .controls: controls = newValue
      }
    }
  }

  /// The pane at a place; `nil` on the bars.
  func pane(x: Int, y: Int) -> WorkbenchModel.Pane? {
    WorkbenchModel.Pane.allCases.first { self[$0].contains(x: x, y: y) }
  }

  private mutating func splitCharts(_ rect: Rect, both: Bool, shown: WorkbenchModel.Pane) {
    guard both else {
      self[shown] = rect
      return
    }
    let halves = rect.split(.vertical, [.share(56), .share(44)])
    (loss, accuracy) = (halves[0], halves[1])
  }
}

extension WorkbenchModel {
  /// Where the panes of the train screen lie on a terminal of this size, as the screen opens: for
  /// measurements of what each of them costs.
  package static func panes(columns: Int, lines: Int) -> [(name: String, rect: Rect)] {
    let size = Size(width: max(columns, 0), height: max(lines, 0))
    return TrainLayout(WorkbenchModel(size: size, glyphs: .braille, themeNames: [])).parts
  }
}
