import Files

extension Chart {
  func drawAxes(_ rect: Rect, _ plot: Rect, _ axis: AxisRows?, _ canvas: inout Canvas) {
    if plot.x > rect.x {
      canvas.frame.fill(
        Rect(x: plot.x - 1, y: plot.y, width: 1, height: plot.height), canvas.glyphs.box.vertical,
        style: canvas.theme.faint)
      if let axis { drawValueTicks(axis, rect, plot, &canvas) }
    }
    if let labels {
      PlotFrame.draw(labels, under: plot, &canvas)
    } else if plot.maxY < rect.maxY {
      drawStepTicks(plot, &canvas)
    }
  }

  private func drawValueTicks(
    _ axis: AxisRows, _ rect: Rect, _ plot: Rect, _ canvas: inout Canvas
  ) {
    let theme = canvas.theme
    for tick in axis.ticks where tick.row < plot.height {
      let y = plot.y + tick.row
      canvas.frame.put(canvas.glyphs.axisTick, width: 1, x: plot.x - 1, y: y, style: theme.faint)
      canvas.frame.text(
        tick.label, in: Rect(x: rect.x, y: y, width: plot.x - 1 - rect.x, height: 1),
        style: theme.label, align: .right, ellipsis: "")
    }
  }

  /// Epochs begin at a tick. Within an epoch, and before its length is known, steps.
  private func drawStepTicks(_ plot: Rect, _ canvas: inout Canvas) {
    let theme = canvas.theme
    let y = plot.maxY
    let length = steps.upperBound - steps.lowerBound
    guard length > 0, plot.width > 0 else { return }
    let unit = stepsPerEpoch.flatMap { $0 > 0 && length >= $0 * 0.8 ? $0 : nil } ?? 1
    let isEpoch = unit != 1 || stepsPerEpoch == 1
    let scale = AxisScale.exact(low: steps.lowerBound / unit, high: steps.upperBound / unit)
    let name = isEpoch ? "epoch" : "step"
    // A label needs its own columns and some between.
    let ticks = scale.wholeTicks(count: max(1, plot.width / 6))
    // A label at the very end stands there, with the name before it.
    let last = ticks.last.flatMap { $0.value == scale.high ? $0.label : nil }
    let nameEnd = plot.maxX - (last.map { $0.count + 1 } ?? 0)
    let nameStart = nameEnd - name.count
    let isNamed = plot.width >= 20
    var end = plot.x
    for tick in ticks {
      let x = plot.x + Int(saturating: scale.share(of: tick.value) * Double(plot.width))
      let width = tick.label.count
      let isEnd = tick.value == scale.high
      let start = isEnd ? plot.maxX - width : min(max(plot.x, x - width / 2), plot.maxX - width)
      guard start >= end, isEnd || x < plot.maxX, isEnd || !isNamed || start + width < nameStart
      else { continue }
      canvas.frame.text(tick.label, x: start, y: y, style: theme.label)
      end = start + width + 2
    }
    if isNamed { canvas.frame.text(name, x: nameStart, y: y, style: theme.faint) }
  }

  // MARK: Points that are no number

  /// At the upper edge, because that is where a loss that overflows goes.
  func drawNotANumbers(_ plot: Rect, _ canvas: inout Canvas) {
    let (theme, glyphs) = (canvas.theme, canvas.glyphs)
    let across = DotCanvas.dotsAcross(glyphs.level)
    var last: Int?
    for series in series {
      for (index, column) in series.columns.enumerated() where column?.nonFinite ?? 0 > 0 {
        let x = index / across
        guard x < plot.width else { continue }
        canvas.frame.put(
          glyphs.notANumber, width: 1, x: plot.x + x, y: plot.y, style: theme.failure)
        last = max(last ?? x, x)
      }
    }
    guard let last else { return }
    // In words, beside the last of them.
    let x = last + 5 < plot.width ? plot.x + last + 2 : plot.maxX - 3
    let y = last + 5 < plot.width ? plot.y : plot.y + min(1, plot.height - 1)
    canvas.frame.text("NaN", x: x, y: y, style: theme.failure)
  }
}

extension AxisScale {
  /// A linear scale without air.
  static func exact(low: Double, high: Double) -> AxisScale { AxisScale(exactly: low, high) }

  /// Ticks at whole numbers.
  func wholeTicks(count: Int) -> [Tick] {
    var step = 1.0
    let factors = [2.0, 2.5, 2]
    var turn = 0
    while (high - low) / step > Double(count), step < 1e12 {
      step *= factors[turn % 3]
      turn += 1
    }
    let first = (low / step).rounded(.up)
    let last = (high / step).rounded(.down)
    guard first <= last, last - first < 1000 else { return [] }
    return (0...Int(saturating: last - first)).map {
      let value = (first + Double($0)) * step
      return Tick(value: value, label: Self.fixed(value, 0))
    }
  }
}
