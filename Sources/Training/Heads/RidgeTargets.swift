import Kernels

/// Which class each row belongs to, among the classes that any row belongs to.
struct RidgeTargets {
  /// Of each row, a place in `classes`.
  let places: [Int]
  /// The labels that there are, ascending.
  let classes: [Int]
  /// Rows of each.
  let counts: [Int]

  init(_ labels: [Int32]) {
    classes = Set(labels).sorted().map(Int.init)
    let places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
    self.places = labels.map { places[Int($0)]! }
    var counts = Array(repeating: 0, count: classes.count)
    for place in self.places { counts[place] += 1 }
    self.counts = counts
  }

  var rows: Int { places.count }

  /// The mean of each one-hot target.
  var means: [Double] { counts.map { Double($0) / Double(max(rows, 1)) } }
}

/// Rows that come in batches of any size, in blocks of one size: what is computed of them depends on no
/// batch. What is near every row's values is taken off them, which keeps sums of products exact.
final class RowBlocks {
  static let size = GramAccumulator.standardBlock

  private let total: Int
  private let width: Int
  private let buffer: FloatBuffer
  private let pool: WorkerPool
  private var filled = 0
  /// Rows of the pass that have been handed on.
  private(set) var done = 0
  /// Taken off all rows: the mean of the first block that there ever was.
  private(set) var shift: [Float]?

  init(rows: Int, width: Int, pool: WorkerPool) {
    total = rows
    self.width = width
    self.pool = pool
    buffer = FloatBuffer(count: min(Self.size, rows) * width)
  }

  /// Rows of the pass that have come.
  var seen: Int { done + filled }
  var isAtEnd: Bool { done == total }

  /// The same rows once more.
  func rewind() {
    filled = 0
    done = 0
  }

  /// Hands on each block that is full now, with the numbers of its rows.
  func add(
    _ rows: Int, _ values: UnsafePointer<Float>,
    _ body: (Range<Int>, UnsafePointer<Float>) -> Void
  ) {
    precondition(seen + rows <= total, "\(rows) rows after \(seen) of \(total)")
    var taken = 0
    while taken < rows {
      let size = min(Self.size, total - done)
      let count = min(rows - taken, size - filled)
      (buffer.pointer + filled * width).update(from: values + taken * width, count: count * width)
      filled += count
      taken += count
      guard filled == size else { continue }
      center(size)
      body(done..<done + size, UnsafePointer(buffer.pointer))
      done += size
      filled = 0
    }
  }

  private func center(_ rows: Int) {
    let shift = shift ?? mean(of: rows)
    self.shift = shift
    let width = width
    nonisolated(unsafe) let values = buffer.pointer  // Disjoint: a tile writes its own rows.
    pool.parallelFor(rows) { row, _ in
      let start = values + row * width
      shift.withUnsafeBufferPointer { for c in 0..<width { start[c] -= $0[c] } }
    }
  }

  private func mean(of rows: Int) -> [Float] {
    var sums = [Double](repeating: 0, count: width)
    for row in 0..<rows {
      let start = buffer.pointer + row * width
      for c in 0..<width { sums[c] += Double(start[c]) }
    }
    return sums.map {
      let mean = Float($0 / Double(rows))
      return mean.isFinite ? mean : 0
    }
  }
}
