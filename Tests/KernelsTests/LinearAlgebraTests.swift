import Kernels
import Testing

struct LinearAlgebraTests {
  static let sizes = [1, 2, 7, 33, 64, 101]

  /// Positive definite, the same for the same `layer`; what stands above its diagonal is none of it.
  private static func definite(_ size: Int, layer: UInt32) -> Matrix {
    let values = randomBuffer((size + 3) * size, layer: layer)
    let matrix = Reference.gram(rows: size + 3, columns: size, values.pointer)
    for row in 0..<size {
      matrix[row, row] += 0.1
      for column in row + 1..<max(size, row + 1) { matrix[row, column] = .nan }
    }
    return matrix
  }

  private static func largestDifference(_ a: Matrix, _ b: Matrix) -> Double {
    zip(a.values, b.values).map { abs($0 - $1) }.max() ?? 0
  }

  @Test(arguments: sizes)
  func choleskyFactorAgreesWithTheReference(size: Int) throws {
    let matrix = Self.definite(size, layer: 1)
    let wanted = try #require(Reference.cholesky(matrix))
    let found = try Cholesky(factoring: matrix.copy()).factor
    for row in 0..<size {
      for column in 0...row { #expect(abs(found[row, column] - wanted[row, column]) < 1e-11) }
    }
  }

  @Test(arguments: sizes, [1, 5])
  func solutionsSolve(size: Int, columns: Int) throws {
    let matrix = Self.definite(size, layer: 2)
    let sides = Matrix(
      rows: size, columns: columns, randomBuffer(size * columns, layer: 3).values.map(Double.init))
    let found = sides.copy()
    try Cholesky(factoring: matrix.copy()).solve(found)
    let wanted = try #require(Reference.solve(matrix, sides))
    #expect(Self.largestDifference(found, wanted) < 1e-9)
    // And put in again, it gives the right sides.
    for column in 0..<columns {
      for row in 0..<size {
        let sum = (0..<size).reduce(0.0) { sum, k in
          sum + (k <= row ? matrix[row, k] : matrix[k, row]) * found[k, column]
        }
        #expect(abs(sum - sides[row, column]) < 1e-9)
      }
    }
  }

  @Test func matricesThatAreNotPositiveDefiniteAreRefused() throws {
    let matrix = Self.definite(9, layer: 4)
    matrix[5, 5] = -1
    #expect(throws: LinearAlgebraError.notPositiveDefinite(order: 6)) {
      try Cholesky(factoring: matrix.copy())
    }
    #expect(Reference.cholesky(matrix) == nil)
    let zero = Matrix(rows: 3, columns: 3)
    #expect(throws: LinearAlgebraError.notPositiveDefinite(order: 1)) {
      try Cholesky(factoring: zero)
    }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func matricesThatAreNoNumbersAreRefused(value: Double) throws {
    let matrix = Self.definite(9, layer: 5)
    matrix[7, 2] = value
    #expect(throws: LinearAlgebraError.notFinite) { try Cholesky(factoring: matrix.copy()) }
    #expect(throws: LinearAlgebraError.notFinite) { try SymmetricEigen(of: matrix.copy()) }
  }

  @Test(arguments: sizes)
  func eigenvectorsAgreeWithTheReference(size: Int) throws {
    let matrix = Self.definite(size, layer: 6)
    // Some of either sign.
    for row in 0..<size { matrix[row, row] -= Double(size) / 3 }
    let found = try SymmetricEigen(of: matrix.copy())
    let wanted = Reference.symmetricEigen(matrix)
    for (index, value) in found.values.enumerated() {
      #expect(abs(value - wanted.values[index]) < 1e-10)
      // Either may point the other way.
      let product = (0..<size).reduce(0.0) {
        $0 + found.vectors[index, $1] * wanted.vectors[index, $1]
      }
      #expect(abs(abs(product) - 1) < 1e-7, "vector \(index)")
    }
    #expect(found.values == found.values.sorted())
  }

  @Test func emptyMatricesAreNoTrouble() throws {
    let empty = Matrix(rows: 0, columns: 0)
    #expect(try SymmetricEigen(of: empty).values.isEmpty)
    try Cholesky(factoring: empty).solve(Matrix(rows: 0, columns: 3))
  }

  // MARK: - Products of all pairs of columns

  private static func gram(
    _ columns: Int, blocks: [Int], threads: Int, values: FloatBuffer
  ) -> Matrix {
    let gram = GramAccumulator(columns: columns, block: 64, pool: WorkerPool(threads: threads))
    var row = 0
    for rows in blocks {
      gram.add(rows: rows, values.pointer + row * columns)
      row += rows
    }
    return gram.sums
  }

  @Test(arguments: [1, 15, 16, 65, 97, 200, 333])
  func productsOfColumnsAgreeWithTheReference(columns: Int) {
    let values = randomBuffer(150 * columns, layer: 7)
    let wanted = Reference.gram(rows: 150, columns: columns, values.pointer)
    let found = Self.gram(columns, blocks: [64, 0, 64, 22], threads: 2, values: values)
    for row in 0..<columns {
      for column in 0..<columns {
        // Of the upper triangle nothing is said.
        let value = column <= row ? wanted[row, column] : 0
        #expect(abs(found[row, column] - value) < 1e-4)
      }
    }
  }

  @Test func productsOfColumnsAreTheSameBitsOnAnyNumberOfThreads() {
    let values = randomBuffer(150 * 333, layer: 8)
    let wanted = Self.gram(333, blocks: [64, 64, 22], threads: 1, values: values).values
    for threads in [2, 3, 5] {
      #expect(
        Self.gram(333, blocks: [64, 64, 22], threads: threads, values: values).values == wanted)
    }
  }

  /// The environment cannot ask for more than one thread.
  @Test func eigenvectorsAreTheSameBitsEveryTime() throws {
    let matrix = Self.definite(150, layer: 9)
    let first = try SymmetricEigen(of: matrix.copy())
    let second = try SymmetricEigen(of: matrix.copy())
    #expect(first.values == second.values && first.vectors.values == second.vectors.values)
  }
}
