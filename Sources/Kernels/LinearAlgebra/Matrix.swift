/// A matrix of float64, row after row: what linear algebra works on, where float32 would not do. Belongs
/// to one queue at a time.
package final class Matrix {
  package let rows: Int
  package let columns: Int
  package let pointer: UnsafeMutablePointer<Double>

  /// All zeros.
  package init(rows: Int, columns: Int) {
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    precondition(rows >= 0 && columns >= 0 && !overflow, "\(rows) × \(columns)")
    self.rows = rows
    self.columns = columns
    let size = max(count, 1)
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: size * MemoryLayout<Double>.stride, alignment: 64)
    pointer = memory.bindMemory(to: Double.self, capacity: size)
    pointer.initialize(repeating: 0, count: size)
  }

  /// - Parameter values: row after row.
  package convenience init(rows: Int, columns: Int, _ values: [Double]) {
    self.init(rows: rows, columns: columns)
    precondition(values.count == rows * columns, "\(values.count) values")
    values.withUnsafeBufferPointer {
      if let source = $0.baseAddress { pointer.update(from: source, count: values.count) }
    }
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  package subscript(row: Int, column: Int) -> Double {
    get { pointer[row * columns + column] }
    set { pointer[row * columns + column] = newValue }
  }

  /// Where a row begins.
  package func row(_ index: Int) -> UnsafeMutablePointer<Double> { pointer + index * columns }

  /// Another matrix of the same values.
  package func copy() -> Matrix {
    let copy = Matrix(rows: rows, columns: columns)
    copy.pointer.update(from: pointer, count: rows * columns)
    return copy
  }

  /// A copy of the values, row after row.
  package var values: [Double] {
    Array(UnsafeBufferPointer(start: pointer, count: rows * columns))
  }

  /// Whether all values of the lower triangle, diagonal included, are numbers.
  var isLowerTriangleFinite: Bool {
    (0..<rows).allSatisfy { row in
      // A sum is finite only where its parts are, but for one beyond all numbers.
      var sum = 0.0
      for column in 0...row { sum += self.row(row)[column] * 0 }
      return sum == 0
    }
  }
}
