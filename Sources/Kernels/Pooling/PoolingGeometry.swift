/// The sizes of one pooling over `[batch, height, width, channels]`.
package struct PoolingGeometry: Hashable, Sendable {
  package let batch: Int
  package let inputHeight: Int
  package let inputWidth: Int
  package let channels: Int
  package let windowHeight: Int
  package let windowWidth: Int
  package let strideHeight: Int
  package let strideWidth: Int
  package let padding: Padding
  package let outputHeight: Int
  package let outputWidth: Int

  package init(
    batch: Int, inputHeight: Int, inputWidth: Int, channels: Int, windowHeight: Int,
    windowWidth: Int, strideHeight: Int, strideWidth: Int, padding: Padding = .none
  ) {
    precondition(
      batch > 0 && inputHeight > 0 && inputWidth > 0 && channels > 0 && windowHeight > 0
        && windowWidth > 0 && strideHeight > 0 && strideWidth > 0,
      "sizes of a pooling must be positive")
    self.batch = batch
    self.inputHeight = inputHeight
    self.inputWidth = inputWidth
    self.channels = channels
    self.windowHeight = windowHeight
    self.windowWidth = windowWidth
    self.strideHeight = strideHeight
    self.strideWidth = strideWidth
    self.padding = padding
    outputHeight = ConvolutionGeometry.outputs(
      size: inputHeight, kernel: windowHeight, stride: strideHeight, before: padding.top,
      after: padding.bottom)
    outputWidth = ConvolutionGeometry.outputs(
      size: inputWidth, kernel: windowWidth, stride: strideWidth, before: padding.left,
      after: padding.right)
    precondition(
      outputHeight > 0 && outputWidth > 0,
      "a \(windowHeight)×\(windowWidth) window does not fit \(inputHeight)×\(inputWidth)")
  }

  package var inputCount: Int { batch * inputHeight * inputWidth * channels }
  package var outputCount: Int { batch * outputHeight * outputWidth * channels }

  /// Rows of the image under the window of output row `y`.
  func rows(of y: Int) -> Range<Int> {
    let start = y * strideHeight - padding.top
    return Self.inside(start, start + windowHeight, inputHeight)
  }

  /// Columns of the image under the window of output column `x`.
  func columns(of x: Int) -> Range<Int> {
    let start = x * strideWidth - padding.left
    return Self.inside(start, start + windowWidth, inputWidth)
  }

  /// Output rows whose window covers row `y` of the image.
  func outputRows(over y: Int) -> Range<Int> {
    Self.windows(y + padding.top, windowHeight, strideHeight, outputHeight)
  }

  /// Output columns whose window covers column `x` of the image.
  func outputColumns(over x: Int) -> Range<Int> {
    Self.windows(x + padding.left, windowWidth, strideWidth, outputWidth)
  }

  private static func windows(_ place: Int, _ window: Int, _ stride: Int, _ outputs: Int)
    -> Range<Int>
  {
    let first = place < window ? 0 : (place - window) / stride + 1
    let last = min(place / stride + 1, outputs)
    return min(first, last)..<last
  }

  private static func inside(_ start: Int, _ end: Int, _ size: Int) -> Range<Int> {
    let lower = min(max(start, 0), size)
    return lower..<max(lower, min(end, size))
  }
}
