import EngineInterface
import TerminalUI

/// The fourth screen: the data that are trained on. Their classes, what was left out, how a picture becomes
/// what the network reads, what pictures look like, what the last validation took for what, and where the
/// network is most wrong.
struct DataScreen: Screen {
  static let number = 4
  static let title = "Data"

  enum Pane: Sendable, CaseIterable {
    case classes, notes, content
  }

  /// What stands beside the classes.
  enum Content: Sendable, Equatable {
    case images(ImageSelection)
    case matrix
  }

  /// How pictures are shown.
  enum Look: Sendable, Equatable {
    case stored, prepared
    case view(Int)
  }

  var focus = Pane.classes
  var content = Content.images(.ofClass(0, part: .train))
  /// What `esc` goes back to: where pictures were opened from.
  var openedFrom: [Content] = []
  /// The selected picture has all the room.
  var isLarge = false
  var look = Look.stored
  /// How much larger than usual pictures are shown, in steps.
  var enlargement = 0
  var selectedClass = 0
  var classOffset = 0
  var notesOffset = 0
  /// The selected one of the list.
  var selectedImage = 0
  /// The first row of pictures in view.
  var galleryOffset = 0
  /// Row and column of the matrix.
  var cell = (row: 0, column: 0)
  var matrixOffset = (row: 0, column: 0)
  /// Which class the selected picture is to have.
  var chooser: ClassChooser?
  var inquiry = DataInquiry()

  init() {}

  var helpGroups: [String] { ["Data"] }

  var summary: DataSummary? { inquiry.summary.value }
  var validation: ConfusionView? { inquiry.validation.value ?? nil }
  var classes: [DataSummary.ClassCount] { summary?.classes ?? [] }

  /// The part of the data that pictures are shown of.
  var part: DataPart {
    switch content {
    case .images(.ofClass(_, let part)), .images(.worst(let part)): part
    case .images(.cell), .matrix: .validation
    }
  }

  var selection: ImageSelection? {
    if case .images(let selection) = content { selection } else { nil }
  }

  /// Images of the list on show; 0 while nobody knows.
  var imageCount: Int { inquiry.list.count ?? 0 }

  var selectedEntry: ImageEntry? {
    selection == nil ? nil : inquiry.list.entry(selectedImage)
  }

  /// Columns of the matrix.
  var matrixColumns: [Int?] { validation?.columns ?? [] }

  // MARK: - What is shown

  mutating func show(_ next: Content, returningTo before: Content? = nil) {
    if let before { openedFrom.append(before) } else { openedFrom = [] }
    turn(to: next)
  }

  /// - Returns: whether there was something to go back to.
  mutating func returnToOpener() -> Bool {
    guard let before = openedFrom.popLast() else { return false }
    turn(to: before)
    return true
  }

  private mutating func turn(to next: Content) {
    isLarge = false
    guard next != content else { return }
    content = next
    selectedImage = 0
    galleryOffset = 0
    inquiry.list = ImagePages()
  }

  mutating func select(class number: Int) {
    guard !classes.isEmpty else { return }
    selectedClass = min(max(number, 0), classes.count - 1)
    show(.images(.ofClass(selectedClass, part: part)))
  }

  mutating func select(image number: Int) {
    selectedImage = min(max(number, 0), max(imageCount - 1, 0))
  }

  mutating func select(row: Int, column: Int) {
    let rows = validation?.images.count ?? 0
    cell = (
      min(max(row, 0), max(rows - 1, 0)), min(max(column, 0), max(matrixColumns.count - 1, 0))
    )
  }

  // MARK: - Following

  mutating func refresh(_ shared: Shared) {
    let layout = DataLayout(self, shared.body)
    selectedClass = min(selectedClass, max(classes.count - 1, 0))
    classOffset = Scroll.offset(
      current: classOffset, selected: selectedClass, visible: layout.classRows,
      count: classes.count)
    if inquiry.list.count != nil { select(image: selectedImage) }
    let grid = GalleryGrid(layout.inside, enlargement: enlargement, count: imageCount)
    galleryOffset = Scroll.offset(
      current: galleryOffset, selected: grid.columns > 0 ? selectedImage / grid.columns : 0,
      visible: grid.rows, count: grid.rowCount)
    if let validation {
      select(row: cell.row, column: cell.column)
      let matrix = MatrixGrid(layout.inside, validation)
      matrixOffset = (
        Scroll.offset(
          current: matrixOffset.row, selected: cell.row, visible: matrix.visibleRows,
          count: validation.images.count),
        Scroll.offset(
          current: matrixOffset.column, selected: cell.column, visible: matrix.visibleColumns,
          count: matrixColumns.count)
      )
    }
  }

  mutating func tick(_ shared: inout Shared) -> [Effect] {
    let layout = DataLayout(self, shared.body)
    let wishes = wishes(layout)
    let grid = GalleryGrid(layout.inside, enlargement: enlargement, count: imageCount)
    let first = galleryOffset * max(grid.columns, 1)
    return inquiry.tick(
      content: content, visible: first..<(first + max(grid.columns * grid.rows, 1)),
      wishes: wishes, &shared)
  }

  mutating func take(_ reply: Reply, _ shared: inout Shared) {
    inquiry.take(reply, at: shared.now)
  }

  /// The pictures that are in view.
  func wishes(_ layout: DataLayout) -> [PictureWish] {
    guard selection != nil, summary?.hasPictures == true else { return [] }
    if isLarge {
      guard let entry = selectedEntry else { return [] }
      return ImagePanel.places(layout.inside, entry, views: shownViews).map(\.wish)
    }
    let grid = GalleryGrid(layout.inside, enlargement: enlargement, count: imageCount)
    return grid.places(offset: galleryOffset).compactMap { place in
      inquiry.list.entry(place.index).map { wish(of: $0, in: place.picture) }
    }
  }

  func wish(of entry: ImageEntry, in rect: Rect) -> PictureWish {
    let look: PictureWish.Look =
      switch look {
      case .stored: .stored
      case .prepared: .prepared
      case .view(let view): entry.image.part == .train ? .view(view) : .prepared
      }
    return PictureWish(
      part: entry.image.part, index: entry.image.index, look: look, width: rect.width,
      height: 2 * rect.height)
  }

  /// Views that are worth showing one by one: of endlessly many, the first.
  static let mostViews = 8

  var shownViews: Int {
    guard let views = summary?.views, part == .train else { return 0 }
    return views == 0 ? 4 : min(views, Self.mostViews)
  }
}
