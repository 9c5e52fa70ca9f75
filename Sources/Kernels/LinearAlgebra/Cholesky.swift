import COpenBLAS

/// The factor L of a positive definite matrix A = L × Lᵀ, L lower triangular, for solving A × X = B.
package struct Cholesky {
  /// The lower triangle is L; above it lies what the matrix had there.
  package let factor: Matrix

  /// - Parameter matrix: symmetric; only its lower triangle is read. Becomes the factor.
  /// - Throws: `LinearAlgebraError` where it is not positive definite; nothing of it is of use then.
  package init(factoring matrix: Matrix) throws(LinearAlgebraError) {
    try LAPACK.check(square: matrix)
    factor = matrix
    guard matrix.rows > 0 else { return }
    LAPACK.begin()
    var size = Int32(matrix.rows)
    var leading = size
    var info: Int32 = 0
    // LAPACK's columns are rows here: its upper triangle is the lower one.
    dpotrf_("U", &size, matrix.pointer, &leading, &info, 1)
    if info > 0 { throw .notPositiveDefinite(order: Int(info)) }
    precondition(info == 0, "dpotrf: argument \(-info)")
    let diagonal = (0..<matrix.rows).map { matrix[$0, $0] }
    if let order = diagonal.firstIndex(where: { !($0 > 0 && $0.isFinite) }) {
      throw .notPositiveDefinite(order: order + 1)
    }
  }

  /// Solves for every column of `sides`, which becomes the solution.
  package func solve(_ sides: Matrix) {
    precondition(sides.rows == factor.rows, "\(sides.rows) of \(factor.rows) rows")
    guard sides.rows > 0, sides.columns > 0 else { return }
    LAPACK.begin()
    for transposition in [CblasNoTrans, CblasTrans] {
      cblas_dtrsm(
        CblasRowMajor, CblasLeft, CblasLower, transposition, CblasNonUnit, Int32(sides.rows),
        Int32(sides.columns), 1, factor.pointer, Int32(factor.columns), sides.pointer,
        Int32(sides.columns))
    }
  }
}
