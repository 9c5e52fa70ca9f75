import Glibc

extension Reference {
  /// The lower triangular factor L of A = L × Lᵀ, row by row; `nil` where A is not positive definite.
  package static func cholesky(_ matrix: Matrix) -> Matrix? {
    let factor = Matrix(rows: matrix.rows, columns: matrix.rows)
    for i in 0..<matrix.rows {
      for j in 0...i {
        let sum = (0..<j).reduce(matrix[i, j]) { $0 - factor[i, $1] * factor[j, $1] }
        if i == j {
          guard sum > 0 else { return nil }
          factor[i, i] = sum.squareRoot()
        } else {
          factor[i, j] = sum / factor[j, j]
        }
      }
    }
    return factor
  }

  /// X of A × X = B, A positive definite; `nil` where it is not.
  package static func solve(_ matrix: Matrix, _ sides: Matrix) -> Matrix? {
    guard let factor = cholesky(matrix) else { return nil }
    let solution = sides.copy()
    let rows = matrix.rows
    for column in 0..<sides.columns {
      for i in 0..<rows {
        let sum = (0..<i).reduce(solution[i, column]) { $0 - factor[i, $1] * solution[$1, column] }
        solution[i, column] = sum / factor[i, i]
      }
      for i in (0..<rows).reversed() {
        let sum = (i + 1..<rows).reduce(solution[i, column]) {
          $0 - factor[$1, i] * solution[$1, column]
        }
        solution[i, column] = sum / factor[i, i]
      }
    }
    return solution
  }

  /// Eigenvalues, the smallest first, and eigenvectors as rows: by Jacobi's rotations, each of which
  /// makes one pair of elements zero (Golub & Van Loan, Matrix Computations, 8.5).
  package static func symmetricEigen(_ matrix: Matrix) -> (values: [Double], vectors: Matrix) {
    let size = matrix.rows
    let a = Matrix(rows: size, columns: size)
    let vectors = Matrix(rows: size, columns: size)
    for i in 0..<size {
      vectors[i, i] = 1
      for j in 0..<size { a[i, j] = j <= i ? matrix[i, j] : matrix[j, i] }
    }
    for _ in 0..<60 {
      for p in 0..<size {
        for q in p + 1..<max(size, p + 1) where a[p, q] != 0 {
          let angle = 0.5 * atan2(2 * a[p, q], a[q, q] - a[p, p])
          let (c, s) = (cos(angle), sin(angle))
          for k in 0..<size {
            let (x, y) = (a[k, p], a[k, q])
            a[k, p] = c * x - s * y
            a[k, q] = s * x + c * y
          }
          for k in 0..<size {
            let (x, y) = (a[p, k], a[q, k])
            a[p, k] = c * x - s * y
            a[q, k] = s * x + c * y
            let (v, w) = (vectors[p, k], vectors[q, k])
            vectors[p, k] = c * v - s * w
            vectors[q, k] = s * v + c * w
          }
        }
      }
    }
    let order = (0..<size).sorted { a[$0, $0] < a[$1, $1] }
    let sorted = Matrix(rows: size, columns: size)
    for (place, index) in order.enumerated() {
      sorted.row(place).update(from: vectors.row(index), count: size)
    }
    return (order.map { a[$0, $0] }, sorted)
  }

  /// Xᵀ × X of `[rows, columns]`, whole.
  package static func gram(rows: Int, columns: Int, _ values: UnsafePointer<Float>) -> Matrix {
    let sums = Matrix(rows: columns, columns: columns)
    for i in 0..<columns {
      for j in 0..<columns {
        sums[i, j] = (0..<rows).reduce(0.0) {
          $0 + Double(values[$1 * columns + i]) * Double(values[$1 * columns + j])
        }
      }
    }
    return sums
  }
}
