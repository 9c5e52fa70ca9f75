import Kernels

/// One of the two ways to solve the same equations: over pairs of features, or over pairs of rows where
/// there are fewer of those.
///
/// Both bring the features into coordinates in which the penalty acts on each alone. There, with
/// eigenvalue s and strength λ, a prediction is Σ z · f(s, λ) · p, and a row's own part in it
/// Σ z² · f(s, λ): one decomposition serves every strength.
protocol RidgeForm: AnyObject {
  /// Whether rows are to come again after the first pass.
  var readsAgain: Bool { get }
  /// Not negative; in the order of the coordinates.
  var eigenvalues: [Double] { get }
  /// p: `[coordinates, classes]`.
  var projections: Matrix { get }

  /// Takes rows of the first pass.
  func collect(_ rows: Range<Int>, _ values: UnsafePointer<Float>)
  /// After the first pass: finds eigenvalues and projections.
  /// - Throws: `RidgeError`, `LinearAlgebraError`.
  func decompose() throws
  /// f(s, λ)
  func filter(_ eigenvalue: Double, strength: Double) -> Double
  /// z: `[rows, coordinates]`.
  /// - Parameter values: of those rows; not read where nothing `readsAgain`.
  func coordinates(_ rows: Range<Int>, _ values: UnsafePointer<Float>?) -> UnsafePointer<Float>
  /// Solves at one strength.
  /// - Returns: `[features, classes]`, and what is added for each class, on the rows as they came.
  func solve(strength: Double) throws -> (weights: Matrix, bias: [Double])
}
