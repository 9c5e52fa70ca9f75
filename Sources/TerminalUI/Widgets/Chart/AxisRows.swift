import Files
import Foundation

/// An axis laid out on the rows that a chart has: neighbouring rows are the same distance apart, and
/// round values stand in the middles of rows, where their labels are.
///
/// It fits what is to be seen closely, but moves by whole rows and ticks: as points come in it stays as
/// it is for long and then jumps, so that a curve that grows is not drawn anew with each of them.
package struct AxisRows: Sendable, Equatable {
  package struct Tick: Sendable, Equatable {
    package var value: Double
    package var label: String
    /// From the top.
    package var row: Int
  }

  package let scale: AxisScale
  /// Low to high.
  package let ticks: [Tick]

  /// - Parameters:
  ///   - low, high: what has to be seen. What is not finite counts as nothing.
  ///   - isLogarithmic: where `low` is positive, otherwise the axis is linear.
  ///   - ceiling: above which there are no values.
  package init(
    around low: Double, _ high: Double, rows: Int, isLogarithmic: Bool,
    format: AxisScale.Format = .number, ceiling: Double? = nil
  ) {
    let whole = AxisScale(low: low, high: high, isLogarithmic: isLogarithmic, ceiling: ceiling)
    let rows = max(1, rows)
    let draft = Draft(whole, rows: rows, format: format, ceiling: ceiling)
    // So few rows have no room for labels, and all of it for the curve.
    let needs = rows < 4 ? [] : (0...draft.enough).reversed()
    for needed in needs {
      if let (scale, ticks) = draft.layOut(ticks: needed) {
        self.scale = scale
        self.ticks = ticks
        return
      }
    }
    scale = whole
    ticks = []
  }

  /// A search for the closest layout.
  private struct Draft {
    let rows: Int
    let format: AxisScale.Format
    let ceiling: Double?
    let isLogarithmic: Bool
    /// In values, or in decades.
    let low: Double
    let high: Double

    init(_ whole: AxisScale, rows: Int, format: AxisScale.Format, ceiling: Double?) {
      self.rows = rows
      self.format = format
      self.ceiling = ceiling
      isLogarithmic = whole.isLogarithmic
      low = isLogarithmic ? log10(whole.low) : whole.low
      high = isLogarithmic ? log10(whole.high) : whole.high
    }

    /// Labels that one would like to have.
    var enough: Int { rows >= 5 ? max(3, rows / 6) : 2 }

    /// Rows from one label to the next, at least.
    private var gap: Int { rows < 8 ? 1 : rows < 14 ? 2 : 3 }

    /// Rows of a distance apart, the lowest at `first` of these distances from zero.
    private struct Layout {
      let perRow: Double
      let first: Double
      /// From one tick to the next, in values; `nil` on a logarithmic axis.
      var step: Double?
    }

    /// How much farther apart than they need be rows may be, for ticks without gaps between them.
    private var slack: Double { rows < 8 ? 1.7 : 1.4 }

    /// The closest layout that has so many ticks, and no gaps between them where there is one.
    func layOut(ticks needed: Int) -> (AxisScale, [Tick])? {
      guard (high - low).isFinite, high > low else { return nil }
      let layouts = layouts
      guard let least = layouts.first?.perRow else { return nil }
      for isWhole in [true, false] {
        for layout in layouts.prefix(isWhole ? layouts.count : 8)
        where !isWhole || layout.perRow <= least * slack {
          let ticks = ticks(of: layout, areWhole: isWhole)
          if ticks.count >= needed { return (scale(of: layout), ticks) }
        }
      }
      return nil
    }

    private func scale(of layout: Layout) -> AxisScale {
      let low = (layout.first - 0.5) * layout.perRow
      let high = (layout.first + Double(rows) - 0.5) * layout.perRow
      return isLogarithmic
        ? AxisScale(exactly: pow(10, low), pow(10, high), isLogarithmic: true)
        : AxisScale(exactly: low, high)
    }

    /// Those that hold what has to be seen, the closest first.
    private var layouts: [Layout] {
      let all = isLogarithmic ? logarithmicLayouts : linearLayouts
      return all.filter { layout in
        let bottom = (layout.first - 0.5) * layout.perRow
        let top = (layout.first + Double(rows) - 0.5) * layout.perRow
        let hair = layout.perRow * 1e-6
        guard layout.first.magnitude < 1e14, bottom <= low + hair, top >= high - hair else {
          return false
        }
        let scale = scale(of: layout)
        return scale.low.isFinite && scale.high.isFinite && scale.low < scale.high
          && (!isLogarithmic || scale.low > 0)
      }
    }

    /// Distances of two rows below which not all would be seen.
    private var least: Double { (high - low) / Double(rows) * 0.999 }

    /// Whole or with half a row between zero and the lowest one; a decade has so many rows.
    private var logarithmicLayouts: [Layout] {
      let anchor = Double(max(1, rows / 8))
      let distances = (1...100).reversed().map { 1 / Double($0) } + [2, 3, 5, 10, 20, 50, 100]
      return distances.filter { $0 >= least }.flatMap { perRow in
        [0, 0.5].map { part in
          let first = anchor * ((low / perRow + 0.5 - part) / anchor).rounded(.down) + part
          return Layout(perRow: perRow, first: first)
        }
      }
    }

    /// Labels stand at every so many rows.
    private var linearLayouts: [Layout] {
      let gaps = gap...max(gap + 1, min(gap * 2, rows - 1))
      let decade = Int(saturating: log10(least).rounded(.down))
      var layouts: [Layout] = []
      for exponent in decade...decade + 2 {
        for mantissa in [1.0, 2, 2.5, 5] {
          for gap in gaps {
            let step = mantissa * pow(10, Double(exponent))
            let perRow = step / Double(gap)
            guard perRow >= least, perRow.isFinite else { continue }
            // Few rows are not wasted for the lowest label's sake.
            let anchor = rows < 8 ? 1 : Double(gap)
            let first = anchor * ((low / perRow + 0.5) / anchor).rounded(.down)
            let kept = bounded(first, perRow)
            layouts.append(Layout(perRow: perRow, first: kept, step: step))
          }
        }
      }
      return layouts.sorted { $0.perRow < $1.perRow }
    }

    /// Below zero and above the ceiling there is nothing to see.
    private func bounded(_ first: Double, _ perRow: Double) -> Double {
      var first = first
      if let ceiling, (first + Double(rows - 1)) * perRow > ceiling {
        first = (ceiling / perRow + 1e-6).rounded(.down) - Double(rows - 1)
      }
      return low >= 0 ? max(first, 0) : first
    }

    // MARK: Ticks

    private func multiples(of step: Double, first: Double, _ perRow: Double) -> [[Double]] {
      let low = (first * perRow / step - 1e-6).rounded(.up)
      let high = ((first + Double(rows - 1)) * perRow / step + 1e-6).rounded(.down)
      guard low.isFinite, high >= low, high - low < 200 else { return [] }
      return [(0...Int(saturating: high - low)).map { (low + Double($0)) * step }]
    }

    private func logarithmicChoices(first: Double, _ perRow: Double) -> [[Double]] {
      let (low, high) = (first * perRow, (first + Double(rows - 1)) * perRow)
      let decades = Int(saturating: low.rounded(.down))...Int(saturating: high.rounded(.up))
      guard decades.count < 1000 else { return [] }
      let strides = [50, 20, 10, 5, 3, 2].map { stride in
        decades.filter { $0 % stride == 0 }.map { pow(10, Double($0)) }
      }
      let sets: [[Double]] = [[1], [1, 3], [1, 2, 5], [1, 2, 3, 5, 7]]
      let round = sets.map { set in
        decades.flatMap { decade in set.map { $0 * pow(10, Double(decade)) } }
      }
      guard high - low < 2 else { return strides + round }
      // What is narrow on a logarithmic axis is nearly linear.
      let (from, to) = (pow(10, low), pow(10, high))
      let decade = pow(10, log10(to - from).rounded(.down))
      let even = [1, 0.5, 0.25, 0.2, 0.1, 0.05, 0.02].compactMap { part -> [Double]? in
        let step = part * decade
        let (first, last) = ((from / step).rounded(.up), (to / step).rounded(.down))
        guard first.isFinite, last >= first, last - first < 200 else { return nil }
        return (0...Int(saturating: last - first)).map { (first + Double($0)) * step }
      }
      return round + even
    }

    /// - Parameter areWhole: every value of a set that is in view is to have its tick.
    private func ticks(of layout: Layout, areWhole: Bool) -> [Tick] {
      var best: [Tick] = []
      let choices =
        layout.step.map { multiples(of: $0, first: layout.first, layout.perRow) }
        ?? logarithmicChoices(first: layout.first, layout.perRow)
      for values in choices {
        let found = placed(values, layout, areWhole: areWhole)
        if found.count > best.count { best = found }
        if best.count >= enough { break }
      }
      return best
    }

    /// Those that stand on rows, as far apart as labels have to be, and can be said in few columns.
    private func placed(_ values: [Double], _ layout: Layout, areWhole: Bool) -> [Tick] {
      var found: [(value: Double, row: Int)] = []
      for value in values where !isLogarithmic || value > 0 {
        let place = (isLogarithmic ? log10(value) : value) / layout.perRow - layout.first
        let row = place.rounded()
        guard row >= 0, row < Double(rows) else { continue }
        let fromTop = rows - 1 - Int(saturating: row)
        // A quarter of a row is a dot.
        if abs(place - row) < 0.26, found.last.map({ fromTop <= $0.row - gap }) ?? true {
          found.append((value, fromTop))
        } else if areWhole {
          return []
        }
      }
      let ticks = said(found, perRow: layout.perRow)
      return areWhole && ticks.count < found.count ? [] : ticks
    }

    /// A label that cannot say its value within the columns it has would be a lie.
    private func said(_ found: [(value: Double, row: Int)], perRow: Double) -> [Tick] {
      let factor = format == .percent ? 100.0 : 1
      let labels = AxisScale.labels(found.map { $0.value * factor }, isLogarithmic: isLogarithmic)
      return zip(found, labels).compactMap { tick, label in
        guard let said = Double(label), label.count <= AxisScale.labelColumns,
          !isLogarithmic || said > 0
        else { return nil }
        let heard = isLogarithmic ? log10(said / factor) : said / factor
        let meant = isLogarithmic ? log10(tick.value) : tick.value
        guard abs(heard - meant) < perRow * 0.1 else { return nil }
        return Tick(value: tick.value, label: label, row: tick.row)
      }
    }
  }
}
