/// What linear algebra cannot do with a matrix.
package enum LinearAlgebraError: Error, Equatable, CustomStringConvertible {
  /// The part of the first `order` rows and columns is not.
  case notPositiveDefinite(order: Int)
  case notFinite
  /// More rows than LAPACK can count.
  case tooLarge(rows: Int)
  /// After as many iterations as LAPACK makes.
  case eigenvaluesNotFound

  package var description: String {
    switch self {
    case .notPositiveDefinite(let order):
      "expected a positive definite matrix, found one that is not in its first \(order) rows"
    case .notFinite: "expected a matrix of numbers, found one with infinities or NaN"
    case .tooLarge(let rows):
      "expected a matrix of up to \(LAPACK.rowLimit) rows, found \(rows)"
    case .eigenvaluesNotFound: "the eigenvalues of a matrix could not be found"
    }
  }
}
