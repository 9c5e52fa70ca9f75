import COpenBLAS

/// OpenBLAS, as linear algebra uses it: on one thread, so that its bits never depend on how many there
/// are. They do depend on the kernels that it chose for the processor.
package enum LAPACK {
  /// Most rows of a matrix: sizes of work memory are counted in 32 bits.
  package static let rowLimit = 32_000

  /// The kernels that OpenBLAS chose for this processor, or was held to: `SkylakeX`.
  package static var core: String { String(cString: openblas_get_corename()) }

  /// Before every use: the environment may ask for more threads.
  static func begin() { openblas_set_num_threads(1) }

  static func check(square matrix: Matrix) throws(LinearAlgebraError) {
    precondition(matrix.rows == matrix.columns, "\(matrix.rows) × \(matrix.columns)")
    guard matrix.rows <= rowLimit else { throw .tooLarge(rows: matrix.rows) }
    guard matrix.isLowerTriangleFinite else { throw .notFinite }
  }
}
