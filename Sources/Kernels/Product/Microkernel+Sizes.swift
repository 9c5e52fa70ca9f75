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
    case 6: rows6x4(o)
    case 5: rows5x4(o)
    case 4: rows4x4(o)
    case 3: rows3x4(o)
    case 2: rows2x4(o)
    default: rows1x4(o)
    }
  }

  @inline(never)
  private static func threeVectors(_ rows: Int, _ o: Operands) {
    switch rows {
    case 8: rows8x3(o)
    case 7: rows7x3(o)
    case 6: rows6x3(o)
    case 5: rows5x3(o)
    case 4: rows4x3(o)
    case 3: rows3x3(o)
    case 2: rows2x3(o)
    default: rows1x3(o)
    }
  }

  @inline(never)
  private static func twoVectors(_ rows: Int, _ o: Operands) {
    switch rows {
    case 12: rows12x2(o)
    case 11: rows11x2(o)
    case 10: rows10x2(o)
    case 9: rows9x2(o)
    case 8: rows8x2(o)
    case 7: rows7x2(o)
    case 6: rows6x2(o)
    case 5: rows5x2(o)
    case 4: rows4x2(o)
    case 3: rows3x2(o)
    case 2: rows2x2(o)
    default: rows1x2(o)
    }
  }

  @inline(never)
  private static func oneVector(_ rows: Int, _ o: Operands) {
    switch rows {
    case 14: rows14x1(o)
    case 13: rows13x1(o)
    case 12: rows12x1(o)
    case 11: rows11x1(o)
    case 10: rows10x1(o)
    case 9: rows9x1(o)
    case 8: rows8x1(o)
    case 7: rows7x1(o)
    case 6: rows6x1(o)
    case 5: rows5x1(o)
    case 4: rows4x1(o)
    case 3: rows3x1(o)
    case 2: rows2x1(o)
    default: rows1x1(o)
    }
  }
}

// One function for each size, named rows × vectors: together they are more than the compiler
// optimises well in one.
extension Microkernel {
  @inline(never) private static func rows6x4(_ o: Operands) { tile(rows: 6, vectors: 4, o) }
  @inline(never) private static func rows5x4(_ o: Operands) { tile(rows: 5, vectors: 4, o) }
  @inline(never) private static func rows4x4(_ o: Operands) { tile(rows: 4, vectors: 4, o) }
  @inline(never) private static func rows3x4(_ o: Operands) { tile(rows: 3, vectors: 4, o) }
  @inline(never) private static func rows2x4(_ o: Operands) { tile(rows: 2, vectors: 4, o) }
  @inline(never) private static func rows1x4(_ o: Operands) { tile(rows: 1, vectors: 4, o) }

  @inline(never) private static func rows8x3(_ o: Operands) { tile(rows: 8, vectors: 3, o) }
  @inline(never) private static func rows7x3(_ o: Operands) { tile(rows: 7, vectors: 3, o) }
  @inline(never) private static func rows6x3(_ o: Operands) { tile(rows: 6, vectors: 3, o) }
  @inline(never) private static func rows5x3(_ o: Operands) { tile(rows: 5, vectors: 3, o) }
  @inline(never) private static func rows4x3(_ o: Operands) { tile(rows: 4, vectors: 3, o) }
  @inline(never) private static func rows3x3(_ o: Operands) { tile(rows: 3, vectors: 3, o) }
  @inline(never) private static func rows2x3(_ o: Operands) { tile(rows: 2, vectors: 3, o) }
  @inline(never) private static func rows1x3(_ o: Operands) { tile(rows: 1, vectors: 3, o) }

  @inline(never) private static func rows12x2(_ o: Operands) { tile(rows: 12, vectors: 2, o) }
  @inline(never) private static func rows11x2(_ o: Operands) { tile(rows: 11, vectors: 2, o) }
  @inline(never) private static func rows10x2(_ o: Operands) { tile(rows: 10, vectors: 2, o) }
  @inline(never) private static func rows9x2(_ o: Operands) { tile(rows: 9, vectors: 2, o) }
  @inline(never) private static func rows8x2(_ o: Operands) { tile(rows: 8, vectors: 2, o) }
  @inline(never) private static func rows7x2(_ o: Operands) { tile(rows: 7, vectors: 2, o) }
  @inline(never) private static func rows6x2(_ o: Operands) { tile(rows: 6, vectors: 2, o) }
  @inline(never) private static func rows5x2(_ o: Operands) { tile(rows: 5, vectors: 2, o) }
  @inline(never) private static func rows4x2(_ o: Operands) { tile(rows: 4, vectors: 2, o) }
  @inline(never) private static func rows3x2(_ o: Operands) { tile(rows: 3, vectors: 2, o) }
  @inline(never) private static func rows2x2(_ o: Operands) { tile(rows: 2, vectors: 2, o) }
  @inline(never) private static func rows1x2(_ o: Operands) { tile(rows: 1, vectors: 2, o) }

  @inline(never) private static func rows14x1(_ o: Operands) { tile(rows: 14, vectors: 1, o) }
  @inline(never) private static func rows13x1(_ o: Operands) { tile(rows: 13, vectors: 1, o) }
  @inline(never) private static func rows12x1(_ o: Operands) { tile(rows: 12, vectors: 1, o) }
  @inline(never) private static func rows11x1(_ o: Operands) { tile(rows: 11, vectors: 1, o) }
  @inline(never) private static func rows10x1(_ o: Operands) { tile(rows: 10, vectors: 1, o) }
  @inline(never) private static func rows9x1(_ o: Operands) { tile(rows: 9, vectors: 1, o) }
  @inline(never) private static func rows8x1(_ o: Operands) { tile(rows: 8, vectors: 1, o) }
  @inline(never) private static func rows7x1(_ o: Operands) { tile(rows: 7, vectors: 1, o) }
  @inline(never) private static func rows6x1(_ o: Operands) { tile(rows: 6, vectors: 1, o) }
  @inline(never) private static func rows5x1(_ o: Operands) { tile(rows: 5, vectors: 1, o) }
  @inline(never) private static func rows4x1(_ o: Operands) { tile(rows: 4, vectors: 1, o) }
  @inline(never) private static func rows3x1(_ o: Operands) { tile(rows: 3, vectors: 1, o) }
  @inline(never) private static func rows2x1(_ o: Operands) { tile(rows: 2, vectors: 1, o) }
  @inline(never) private static func rows1x1(_ o: Operands) { tile(rows: 1, vectors: 1, o) }
}
