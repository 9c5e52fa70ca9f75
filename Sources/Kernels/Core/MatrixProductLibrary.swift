import COpenBLAS

/// The library behind the matrix products.
package enum MatrixProductLibrary {
  /// The kernels that OpenBLAS chose for this processor, or was held to: `SkylakeX`.
  package static var core: String { String(cString: openblas_get_corename()) }
}
