/// What local response normalisation divides a value by: (bias + scale · Σx²)^beta over the values
/// around it (Krizhevsky et al., NIPS 2012).
package struct ResponseDivisor: Hashable, Sendable {
  package let bias: Float
  /// What the sum of the squares is multiplied by: α, over the number of values in a window.
  package let scale: Float
  package let beta: Float

  package init(bias: Float, scale: Float, beta: Float) {
    self.bias = bias
    self.scale = scale
    self.beta = beta
  }

  /// bias + scale · squares
  @inline(__always)
  func base(_ squares: Vector) -> Vector {
    squares.times(Vector(repeating: scale), plus: Vector(repeating: bias))
  }

  /// base^−beta. AlexNet's and GoogLeNet's 0.75 takes square roots alone.
  @inline(__always)
  func factor(_ base: Vector) -> Vector {
    if beta == 0.75 {
      let root = 1 / base.squareRoot()
      return root * root.squareRoot()
    }
    if beta == 0.5 { return 1 / base.squareRoot() }
    if beta == 1 { return 1 / base }
    return (base.logarithm * -beta).exponential.keepingNaN(of: base)
  }
}
