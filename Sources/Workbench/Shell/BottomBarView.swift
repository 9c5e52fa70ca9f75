import TerminalUI

/// What a segment of the bottom bar does: one action, or one on its first key and another on the
/// rest.
struct BarTarget: Sendable, Equatable {
  var action: Action
  var second: Action?
  /// Columns of the first key.
  var firstColumns = 0

  /// What a click so many columns into it means.
  func action(atColumn column: Int) -> Action {
    column < firstColumns ? action : second ?? action
  }
}

/// The bottom line: the keys that do something now.
struct BottomBarView {
  let model: WorkbenchModel

  func draw(_ canvas: inout Canvas) -> [HitRegion<HitTarget>] {
    BottomBar(items(columns: canvas.rect.width)).render(&canvas).map {
      HitRegion($0.rect, .bar($0.target))
    }
  }

  /// What works now and fits: the most important stay, in the order of the binding table, so that
  /// an item keeps its place whatever goes.
  func items(columns: Int) -> [BarItem<BarTarget>] {
    var used = 1
    // Where panes are out of sight, the way to them comes first.
    let offered = merged.sorted { one, other in
      isUrgent(one.item.action.action) && !isUrgent(other.item.action.action)
    }
    let kept = offered.filter { entry in
      let width = TextWidth.columns(entry.item.key) + 1 + TextWidth.columns(entry.item.title)
      guard used + width <= columns else { return false }
      used += width + 2
      return true
    }
    return kept.sorted { $0.place < $1.place }.map(\.item)
  }

  private func isUrgent(_ action: Action) -> Bool {
    guard case .screen(let own) = action else { return false }
    return model.screen.isUrgent(own, model.shared)
  }

  private struct Entry {
    var item: BarItem<BarTarget>
    /// In the binding table.
    var place: Int
  }

  /// The most important first; two neighbours of one name, such as `-` and `+`, share a segment.
  private var merged: [Entry] {
    var entries: [Entry] = []
    let bindings = WorkbenchBindings.table.bindings
    for item in WorkbenchBindings.table.bar(for: model, glyphs: model.glyphs) {
      let key = item.key.split(separator: "/").first.map(String.init) ?? item.key
      if let last = entries.last?.item, last.title == item.title, last.action.second == nil {
        entries[entries.count - 1].item.action.firstColumns = TextWidth.columns(last.key)
        entries[entries.count - 1].item.key = Self.joined(last.key, key)
        entries[entries.count - 1].item.action.second = item.action
      } else {
        let place = bindings.firstIndex { $0.action == item.action && $0.title == item.title }
        entries.append(
          Entry(
            item: BarItem(key: key, title: item.title, action: BarTarget(action: item.action)),
            place: place ?? bindings.count))
      }
    }
    return entries
  }

  private static func joined(_ first: String, _ second: String) -> String {
    let arrows = "↑↓←→"
    return arrows.contains(first) && arrows.contains(second) ? first + second : "\(first)/\(second)"
  }
}
