/// A dense layer's products, prepared for one size: `[rows, inputs] × [inputs, outputs]`.
///
/// A row's result is the same bits alone as in any batch. The gradient of the bias is
/// `Reduction.sumRows` of the output's gradient.
package final class DenseKernel {
  /// Rows of a tile, where there are many.
  private static let rowsPerTile = 96
  /// Depth of a piece of weights that is packed and multiplied at a time.
  private static let depthBlock = Product.depthBlock
  /// Up to this many rows, weights are read where they lie: packing would take longer.
  private static let fewRows = 24

  package let rows: Int
  package let inputs: Int
  package let outputs: Int
  private let pool: WorkerPool

  package init(rows: Int, inputs: Int, outputs: Int, pool: WorkerPool) {
    precondition(rows > 0 && inputs > 0 && outputs > 0)
    self.rows = rows
    self.inputs = inputs
    self.outputs = outputs
    self.pool = pool
    pool.reserveScratch(Self.depthBlock * Panels.width)
    pool.reserveShared(Panels.packedCount(depth: rows, columns: outputs))
  }

  /// `output = activation(input × weights + bias)`
  package func forward(
    input: UnsafePointer<Float>, weights: UnsafePointer<Float>, bias: UnsafePointer<Float>? = nil,
    activation: Activation = .linear, output: UnsafeMutablePointer<Float>
  ) {
    forEachTile(columns: outputs) { rows, panel, packed in
      let used = Panels.columns(of: panel, of: outputs)
      let column = panel * Panels.width
      var product = Product.Operands(
        rows: rows.count, depth: 0, a: input + rows.lowerBound * inputs, aRow: inputs,
        b: packed, packedDepth: 0, columns: used, panels: 0..<1,
        c: output + rows.lowerBound * outputs + column, cRow: outputs,
        bias: bias.map { $0 + column })
      for start in stride(from: 0, to: inputs, by: Self.depthBlock) {
        product.depth = min(Self.depthBlock, inputs - start)
        product.packedDepth = product.depth
        product.bounds = start + product.depth == inputs ? activation.bounds : nil
        let source = weights + start * outputs + column
        if rows.count <= Self.fewRows && used % lanes == 0 {
          product.b = source
          product.bStride = outputs
        } else {
          Panels.pack(
            panels: 0..<1, rows: 0..<product.depth, depth: product.depth, columns: used,
            source: source, stride: outputs, target: packed)
        }
        Product.run(product)
        product.a += product.depth
        product.accumulates = true
      }
      if activation.bounds == nil && activation != .linear {
        for row in rows {
          let values = output + row * outputs + column
          activation.forward(count: used, input: values, output: values)
        }
      }
    }
  }

  /// `inputGradient = outputGradient × weightsᵀ`
  package func inputGradient(
    outputGradient: UnsafePointer<Float>, weights: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    forEachTile(columns: inputs) { rows, panel, packed in
      let used = Panels.columns(of: panel, of: inputs)
      let column = panel * Panels.width
      var product = Product.Operands(
        rows: rows.count, depth: 0, a: outputGradient + rows.lowerBound * outputs, aRow: outputs,
        b: packed, packedDepth: 0, columns: used, panels: 0..<1,
        c: inputGradient + rows.lowerBound * inputs + column, cRow: inputs)
      for start in stride(from: 0, to: outputs, by: Self.depthBlock) {
        product.depth = min(Self.depthBlock, outputs - start)
        product.packedDepth = product.depth
        Panels.packTransposed(
          panels: 0..<1, rows: 0..<product.depth, depth: product.depth, columns: used,
          source: weights + column * outputs + start, stride: outputs, target: packed)
        Product.run(product)
        product.a += product.depth
        product.accumulates = true
      }
    }
  }

  /// Calls `body(rows, panel, scratch for one packed panel)` for every tile of `[rows, columns]`.
  private func forEachTile(
    columns: Int, _ body: (Range<Int>, Int, UnsafeMutablePointer<Float>) -> Void
  ) {
    let panels = Panels.count(columns: columns)
    let rowTiles = (rows + Self.rowsPerTile - 1) / Self.rowsPerTile
    pool.parallelFor(panels * rowTiles) { tile, worker in
      let start = tile / panels * Self.rowsPerTile
      body(
        start..<min(start + Self.rowsPerTile, rows), tile % panels, pool.scratch(of: worker))
    }
  }

  /// `weightGradient = inputᵀ × outputGradient`
  package func weightGradient(
    input: UnsafePointer<Float>, outputGradient: UnsafePointer<Float>,
    weightGradient: UnsafeMutablePointer<Float>
  ) {
    let packed = pool.shared
    let panels = Panels.count(columns: outputs)
    nonisolated(unsafe) let shared = packed  // Disjoint: a tile fills its own panel.
    pool.parallelFor(panels) { panel, _ in
      Panels.pack(
        panels: panel..<panel + 1, rows: 0..<rows, depth: rows, columns: outputs,
        source: outputGradient, stride: outputs, target: shared)
    }
    let tiles = (inputs + Self.rowsPerTile - 1) / Self.rowsPerTile
    nonisolated(unsafe) let target = weightGradient  // Disjoint: a tile writes its own rows.
    pool.parallelFor(tiles) { tile, _ in
      let start = tile * Self.rowsPerTile
      Product.run(
        Product.Operands(
          rows: min(Self.rowsPerTile, inputs - start), depth: rows, a: input + start, aRow: 1,
          aDepth: inputs, b: shared, packedDepth: rows, columns: outputs, panels: 0..<panels,
          c: target + start * outputs, cRow: outputs))
    }
  }
}
