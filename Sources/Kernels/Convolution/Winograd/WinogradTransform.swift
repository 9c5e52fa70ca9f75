/// The one-dimensional transforms of Winograd's F(4, 3): four outputs of a three-tap filter from six
/// inputs with six products instead of twelve. In two dimensions, over columns and then over rows,
/// they make F(4×4, 3×3): 36 products instead of 144.
///
/// `y = Aᵀ[(G g) ⊙ (Bᵀ d)]`, after Lavin and Gray, *Fast Algorithms for Convolutional Neural
/// Networks* (2015), with the interpolation points 0, ±1, ±2 and ∞. The gradients follow by
/// transposing: for the weights `Gᵀ[(A δ) ⊙ (Bᵀ d)]`; for the input it is another convolution.
///
/// Each lane is a channel of its own.
enum WinogradTransform {
  typealias Lanes = SIMD16<Float>
  typealias Three = (Lanes, Lanes, Lanes)
  typealias Four = (Lanes, Lanes, Lanes, Lanes)
  typealias Six = (Lanes, Lanes, Lanes, Lanes, Lanes, Lanes)

  /// Bᵀ: six inputs, which overlap the next tile's by two.
  @inline(__always)
  static func input(_ d: Six) -> Six {
    let even = d.4.addingProduct(d.2, -4)
    let odd = d.3.addingProduct(d.1, -4)
    let outer = d.4 - d.2
    let inner = (d.3 - d.1) * 2
    return (
      d.4.addingProduct(d.2, -5).addingProduct(d.0, 4), even + odd, even - odd, outer + inner,
      outer - inner, d.5.addingProduct(d.3, -5).addingProduct(d.1, 4)
    )
  }

  /// Aᵀ: the sums of products become four outputs.
  @inline(__always)
  static func output(_ m: Six) -> Four {
    let sum1 = m.1 + m.2
    let sum2 = m.3 + m.4
    let difference1 = m.1 - m.2
    let difference2 = m.3 - m.4
    return (
      m.0 + sum1 + sum2, difference1.addingProduct(difference2, 2),
      sum1.addingProduct(sum2, 4), (m.5 + difference1).addingProduct(difference2, 8)
    )
  }

  /// G: the three taps of a filter.
  @inline(__always)
  static func weights(_ g: Three) -> Six {
    let third = (g.0 + g.2) * (-1 / 6)
    let fine = g.0.addingProduct(g.2, 4) * (1 / 24)
    return (
      g.0 * 0.25, third.addingProduct(g.1, -1 / 6), third.addingProduct(g.1, 1 / 6),
      fine.addingProduct(g.1, 1 / 12), fine.addingProduct(g.1, -1 / 12), g.2
    )
  }

  /// A: the gradients of four outputs, for the gradient of the weights.
  @inline(__always)
  static func outputGradient(_ y: Four) -> Six {
    let even1 = y.0 + y.2
    let odd1 = y.1 + y.3
    let even2 = y.0.addingProduct(y.2, 4)
    let odd2 = (y.1 * 2).addingProduct(y.3, 8)
    return (y.0, even1 + odd1, even1 - odd1, even2 + odd2, even2 - odd2, y.3)
  }

  /// Gᵀ: the sums of products become the gradients of three taps.
  @inline(__always)
  static func weightGradient(_ u: Six) -> Three {
    let sum1 = u.1 + u.2
    let sum2 = u.3 + u.4
    let common = (sum1 * (-1 / 6)).addingProduct(sum2, 1 / 24)
    return (
      common.addingProduct(u.0, 0.25),
      ((u.2 - u.1) * (1 / 6)).addingProduct(u.3 - u.4, 1 / 12),
      (sum1 * (-1 / 6)).addingProduct(sum2, 1 / 6) + u.5
    )
  }
}
