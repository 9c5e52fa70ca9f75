import Glibc
import Kernels

/// How well each row is predicted by a regression on all others, for several strengths at once and
/// without solving once for each row: its residual is that of the regression on all of them, divided by
/// 1 − h, where h is its own part in its prediction (Hastie, Tibshirani & Friedman, The Elements of
/// Statistical Learning, 7.10).
final class LeaveOneOut {
  /// Relative to the largest eigenvalue: half a decade apart. Below the first of them float32 features
  /// tell nothing.
  static let relativeStrengths = (0...14).map { pow(10, Double($0) / 2 - 6) }

  let strengths: [Double]
  /// Sums of squared residuals, by strength.
  var errors: [Double] { sums.values }

  private let targets: RidgeTargets
  private let form: any RidgeForm
  private let pool: WorkerPool
  /// h: `[rows, strengths]`.
  private let shares: FloatBuffer
  /// f(s, λ): `[coordinates, strengths]`.
  private let filters: FloatBuffer
  /// f(s, λ) · p: `[coordinates, strengths × classes]`.
  private let coefficients: FloatBuffer
  private let squares: FloatBuffer
  private let sums: Matrix
  private let predictions: FloatBuffer

  /// Bytes that it takes.
  static func bytes(rows: Int, coordinates: Int, classes: Int) -> Int {
    let (count, block) = (relativeStrengths.count, min(rows, RowBlocks.size))
    let floats =
      (rows + coordinates * (1 + classes) + block * classes) * count + block * coordinates
    return floats * MemoryLayout<Float>.stride
  }

  /// - Parameter form: decomposed.
  init(_ form: any RidgeForm, targets: RidgeTargets, pool: WorkerPool) {
    self.form = form
    self.targets = targets
    self.pool = pool
    let largest = form.eigenvalues.max() ?? 0
    strengths = largest > 0 ? Self.relativeStrengths.map { $0 * largest } : [1]
    sums = Matrix(rows: 1, columns: strengths.count)
    let (count, classes) = (strengths.count, targets.classes.count)
    let coordinates = form.eigenvalues.count
    let block = min(RowBlocks.size, targets.rows)
    shares = FloatBuffer(count: targets.rows * count)
    filters = FloatBuffer(count: coordinates * count)
    coefficients = FloatBuffer(count: coordinates * count * classes)
    squares = FloatBuffer(count: block * coordinates)
    predictions = FloatBuffer(count: block * count * classes)
    for (j, eigenvalue) in form.eigenvalues.enumerated() {
      for (l, strength) in strengths.enumerated() {
        let filter = form.filter(eigenvalue, strength: strength)
        filters.pointer[j * count + l] = Float(filter)
        for k in 0..<classes {
          coefficients.pointer[(j * count + l) * classes + k] =
            Float(filter * form.projections[j, k])
        }
      }
    }
  }

  /// Takes some rows.
  /// - Parameter values: their features, where the form reads them again.
  func measure(_ rows: Range<Int>, _ values: UnsafePointer<Float>?) {
    let coordinates = form.coordinates(rows, values)
    let size = form.eigenvalues.count
    let (count, classes) = (strengths.count, targets.classes.count)
    nonisolated(unsafe) let (z, squared) = (coordinates, squares.pointer)
    pool.parallelFor(rows.count) { row, _ in
      for j in row * size..<(row + 1) * size { squared[j] = z[j] * z[j] }
    }
    DenseKernel(rows: rows.count, inputs: size, outputs: count, pool: pool).forward(
      input: squares.pointer, weights: filters.pointer,
      output: shares.pointer + rows.lowerBound * count)
    DenseKernel(rows: rows.count, inputs: size, outputs: count * classes, pool: pool).forward(
      input: coordinates, weights: coefficients.pointer, output: predictions.pointer)
    let means = targets.means
    let places = targets.places
    nonisolated(unsafe) let (predicted, own) = (predictions.pointer, shares.pointer)
    nonisolated(unsafe) let sums = sums.pointer  // Disjoint: a tile writes its own strength's.
    pool.parallelFor(count) { l, _ in
      for (number, row) in rows.enumerated() {
        let factor = 1 / Self.others(own[row * count + l], rows: places.count)
        let prediction = predicted + (number * count + l) * classes
        for k in 0..<classes {
          let target = (k == places[row] ? 1 : 0) - means[k]
          let residual = (target - Double(prediction[k])) * factor
          sums[l] += residual * residual
        }
      }
    }
  }

  /// 1 − h of a row: what of its prediction is not its own. The mean that all share has its part in h.
  private static func others(_ share: Float, rows: Int) -> Double {
    max(1 - 1 / Double(rows) - Double(share), 1e-6)
  }

  /// The place of the strength with the smallest error.
  var best: Int {
    let errors = errors
    return errors.indices.min { errors[$0] < errors[$1] }!
  }

  /// What a row would be predicted as by all others, of what it is predicted as.
  func withoutItself(_ row: Int, _ prediction: Double, class place: Int, strength: Int) -> Double {
    let target = targets.places[row] == place ? 1.0 : 0
    let share = shares.pointer[row * strengths.count + strength]
    return target - (target - prediction) / Self.others(share, rows: targets.rows)
  }
}
