/// One optimiser's formula, on sixteen weights at a time.
protocol UpdateRule {
  /// What to add to the weights. `first` and `second` are the optimiser's memory of them; zero and
  /// not kept where it has none.
  func change(
    _ gradient: SIMD16<Float>, _ first: inout SIMD16<Float>, _ second: inout SIMD16<Float>
  ) -> SIMD16<Float>
}

extension Update {
  /// What an update learns about a parameter on its way: sums of squares.
  package struct Squares: Equatable, Sendable {
    /// Of the gradient as it was handed in.
    package var gradient = 0.0
    /// Of the weights after the update.
    package var weights = 0.0
    /// Of what was added to the weights, weight decay included.
    package var change = 0.0

    package init(gradient: Double = 0, weights: Double = 0, change: Double = 0) {
      self.gradient = gradient
      self.weights = weights
      self.change = change
    }

    package static func + (a: Squares, b: Squares) -> Squares {
      Squares(
        gradient: a.gradient + b.gradient, weights: a.weights + b.weights,
        change: a.change + b.change)
    }
  }

  /// Values of one tile. A multiple of the vector's length, and never dependent on the pool.
  private static let tileCount = 16_384

  /// Runs a rule over a parameter: one pass over memory, squares gathered on the way and added in
  /// the order of the tiles.
  static func apply<Rule: UpdateRule>(
    _ rule: Rule, to target: Target, first: UnsafeMutablePointer<Float>?,
    second: UnsafeMutablePointer<Float>? = nil, pool: WorkerPool
  ) -> Squares {
    let tiles = (target.count + tileCount - 1) / tileCount
    return withUnsafeTemporaryAllocation(of: Squares.self, capacity: max(tiles, 1)) { partial in
      // Each tile writes its own element, and `parallelFor` returns when all have.
      nonisolated(unsafe) let partial = partial
      pool.parallelFor(tiles) { tile, _ in
        let start = tile * tileCount
        partial[tile] = run(
          rule, on: target, range: start..<min(start + tileCount, target.count), first: first,
          second: second)
      }
      return partial[..<tiles].reduce(Squares(), +)
    }
  }

  private static func run<Rule: UpdateRule>(
    _ rule: Rule, on target: Target, range: Range<Int>, first: UnsafeMutablePointer<Float>?,
    second: UnsafeMutablePointer<Float>?
  ) -> Squares {
    let keep = 1 - target.weightDecay * target.rate
    var gradientSquares = SIMD16<Float>.zero
    var weightSquares = SIMD16<Float>.zero
    var changeSquares = SIMD16<Float>.zero

    @inline(__always) func advance(
      _ w: inout SIMD16<Float>, _ raw: SIMD16<Float>, _ a: inout SIMD16<Float>,
      _ b: inout SIMD16<Float>
    ) {
      let before = w
      w = (before * keep) + rule.change(raw * target.gradientScale, &a, &b)
      let change = w - before
      gradientSquares.addProduct(raw, raw)
      weightSquares.addProduct(w, w)
      changeSquares.addProduct(change, change)
    }

    var i = range.lowerBound
    while i + 16 <= range.upperBound {
      var w = load(target.weights + i)
      var a = first.map { load($0 + i) } ?? .zero
      var b = second.map { load($0 + i) } ?? .zero
      advance(&w, load(target.gradient + i), &a, &b)
      store(w, target.weights + i)
      if let first { store(a, first + i) }
      if let second { store(b, second + i) }
      i += 16
    }
    if i < range.upperBound {
      // The tail, with zeros in the lanes beyond it: whatever a rule makes of those is dropped.
      let count = range.upperBound - i
      var w = load(target.weights + i, count: count)
      var a = first.map { load($0 + i, count: count) } ?? .zero
      var b = second.map { load($0 + i, count: count) } ?? .zero
      advance(&w, load(target.gradient + i, count: count), &a, &b)
      store(w, target.weights + i, count: count)
      if let first { store(a, first + i, count: count) }
      if let second { store(b, second + i, count: count) }
    }
    return Squares(
      gradient: Double(gradientSquares.sum()), weights: Double(weightSquares.sum()),
      change: Double(changeSquares.sum()))
  }
}

/// Sixteen values from memory of any alignment.
@inline(__always) private func load(_ pointer: UnsafePointer<Float>) -> SIMD16<Float> {
  UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<Float>.self)
}

@inline(__always) private func store(
  _ values: SIMD16<Float>, _ pointer: UnsafeMutablePointer<Float>
) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: values, as: SIMD16<Float>.self)
}

private func load(_ pointer: UnsafePointer<Float>, count: Int) -> SIMD16<Float> {
  var values = SIMD16<Float>.zero
  for i in 0..<count { values[i] = pointer[i] }
  return values
}

private func store(
  _ values: SIMD16<Float>, _ pointer: UnsafeMutablePointer<Float>, count: Int
) {
  for i in 0..<count { pointer[i] = values[i] }
}
