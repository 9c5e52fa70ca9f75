import EngineInterface
import TerminalUI

extension DataScreen {
  enum Action: ScreenAction {
    case move(Movement)
    case nextPane
    case previousPane
    case open
    case matrix
    case worst
    case otherPart
    case look
    case size(Int)
    case leaveOut
    case relabel
    case newer

    var isMovement: Bool { if case .move = self { true } else { false } }
    var worksUnderDetails: Bool { false }
  }

  private typealias Row = Entry<DataScreen>

  static let bindings =
    ([
      Row(["enter"], .open, "pictures", "to the pictures of the class, or of the cell", bar: 10) {
        $0.focus != .content || $0.content == .matrix
      },
      Row(["enter"], .open, "larger", "one image with all the room, in each way", bar: 10) {
        $0.focus == .content && $0.content != .matrix && !$0.isLarge
      },
      Row(["enter"], .open, "all", "all the pictures again", bar: 10) {
        $0.focus == .content && $0.isLarge
      },
      Row(["m"], .matrix, "confusion", "what the last validation took for what", bar: 12) {
        $0.content != .matrix
      },
      Row(["m"], .matrix, "classes", "the pictures of the class again", bar: 12) {
        $0.content == .matrix
      },
      Row(
        ["w"], .worst, "worst", "the \(ImageSelection.worstCount) images of the largest loss",
        bar: 14),
      Row(["s"], .otherPart, "validation", "pictures of the validation", bar: 18) {
        $0.part == .train
      },
      Row(["s"], .otherPart, "training", "pictures of the training data", bar: 18) {
        $0.part == .validation
      },
      Row(["v"], .look, "look", "as stored, as the network sees it, or a view of it", bar: 16),
      Row(["x"], .leaveOut, "leave out", "leave the image out, from the next epoch on", bar: 20) {
        !$0.screen.isSelectedLeftOut($0.shared)
      },
      Row(["x"], .leaveOut, "take in", "take the image in again, from the next epoch on", bar: 20) {
        $0.screen.isSelectedLeftOut($0.shared)
      },
      Row(
        ["r"], .relabel, "relabel", "give the image another class, from the next epoch on",
        bar: 22),
      Row(["u"], .newer, "newer", "the list as the last validation has it", bar: 24),
      Row(["-", "_"], .size(-1), "size", "smaller pictures, and more of them", bar: 40),
      Row(["+", "="], .size(1), "size", "larger pictures", bar: 40),
      Row(["tab"], .nextPane, "pane", "to the next pane", bar: 28),
      Row(["backtab"], .previousPane, "pane back", "to the pane before"),
    ]
    + Row.moves(
      { .move($0) },
      Row.Ways(
        up: "to what is above", down: "to what is below", left: "to the left",
        right: "to the right",
        page: "a page", half: "half a page")))
    .map { $0.binding(group: "Data") }

  func isSelectedLeftOut(_ shared: Shared) -> Bool {
    selectedEntry.map { shared.wantedSettings.corrections.leavesOut($0.image) } ?? false
  }

  func refusal(of action: Action, _ shared: Shared) -> String? {
    switch action {
    case .nextPane, .previousPane, .move: return nil
    case .matrix: return hasValidation(shared) ? nil : "there are no validation images"
    case .worst:
      return shared.snapshot?.run.classes.isEmpty ?? true ? "the data are being read" : nil
    case .otherPart:
      guard selection != nil, !isCell else { return "it shows the validation alone" }
      return hasValidation(shared) ? nil : "there are no validation images"
    case .open:
      guard focus == .content || content == .matrix else { return nil }
      if content == .matrix { return validation == nil ? "nothing was validated yet" : nil }
      return selectedEntry == nil ? "no image is selected" : nil
    case .look:
      guard selection != nil, !isLarge else { return "there are all looks of it, or none" }
      return summary?.hasPictures == false ? "the images are no pictures" : nil
    case .size(let step):
      guard selection != nil, !isLarge else { return "there are no small pictures" }
      let inside = DataLayout(self, shared.body).inside
      return GalleryGrid.canChange(inside, from: enlargement, by: step, count: imageCount)
        ? nil : step < 0 ? "they are as small as can be" : "they are as large as can be"
    case .leaveOut, .relabel:
      if let reason = shared.editRefusal { return reason }
      guard focus == .content, selectedEntry != nil else { return "select an image first" }
      return nil
    case .newer:
      guard let selection, !isClass(selection) else { return "this list follows by itself" }
      return inquiry.list.isOlder(than: DataInquiry.Stamp(shared))
        ? nil : "there is nothing newer"
    }
  }

  private func hasValidation(_ shared: Shared) -> Bool {
    shared.snapshot?.run.validationImages ?? 0 > 0
  }

  private var isCell: Bool { if case .cell? = selection { true } else { false } }
  private func isClass(_ selection: ImageSelection) -> Bool {
    if case .ofClass = selection { true } else { false }
  }

  mutating func perform(_ action: Action, _ shared: inout Shared) -> [Effect] {
    switch action {
    case .move(let way): move(way, shared)
    case .nextPane: turnFocus(by: 1)
    case .previousPane: turnFocus(by: -1)
    case .open: open()
    case .matrix:
      if content == .matrix { select(class: selectedClass) } else { show(.matrix) }
      focus = .content
    case .worst:
      if case .worst? = selection {
        select(class: selectedClass)
      } else {
        show(.images(.worst(hasValidation(shared) ? .validation : .train)))
        focus = .content
      }
    case .otherPart: switchPart()
    case .look: turnLook()
    case .size(let step): enlargement += step
    case .leaveOut: return leaveOut(&shared)
    case .relabel: beginRelabelling(shared)
    case .newer: inquiry.list = ImagePages()
    }
    return []
  }

  // MARK: - What keys do

  private mutating func turnFocus(by step: Int) {
    let panes = Pane.allCases
    let index = panes.firstIndex(of: focus) ?? 0
    focus = panes[(index + step + panes.count) % panes.count]
  }

  private mutating func open() {
    guard focus == .content || content == .matrix else {
      focus = .content
      return
    }
    if content == .matrix {
      let columns = matrixColumns
      guard columns.indices.contains(cell.column) else { return }
      show(
        .images(.cell(label: cell.row, answer: columns[cell.column])), returningTo: .matrix)
      focus = .content
    } else {
      isLarge.toggle()
    }
  }

  private mutating func switchPart() {
    switch selection {
    case .ofClass(let number, let part):
      show(.images(.ofClass(number, part: part == .train ? .validation : .train)))
    case .worst(let part): show(.images(.worst(part == .train ? .validation : .train)))
    case .cell, nil: break
    }
  }

  private mutating func turnLook() {
    switch look {
    case .stored: look = .prepared
    case .prepared: look = shownViews > 0 ? .view(0) : .stored
    case .view(let view): look = view + 1 < shownViews ? .view(view + 1) : .stored
    }
  }

  private mutating func leaveOut(_ shared: inout Shared) -> [Effect] {
    guard let image = selectedEntry?.image else { return [] }
    return shared.send(
      shared.wantedSettings.corrections.leavesOut(image)
        ? .takeIn(images: [image]) : .leaveOut(images: [image]))
  }

  private mutating func beginRelabelling(_ shared: Shared) {
    guard let entry = selectedEntry, classes.indices.contains(entry.label) else { return }
    let own = classes[entry.label].name
    chooser = ClassChooser(
      entry.image, classes: classes.map(\.name), own: own,
      now: shared.wantedSettings.corrections[entry.image]?.label ?? own)
  }

  mutating func type(_ key: Key, _ shared: inout Shared) -> [Effect]? {
    guard var open = chooser, key != "ctrl-c" else { return nil }
    switch open.take(key) {
    case .open: chooser = open
    case .closed: chooser = nil
    case .chosen(let choice): return choose(choice, of: open.image, &shared)
    }
    return []
  }

  mutating func choose(
    _ choice: ClassChooser.Choice, of image: ImageReference, _ shared: inout Shared
  ) -> [Effect] {
    chooser = nil
    let label: String? = if case .label(let name) = choice { name } else { nil }
    guard shared.wantedSettings.corrections[image]?.label != label else { return [] }
    return shared.send(.relabel(images: [image], label: label))
  }

  mutating func goBack(_ shared: inout Shared) -> Bool {
    if chooser != nil {
      chooser = nil
    } else if isLarge {
      isLarge = false
    } else if returnToOpener() {
      focus = .content
    } else if content == .matrix || isWorst {
      select(class: selectedClass)
      focus = .classes
    } else if focus != .classes {
      focus = .classes
    } else {
      return false
    }
    return true
  }

  private var isWorst: Bool { if case .worst? = selection { true } else { false } }
}
