import TerminalUI

/// What a segment of the bottom bar does: one action, or one at each half.
struct BarTarget: Sendable, Equatable {
  var action: Action
  var second: Action?
}

/// The bottom line: the keys that do something now.
struct BottomBarView {
  let model: WorkbenchModel

  func draw(_ rect: Rect, _ frame: inout Frame, _ theme: Theme) -> [HitRegion<HitTarget>] {
    BottomBar(items).render(rect, &frame, theme, model.glyphs).map {
      HitRegion($0.rect, .bar($0.target))
    }
  }

  /// From the binding table; two neighbours of one name, such as `-` and `+`, share a segment.
  var items: [BarItem<BarTarget>] {
    var items: [BarItem<BarTarget>] = []
    for item in WorkbenchBindings.table.bar(for: model, glyphs: model.glyphs) {
      let key = item.key.split(separator: "/").first.map(String.init) ?? item.key
      if let last = items.last, last.title == item.title, last.action.second == nil {
        items[items.count - 1].key = Self.joined(last.key, key)
        items[items.count - 1].action.second = item.action
      } else {
        items.append(
          BarItem(key: key, title: item.title, action: BarTarget(action: item.action)))
      }
    }
    return items
  }

  private static func joined(_ first: String, _ second: String) -> String {
    let arrows = "↑↓←→"
    return arrows.contains(first) && arrows.contains(second) ? first + second : "\(first)/\(second)"
  }
}
