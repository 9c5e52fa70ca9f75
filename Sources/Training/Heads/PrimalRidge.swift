import Kernels

/// Ridge regression over pairs of features: (XᵀX + λI) W = XᵀY on centred X. Rows pass by and are not
/// kept.
final class PrimalRidge: RidgeForm {
  let readsAgain = true
  private(set) var eigenvalues: [Double] = []
  private(set) var projections = Matrix(rows: 0, columns: 0)

  private let targets: RidgeTargets
  private let width: Int
  private let pool: WorkerPool
  private var gram: GramAccumulator?
  /// Sums of the rows of each class: `[classes, features]`.
  private let classSums: Matrix
  private var mean: [Double] = []
  /// XᵀX on centred rows, its lower triangle.
  private var covariance = Matrix(rows: 0, columns: 0)
  /// XᵀY: `[features, classes]`.
  private var moments = Matrix(rows: 0, columns: 0)
  /// From features to coordinates: `[features, coordinates]`, and what is added.
  private var basis = FloatBuffer(count: 0)
  private var offset = FloatBuffer(count: 0)
  private var projected = FloatBuffer(count: 0)

  init(_ targets: RidgeTargets, width: Int, pool: WorkerPool) {
    self.targets = targets
    self.width = width
    self.pool = pool
    gram = GramAccumulator(columns: width, pool: pool)
    classSums = Matrix(rows: targets.classes.count, columns: width)
  }

  /// Bytes that it takes at most.
  static func bytes(width: Int, classes: Int, threads: Int) -> Int {
    let square = width * width * MemoryLayout<Double>.stride
    // The covariance, a copy that becomes the vectors, and the work of finding them; or the basis.
    return GramAccumulator.bytes(columns: width, threads: threads) + square
      + SymmetricEigen.workBytes(rows: width)
      + 2 * RowBlocks.size * width * MemoryLayout<Float>.stride
      + 4 * width * classes * MemoryLayout<Double>.stride
  }

  func collect(_ rows: Range<Int>, _ values: UnsafePointer<Float>) {
    gram?.add(rows: rows.count, values)
    let width = width
    let columnsPerTile = 256
    nonisolated(unsafe) let sums = classSums.pointer  // Disjoint: a tile writes its own columns.
    nonisolated(unsafe) let values = values
    let places = targets.places
    pool.parallelFor((width + columnsPerTile - 1) / columnsPerTile) { tile, _ in
      let columns = tile * columnsPerTile..<min(width, (tile + 1) * columnsPerTile)
      for (number, row) in rows.enumerated() {
        let sum = sums + places[row] * width
        let value = values + number * width
        for c in columns { sum[c] += Double(value[c]) }
      }
    }
  }

  func decompose() throws {
    guard let gram else { preconditionFailure("decomposed twice") }
    let rows = Double(targets.rows)
    mean = (0..<width).map { c in
      targets.classes.indices.reduce(0.0) { $0 + classSums[$1, c] } / rows
    }
    covariance = gram.sums
    self.gram = nil
    let (width, mean) = (width, mean)
    nonisolated(unsafe) let pairs = covariance.pointer  // Disjoint: a tile writes its own row.
    pool.parallelFor(width) { row, _ in
      let factor = rows * mean[row]
      for c in 0...row { pairs[row * width + c] -= factor * mean[c] }
    }
    moments = Matrix(rows: width, columns: targets.classes.count)
    for (place, count) in targets.counts.enumerated() {
      for c in 0..<width { moments[c, place] = classSums[place, c] - Double(count) * mean[c] }
    }
    let eigen = try SymmetricEigen(of: covariance.copy())
    eigenvalues = eigen.values.map { max(0, $0) }
    project(onto: eigen.vectors)
  }

  private func project(onto vectors: Matrix) {
    let (width, mean, classes) = (width, mean, targets.classes.count)
    projections = Matrix(rows: width, columns: classes)
    basis = FloatBuffer(count: width * width)
    offset = FloatBuffer(count: width)
    projected = FloatBuffer(count: min(RowBlocks.size, targets.rows) * width)
    // Disjoint: a tile writes what belongs to its own vector.
    nonisolated(unsafe) let (basis, offset) = (basis.pointer, offset.pointer)
    nonisolated(unsafe) let (projections, moments) = (projections.pointer, moments.pointer)
    nonisolated(unsafe) let vectors = vectors.pointer
    pool.parallelFor(width) { j, _ in
      let vector = vectors + j * width
      let projection = projections + j * classes
      var sum = 0.0
      for i in 0..<width {
        basis[i * width + j] = Float(vector[i])
        sum -= mean[i] * vector[i]
        for k in 0..<classes { projection[k] += vector[i] * moments[i * classes + k] }
      }
      offset[j] = Float(sum)
    }
  }

  func filter(_ eigenvalue: Double, strength: Double) -> Double { 1 / (eigenvalue + strength) }

  func coordinates(_ rows: Range<Int>, _ values: UnsafePointer<Float>?) -> UnsafePointer<Float> {
    DenseKernel(rows: rows.count, inputs: width, outputs: width, pool: pool).forward(
      input: values!, weights: basis.pointer, bias: offset.pointer, output: projected.pointer)
    return UnsafePointer(projected.pointer)
  }

  func solve(strength: Double) throws -> (weights: Matrix, bias: [Double]) {
    let matrix = covariance
    for i in 0..<width { matrix[i, i] += strength }
    try Cholesky(factoring: matrix).solve(moments)
    // Nothing reads them any more.
    covariance = Matrix(rows: 0, columns: 0)
    basis = FloatBuffer(count: 0)
    let bias = targets.means.enumerated().map { place, target in
      (0..<width).reduce(target) { $0 - mean[$1] * moments[$1, place] }
    }
    return (moments, bias)
  }
}
