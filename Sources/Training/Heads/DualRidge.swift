import Kernels

/// Ridge regression over pairs of rows, for more features than rows: (XXᵀ + λI) A = Y, W = XᵀA on
/// centred X. All rows are kept, which are few.
final class DualRidge: RidgeForm {
  let readsAgain = false
  private(set) var eigenvalues: [Double] = []
  private(set) var projections = Matrix(rows: 0, columns: 0)

  private let targets: RidgeTargets
  private let width: Int
  private let pool: WorkerPool
  /// `[rows, features]`
  private let values: FloatBuffer
  private var mean: [Double] = []
  /// XXᵀ, its lower triangle.
  private var products = Matrix(rows: 0, columns: 0)
  /// `[rows, coordinates]`
  private var coordinates = FloatBuffer(count: 0)

  init(_ targets: RidgeTargets, width: Int, pool: WorkerPool) {
    self.targets = targets
    self.width = width
    self.pool = pool
    values = FloatBuffer(count: targets.rows * width)
  }

  /// Bytes that it takes at most.
  static func bytes(rows: Int, width: Int, classes: Int, threads: Int) -> Int {
    let square = rows * rows * MemoryLayout<Double>.stride
    return rows * width * MemoryLayout<Float>.stride
      + GramAccumulator.bytes(columns: rows, threads: threads) + square
      + SymmetricEigen.workBytes(rows: rows)
      + (2 * width + 4 * rows) * classes * MemoryLayout<Double>.stride
  }

  func collect(_ rows: Range<Int>, _ values: UnsafePointer<Float>) {
    (self.values.pointer + rows.lowerBound * width).update(from: values, count: rows.count * width)
  }

  func decompose() throws {
    center()
    let rows = targets.rows
    let gram = GramAccumulator(columns: rows, pool: pool)
    let block = GramAccumulator.standardBlock
    let turned = FloatBuffer(count: block * rows)
    nonisolated(unsafe) let (from, to) = (values.pointer, turned.pointer)
    let width = width
    for start in stride(from: 0, to: width, by: block) {
      let count = min(block, width - start)
      // Disjoint: a tile writes its own row's column.
      pool.parallelFor(rows) { row, _ in
        let value = from + row * width + start
        for c in 0..<count { to[c * rows + row] = value[c] }
      }
      gram.add(rows: count, turned.pointer)
    }
    products = gram.sums
    centerProducts()
    let eigen = try SymmetricEigen(of: products.copy())
    eigenvalues = eigen.values.map { max(0, $0) }
    project(onto: eigen.vectors)
  }

  /// Takes the mean of each feature off.
  private func center() {
    let (rows, width) = (targets.rows, width)
    var sums = [Double](repeating: 0, count: width)
    for row in 0..<rows {
      let start = values.pointer + row * width
      for c in 0..<width { sums[c] += Double(start[c]) }
    }
    mean = sums.map { $0 / Double(rows) }
    for row in 0..<rows {
      let start = values.pointer + row * width
      for c in 0..<width { start[c] = Float(Double(start[c]) - mean[c]) }
    }
  }

  /// What rounding has left of the mean goes, too: otherwise it would seem to be a coordinate.
  private func centerProducts() {
    let rows = targets.rows
    var means = [Double](repeating: 0, count: rows)
    for i in 0..<rows {
      for j in 0...i {
        means[i] += products[i, j]
        if j < i { means[j] += products[i, j] }
      }
    }
    for i in 0..<rows { means[i] /= Double(rows) }
    let mean = means.reduce(0, +) / Double(rows)
    for i in 0..<rows {
      for j in 0...i { products[i, j] += mean - means[i] - means[j] }
    }
  }

  /// Y on centred targets: `[rows, classes]`.
  private var sides: Matrix {
    let means = targets.means
    let sides = Matrix(rows: targets.rows, columns: means.count)
    for row in 0..<targets.rows {
      for (place, mean) in means.enumerated() {
        sides[row, place] = (targets.places[row] == place ? 1 : 0) - mean
      }
    }
    return sides
  }

  private func project(onto vectors: Matrix) {
    let (rows, classes) = (targets.rows, targets.classes.count)
    let sides = sides
    projections = Matrix(rows: rows, columns: classes)
    coordinates = FloatBuffer(count: rows * rows)
    // Disjoint: a tile writes what belongs to its own vector.
    nonisolated(unsafe) let coordinates = coordinates.pointer
    nonisolated(unsafe) let (projections, sums) = (projections.pointer, sides.pointer)
    nonisolated(unsafe) let vectors = vectors.pointer
    pool.parallelFor(rows) { j, _ in
      let vector = vectors + j * rows
      let projection = projections + j * classes
      for i in 0..<rows {
        coordinates[i * rows + j] = Float(vector[i])
        for k in 0..<classes { projection[k] += vector[i] * sums[i * classes + k] }
      }
    }
  }

  func filter(_ eigenvalue: Double, strength: Double) -> Double {
    eigenvalue / (eigenvalue + strength)
  }

  func coordinates(_ rows: Range<Int>, _ values: UnsafePointer<Float>?) -> UnsafePointer<Float> {
    UnsafePointer(coordinates.pointer + rows.lowerBound * targets.rows)
  }

  func solve(strength: Double) throws -> (weights: Matrix, bias: [Double]) {
    let (rows, width, classes) = (targets.rows, width, targets.classes.count)
    for i in 0..<rows { products[i, i] += strength }
    let sides = sides
    try Cholesky(factoring: products).solve(sides)
    products = Matrix(rows: 0, columns: 0)
    let weights = Matrix(rows: width, columns: classes)
    nonisolated(unsafe) let (sums, parts) = (weights.pointer, sides.pointer)
    nonisolated(unsafe) let values = values.pointer
    let columnsPerTile = 64
    // Disjoint: a tile writes its own features' rows.
    pool.parallelFor((width + columnsPerTile - 1) / columnsPerTile) { tile, _ in
      for row in 0..<rows {
        for c in tile * columnsPerTile..<min(width, (tile + 1) * columnsPerTile) {
          let value = Double(values[row * width + c])
          for k in 0..<classes { sums[c * classes + k] += value * parts[row * classes + k] }
        }
      }
    }
    let bias = targets.means.enumerated().map { place, target in
      (0..<width).reduce(target) { $0 - mean[$1] * weights[$1, place] }
    }
    return (weights, bias)
  }
}
