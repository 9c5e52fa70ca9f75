import COpenBLAS

/// Eigenvalues and eigenvectors of a symmetric matrix.
package struct SymmetricEigen {
  /// The smallest first.
  package let values: [Double]
  /// Each row is an eigenvector of length 1, in the order of the values.
  package let vectors: Matrix

  /// Bytes that it takes to find those of a matrix of `rows` rows, beside the matrix itself.
  package static func workBytes(rows: Int) -> Int {
    (1 + 6 * rows + 2 * rows * rows) * MemoryLayout<Double>.stride
  }

  /// - Parameter matrix: only its lower triangle is read. Its memory becomes that of the vectors.
  /// - Throws: `LinearAlgebraError`.
  package init(of matrix: Matrix) throws(LinearAlgebraError) {
    try LAPACK.check(square: matrix)
    vectors = matrix
    let rows = matrix.rows
    guard rows > 0 else {
      values = []
      return
    }
    LAPACK.begin()
    var size = Int32(rows)
    var leading = size
    var info: Int32 = 0
    var found = [Double](repeating: 0, count: rows)
    var workCount = Int32(1 + 6 * rows + 2 * rows * rows)
    var indexCount = Int32(3 + 5 * rows)
    let work = Matrix(rows: 1, columns: Int(workCount))
    var indices = [Int32](repeating: 0, count: Int(indexCount))
    // LAPACK's columns are rows here: its upper triangle is the lower one, and its columns of vectors
    // are rows.
    dsyevd_(
      "V", "U", &size, matrix.pointer, &leading, &found, work.pointer, &workCount, &indices,
      &indexCount, &info, 1, 1)
    if info > 0 { throw .eigenvaluesNotFound }
    precondition(info == 0, "dsyevd: argument \(-info)")
    values = found
  }
}
