import Kernels

/// Points that fill a unit cube evenly: Sobol's sequence with the direction numbers of Joe and Kuo
/// ("Constructing Sobol sequences with better two-dimensional projections", 2008), scrambled as Owen does
/// it, by the hash of Laine and Karras ("Stratified sampling for stochastic transparency", 2011) as
/// Burley gives it ("Practical hash-based Owen scrambling", 2020). The first 2ᵏ points have one in each of
/// 2ᵏ equal parts of every axis.
struct SobolSequence {
  /// Of each axis after the first: degree and coefficients of its polynomial, and its first numbers.
  private static let table: [(degree: Int, coefficients: UInt32, first: [UInt32])] = [
    (1, 0, [1]), (2, 1, [1, 3]), (3, 1, [1, 3, 1]), (3, 2, [1, 1, 1]), (4, 1, [1, 1, 3, 3]),
    (4, 4, [1, 3, 5, 13]), (5, 2, [1, 1, 5, 5, 17]), (5, 4, [1, 1, 5, 5, 5]),
    (5, 7, [1, 1, 7, 11, 19]), (5, 11, [1, 1, 5, 1, 1]), (5, 13, [1, 1, 1, 3, 11]),
    (5, 14, [1, 3, 5, 5, 31]), (6, 1, [1, 3, 3, 9, 7, 49]), (6, 13, [1, 1, 1, 15, 21, 21]),
    (6, 16, [1, 3, 1, 13, 27, 49]),
  ]

  /// Axes that there can be.
  static let dimensionLimit = table.count + 1

  /// 32 numbers an axis.
  private let directions: [[UInt32]]
  private let seeds: [UInt32]

  /// - Precondition: `dimensions` is from 1 to `dimensionLimit`.
  init(dimensions: Int, seed: UInt64) {
    precondition(1...Self.dimensionLimit ~= dimensions, "\(dimensions) axes")
    directions = (0..<dimensions).map(Self.directions)
    let random = RandomStream(seed: seed, purpose: .search)
    seeds = (0..<dimensions).map { UInt32(truncatingIfNeeded: random.bits(UInt64($0))) }
  }

  /// The point of a number below 2³², each place in 0 ..< 1.
  subscript(number: Int) -> [Double] {
    directions.indices.map { axis in
      var value: UInt32 = 0
      for bit in 0..<32 where number >> bit & 1 == 1 { value ^= directions[axis][bit] }
      return Double(Self.scrambled(value, seeds[axis])) / 0x1p32
    }
  }

  private static func directions(ofAxis axis: Int) -> [UInt32] {
    guard axis > 0 else { return (0..<32).map { 1 << (31 - $0) } }
    let (degree, coefficients, first) = table[axis - 1]
    var numbers = first.enumerated().map { $1 << UInt32(31 - $0) }
    for place in degree..<32 {
      var next = numbers[place - degree] ^ (numbers[place - degree] >> UInt32(degree))
      for term in 1..<max(degree, 1) where coefficients >> UInt32(degree - 1 - term) & 1 == 1 {
        next ^= numbers[place - term]
      }
      numbers.append(next)
    }
    return numbers
  }

  /// Turns each half of the axis, each half of the halves and so on over or not, by chance.
  private static func scrambled(_ value: UInt32, _ seed: UInt32) -> UInt32 {
    var x = reversed(value)
    x = x &+ seed
    x ^= x &* 0x6c50_b47c
    x ^= x &* 0xb82f_1e52
    x ^= x &* 0xc7af_e638
    x ^= x &* 0x8d22_f6e6
    return reversed(x)
  }

  private static func reversed(_ value: UInt32) -> UInt32 {
    var result: UInt32 = 0
    for bit in 0..<32 where value >> UInt32(bit) & 1 == 1 { result |= 1 << UInt32(31 - bit) }
    return result
  }
}
