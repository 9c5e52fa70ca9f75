extension Microkernel {
  /// `tile` for a size known only when it runs: `rows` in `1...rows(vectors:)`.
  @inline(__always)
  static func run(rows: Int, vectors: Int, _ o: Operands) {
    switch vectors {
    case 4: fourVectors(rows, o)
    case 3: threeVectors(rows, o)
    case 2: twoVectors(rows, o)
    default: oneVector(rows, o)
    }
  }

  @inline(never)
  private static func fourVectors(_ rows: Int, _ o: Operands) {
    switch rows {
    case 6: tile(rows: 6, vectors: 4, o)
    case 5: tile(rows: 5, vectors: 4, o)
    case 4: tile(rows: 4, vectors: 4, o)
    case 3: tile(rows: 3, vectors: 4, o)
    case 2: tile(rows: 2, vectors: 4, o)
    default: tile(rows: 1, vectors: 4, o)
    }
  }

  @inline(never)
  private static func threeVectors(_ rows: Int, _ o: Operands) {
    switch rows {
    case 8: tile(rows: 8, vectors: 3, o)
    case 7: tile(rows: 7, vectors: 3, o)
    case 6: tile(rows: 6, vectors: 3, o)
    case 5: tile(rows: 5, vectors: 3, o)
    case 4: tile(rows: 4, vectors: 3, o)
    case 3: tile(rows: 3, vectors: 3, o)
    case 2: tile(rows: 2, vectors: 3, o)
    default: tile(rows: 1, vectors: 3, o)
    }
  }

  @inline(never)
  private static func twoVectors(_ rows: Int, _ o: Operands) {
    switch rows {
    case 12: tile(rows: 12, vectors: 2, o)
    case 11: tile(rows: 11, vectors: 2, o)
    case 10: tile(rows: 10, vectors: 2, o)
    case 9: tile(rows: 9, vectors: 2, o)
    case 8: tile(rows: 8, vectors: 2, o)
    case 7: tile(rows: 7, vectors: 2, o)
    case 6: tile(rows: 6, vectors: 2, o)
    case 5: tile(rows: 5, vectors: 2, o)
    case 4: tile(rows: 4, vectors: 2, o)
    case 3: tile(rows: 3, vectors: 2, o)
    case 2: tile(rows: 2, vectors: 2, o)
    default: tile(rows: 1, vectors: 2, o)
    }
  }

  @inline(never)
  private static func oneVector(_ rows: Int, _ o: Operands) {
    switch rows {
    case 14: tile(rows: 14, vectors: 1, o)
    case 13: tile(rows: 13, vectors: 1, o)
    case 12: tile(rows: 12, vectors: 1, o)
    case 11: tile(rows: 11, vectors: 1, o)
    case 10: tile(rows: 10, vectors: 1, o)
    case 9: tile(rows: 9, vectors: 1, o)
    case 8: tile(rows: 8, vectors: 1, o)
    case 7: tile(rows: 7, vectors: 1, o)
    case 6: tile(rows: 6, vectors: 1, o)
    case 5: tile(rows: 5, vectors: 1, o)
    case 4: tile(rows: 4, vectors: 1, o)
    case 3: tile(rows: 3, vectors: 1, o)
    case 2: tile(rows: 2, vectors: 1, o)
    default: tile(rows: 1, vectors: 1, o)
    }
  }
}
