import EngineInterface
import Files
import TerminalUI

/// The texts of the layer list, cell by cell.
struct LayerCells: Sendable {
  enum Column: Int, CaseIterable {
    case name, kind, output, parameters, multiplier, dropout, maxNorm, update, weight, time, memory
    case gradient

    var knob: Knob? {
      switch self {
      case .multiplier: .multiplier
      case .dropout: .dropout
      case .maxNorm: .layerMaxNorm
      default: nil
      }
    }
  }

  private let rows: [LayerRow]
  private let layers: [LayerSummary]
  private let values: LayerValues
  private let hasBlocks: Bool
  private let glyphs: GlyphSet
  private let theme: Theme
  /// The one that `-` and `+` change now: seen even where it is empty.
  private let marked: Knob?

  init(model: Scene<TrainScreen>, theme: Theme) {
    rows = model.selection.rows
    layers = model.layers
    values = model.layerValues
    hasBlocks = !model.selection.tree.blocks.isEmpty
    glyphs = model.glyphs
    marked = model.isOnLayers ? model.screen.adjustedKnob(model.shared) : nil
    self.theme = theme
  }

  /// Columns with nothing in them go first when room is short, then what is of interest to few, shapes
  /// last and names never; a column is shown whole or not at all.
  func columns() -> [TableColumn] {
    Column.allCases.map { column in
      let (title, align, priority, least): (String, Alignment, Int, Int) =
        switch column {
        case .name: ("layer", .left, 0, 12)
        case .kind: ("kind", .left, 6, 0)
        case .output: ("output", .right, 1, 0)
        case .parameters: ("params", .right, 5, 0)
        case .multiplier: ("lr×", .right, 2, 5)
        case .dropout: ("drop", .right, 3, 5)
        case .maxNorm: (glyphs.level == .ascii ? "max|w|" : "max‖w‖", .right, 3, 4)
        case .update: ("∆w/w", .right, 10, 6)
        case .weight: ("‖w‖", .right, 9, 5)
        case .time: ("ms", .right, 8, 4)
        case .memory: ("memory", .right, 11, 6)
        case .gradient: ("‖∇‖", .left, 4, 6)
        }
      let texts = rows.indices.map { text(row: $0, column: column.rawValue) }
      let widest = texts.reduce(least) { max($0, $1.columns) }
      let isEmpty = texts.allSatisfy { $0.isEmpty || $0.plain == glyphs.dot }
      let ideal = max(widest, TextWidth.columns(title))
      if column == .name {
        return TableColumn(
          marks + title, minimum: min(max(ideal, 12), 22), ideal: ideal, align: align,
          priority: priority, isCutInMiddle: true)
      }
      if marked == nil || column.knob != marked {
        if isEmpty { return whole(title, ideal, align, 12) }
        // One limit for all of them stands among the controls.
        let isUniform = Set(texts.lazy.map(\.plain).filter { !$0.isEmpty }).count == 1
        if column == .maxNorm, isUniform { return whole(title, ideal, align, 7) }
      }
      return whole(title, ideal, align, priority)
    }
  }

  /// A column that is shown whole or not at all.
  private func whole(_ title: String, _ width: Int, _ align: Alignment, _ priority: Int)
    -> TableColumn
  {
    TableColumn(title, minimum: width, ideal: width, align: align, priority: priority)
  }

  /// Room for the fold and the state before the name.
  private var marks: String { hasBlocks ? "    " : "  " }

  func text(row: Int, column: Int) -> StyledText {
    guard rows.indices.contains(row), let column = Column(rawValue: column) else { return "" }
    let row = rows[row]
    let members = row.layers.filter { layers.indices.contains($0) }.map { layers[$0] }
    guard let last = members.last else { return "" }
    let look = LayerLook(members, values)
    let plain = look == .frozen || look == .inertFrozen ? theme.faint : theme.text
    switch column {
    case .name: return name(row, look)
    case .kind:
      return StyledText(
        row.isBlock ? row.sizeText(glyphs) : last.kindText, theme.label)
    case .output: return StyledText(NumberText.shape(last.outputShape), plain)
    case .parameters:
      let count = members.reduce(0) { $0 + $1.parameterCount }
      return StyledText(count == 0 ? "" : NumberText.count(count, width: 10), plain)
    case .multiplier:
      return shared(members.filter(\.canFreeze), plain, .multiplier) {
        (values.multiplier($0), values.isMultiplierPending($0))
      }
    case .dropout:
      return dropout(row, members)
    case .maxNorm:
      return shared(members.filter(\.canFreeze), plain, .layerMaxNorm) {
        (values.maxNorm($0), values.isMaxNormPending($0))
      }
    case .update:
      return StyledText(
        WeightNorms.updateRatio(members, values).map(NumberText.short) ?? "", plain)
    case .weight:
      return StyledText(WeightNorms.combined(members).map(NumberText.short) ?? "", plain)
    case .time:
      let times = members.compactMap(\.milliseconds)
      return StyledText(
        times.isEmpty ? "" : NumberText.milliseconds(times.reduce(0, +)), plain)
    case .memory:
      let bytes = members.reduce(0) { $0 + ($1.memoryBytes ?? 0) }
      return StyledText(bytes == 0 ? "" : NumberText.bytes(bytes), plain)
    case .gradient:
      guard look == .live || look == .mixed else { return "" }
      let spark = Sparkline(
        GradientNorms.combined(members.filter { !values.isFrozen($0) }),
        style: Style(theme[.liveFg]))
      return StyledText(spark.text(columns: 6, glyphs: glyphs), spark.style)
    }
  }

  private func name(_ row: LayerRow, _ look: LayerLook) -> StyledText {
    let fold = row.isBlock ? (row.isExpanded ? glyphs.expanded : glyphs.collapsed) : " "
    var text = StyledText()
    if hasBlocks { text.append(fold + " ", theme.label) }
    text.append(look.mark(glyphs) + " ", look.style(theme))
    let style: Style =
      switch look {
      case .frozen, .inertFrozen: theme.faint
      case .inert: theme.text
      case .live, .mixed: theme.strong
      }
    let isPending = row.layers.contains { values.isFreezePending(layers[$0]) }
    text.append(String(repeating: "  ", count: row.depth) + row.label, style)
    if row.copies > 1 { text.append(" \(glyphs.times)\(row.copies)", theme.accent) }
    if isPending { text.append("?", theme.accent.italic) }
    return text
  }

  /// One value for all of them, or that they differ.
  private func shared(
    _ members: [LayerSummary], _ style: Style, _ knob: Knob,
    _ value: (LayerSummary) -> (Double, isPending: Bool)
  ) -> StyledText {
    guard let first = members.first.map(value) else { return "" }
    let all = members.map(value)
    if all.contains(where: { $0.0 != first.0 }) { return StyledText("mix", theme.label) }
    let isPending = all.contains { $0.isPending }
    if knob == .layerMaxNorm, first.0.isInfinite, !isPending {
      return StyledText(glyphs.dot, theme.faint)
    }
    let isUsual = knob == .multiplier && first.0 == 1
    let shown = isUsual ? style : style == theme.faint ? style : theme.accent
    return StyledText(
      knob.text(first.0) + (isPending ? "?" : ""), isPending ? theme.accent.italic : shown)
  }

  private func dropout(_ row: LayerRow, _ members: [LayerSummary]) -> StyledText {
    if let rate = row.isBlock ? nil : values.dropoutToCome(after: members[0].name) {
      return StyledText("+" + Knob.dropout.text(rate) + "?", theme.accent.italic)
    }
    let dropouts = row.isBlock ? members.dropouts : members.filter { $0.dropout != nil }
    guard let first = dropouts.first, let rate = values.dropout(first) else { return "" }
    if dropouts.contains(where: { values.dropout($0) != rate }) {
      return StyledText("mix", theme.label)
    }
    let isPending = dropouts.contains { values.isDropoutPending($0.name) }
    return StyledText(
      Knob.dropout.text(rate) + (isPending ? "?" : ""),
      isPending ? theme.accent.italic : rate == 0 ? theme.label : theme.accent)
  }
}

/// How a layer, or several as one, stands.
enum LayerLook: Sendable {
  case live, frozen, mixed
  /// Nothing to train; within the frozen prefix it looks frozen.
  case inert, inertFrozen

  init(_ members: [LayerSummary], _ values: LayerValues) {
    let freezable = members.filter(\.canFreeze)
    guard !freezable.isEmpty else {
      self = !members.isEmpty && members.allSatisfy(\.isInFrozenPrefix) ? .inertFrozen : .inert
      return
    }
    let frozen = freezable.count { values.isFrozen($0) }
    self = frozen == 0 ? .live : frozen == freezable.count ? .frozen : .mixed
  }

  func mark(_ glyphs: GlyphSet) -> String {
    switch self {
    case .live: glyphs.live
    case .frozen, .inertFrozen: glyphs.frozen
    case .mixed: glyphs.partly
    case .inert: glyphs.inert
    }
  }

  func style(_ theme: Theme) -> Style {
    switch self {
    case .live: Style(theme[.liveFg])
    case .frozen: Style(theme[.frozenFg])
    case .inertFrozen: Style(theme.quiet(.frozenFg))
    case .mixed: theme.accent
    case .inert: theme.faint
    }
  }
}

enum GradientNorms {
  /// The norm of several layers' gradients together, step by step; they end at the same step.
  static func combined(_ layers: [LayerSummary]) -> [Float] {
    let histories = layers.map(\.gradientHistory).filter { !$0.isEmpty }
    guard histories.count > 1 else { return histories.first ?? [] }
    let length = histories.map(\.count).max() ?? 0
    return (0..<length).map { index in
      var sum: Float = 0
      for history in histories {
        let place = index - (length - history.count)
        if place >= 0 { sum += history[place] * history[place] }
      }
      return sum.squareRoot()
    }
  }
}

/// Weights of several layers as one.
enum WeightNorms {
  static func combined(_ layers: [LayerSummary]) -> Double? {
    root(layers.compactMap(\.weightNorm))
  }

  /// ‖update‖ / ‖weights‖ of those that train.
  static func updateRatio(_ layers: [LayerSummary], _ values: LayerValues) -> Double? {
    let trained = layers.filter { !values.isFrozen($0) && $0.updateRatio != nil }
    let updates = trained.map { ($0.updateRatio ?? 0) * ($0.weightNorm ?? 0) }
    if trained.count == 1 { return trained[0].updateRatio }
    guard let update = root(updates), let weight = combined(trained), weight > 0 else { return nil }
    return update / weight
  }

  private static func root(_ norms: [Double]) -> Double? {
    norms.isEmpty ? nil : norms.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }
}

extension LayerSummary {
  /// `conv 3×3 32`, `dense`: the kind in the words that people use, with the detail.
  var kindText: String {
    let short: [String: String] = [
      "Conv2D": "conv", "DepthwiseConv2D": "depthwise", "SeparableConv2D": "separable",
      "LayerNormalization": "layer-norm", "GroupNormalization": "group-norm",
      "LocalResponseNormalization": "response-norm", "ChannelShuffle": "shuffle",
      "AdaptiveAveragePooling2D": "adaptive avg", "AdaptiveMaxPooling2D": "adaptive max",
      "BlurPooling2D": "blur-pool", "Padding2D": "pad",
      "Dense": "dense", "BatchNormalization": "batch-norm", "BatchNorm": "batch-norm",
      "MaxPooling2D": "max-pool", "AveragePooling2D": "avg-pool",
      "GlobalAveragePooling2D": "global avg", "GlobalMaxPooling2D": "global max",
      "ZeroPadding2D": "pad", "Cropping2D": "crop", "Dropout": "dropout", "Flatten": "flatten",
    ]
    // An activation is its function.
    if kind == "Activation", !detail.isEmpty { return detail }
    let name = short[kind] ?? kind.lowercased()
    return detail.isEmpty || detail == name ? name : "\(name) \(detail)"
  }
}
