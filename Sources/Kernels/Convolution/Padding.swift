/// Zeros (for max pooling: nothing) around an image, which need not be the same on all sides.
package struct Padding: Hashable, Sendable {
  package var top: Int
  package var bottom: Int
  package var left: Int
  package var right: Int

  package init(top: Int, bottom: Int, left: Int, right: Int) {
    self.top = top
    self.bottom = bottom
    self.left = left
    self.right = right
  }

  /// No padding: `valid` in Keras.
  package static let none = Padding(top: 0, bottom: 0, left: 0, right: 0)

  /// The same on all four sides.
  package static func uniform(_ size: Int) -> Padding {
    Padding(top: size, bottom: size, left: size, right: size)
  }

  /// Along one axis, what `same` in TensorFlow and Keras adds: enough that the output has
  /// ⌈size / stride⌉ positions, the odd one behind.
  package static func same(size: Int, kernel: Int, stride: Int, dilation: Int = 1)
    -> (before: Int, after: Int)
  {
    let outputs = (size + stride - 1) / stride
    let total = max(0, (outputs - 1) * stride + (kernel - 1) * dilation + 1 - size)
    return (total / 2, total - total / 2)
  }
}
