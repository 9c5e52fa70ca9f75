/// The sizes of one pooling over `[batch, height, width, channels]`: a window that moves by a stride, or
/// one for each part of an image that is cut into so many.
package struct PoolingGeometry: Hashable, Sendable {
  package let batch: Int
  package let inputHeight: Int
  package let inputWidth: Int
  package let channels: Int
  package let windowHeight: Int
  package let windowWidth: Int
  package let strideHeight: Int
  package let strideWidth: Int
  /// With what the last windows cover beyond it, where sizes are rounded up.
  package let padding: Padding
  /// Rows and columns of the padding that are only that: no window counts them.
  package let overhangBottom: Int
  package let overhangRight: Int
  package let outputHeight: Int
  package let outputWidth: Int
  /// Whether the windows are parts of the image: no stride, no padding, and not all of one size.
  package let isAdaptive: Bool

  package init(
    batch: Int, inputHeight: Int, inputWidth: Int, channels: Int, windowHeight: Int,
    windowWidth: Int, strideHeight: Int, strideWidth: Int, padding: Padding = .none,
    overhangBottom: Int = 0, overhangRight: Int = 0
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
    self.overhangBottom = overhangBottom
    self.overhangRight = overhangRight
    isAdaptive = false
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

  /// The image cut into `outputHeight` × `outputWidth` parts, which may overlap by a row or column:
  /// part i of n goes from ⌊i · size / n⌋ to ⌈(i + 1) · size / n⌉.
  package init(
    batch: Int, inputHeight: Int, inputWidth: Int, channels: Int, partsHigh outputHeight: Int,
    partsWide outputWidth: Int
  ) {
    precondition(
      batch > 0 && inputHeight > 0 && inputWidth > 0 && channels > 0 && outputHeight > 0
        && outputWidth > 0, "sizes of a pooling must be positive")
    self.batch = batch
    self.inputHeight = inputHeight
    self.inputWidth = inputWidth
    self.channels = channels
    self.outputHeight = outputHeight
    self.outputWidth = outputWidth
    windowHeight = Self.longestPart(inputHeight, outputHeight)
    windowWidth = Self.longestPart(inputWidth, outputWidth)
    (strideHeight, strideWidth) = (1, 1)
    padding = .none
    (overhangBottom, overhangRight) = (0, 0)
    isAdaptive = true
  }

  /// No part of `size` cut into `parts` is longer.
  package static func longestPart(_ size: Int, _ parts: Int) -> Int {
    min(size, (size + parts - 1) / parts + 1)
  }

  package var inputCount: Int { batch * inputHeight * inputWidth * channels }
  package var outputCount: Int { batch * outputHeight * outputWidth * channels }

  /// Where the window of output row `y` begins, which may be above the image.
  func top(of y: Int) -> Int {
    isAdaptive ? y * inputHeight / outputHeight : y &* strideHeight &- padding.top
  }

  /// Where the window of output column `x` begins, which may be left of the image.
  func left(of x: Int) -> Int {
    isAdaptive ? x * inputWidth / outputWidth : x &* strideWidth &- padding.left
  }

  /// Rows of the image under the window of output row `y`.
  func rows(of y: Int) -> Range<Int> {
    if isAdaptive { return Self.part(y, inputHeight, outputHeight) }
    return Self.inside(top(of: y), top(of: y) + windowHeight, inputHeight)
  }

  /// Columns of the image under the window of output column `x`.
  func columns(of x: Int) -> Range<Int> {
    if isAdaptive { return Self.part(x, inputWidth, outputWidth) }
    return Self.inside(left(of: x), left(of: x) + windowWidth, inputWidth)
  }

  /// How many rows of the image and its padding are under the window of output row `y`.
  func paddedRowCount(of y: Int) -> Int {
    if isAdaptive { return rows(of: y).count }
    return min(top(of: y) + windowHeight, inputHeight + padding.bottom - overhangBottom)
      - top(of: y)
  }

  /// How many columns of the image and its padding are under the window of output column `x`.
  func paddedColumnCount(of x: Int) -> Int {
    if isAdaptive { return columns(of: x).count }
    return min(left(of: x) + windowWidth, inputWidth + padding.right - overhangRight)
      - left(of: x)
  }

  /// Output rows whose window covers row `y` of the image.
  func outputRows(over y: Int) -> Range<Int> {
    if isAdaptive { return Self.parts(over: y, inputHeight, outputHeight) }
    return Self.windows(y + padding.top, windowHeight, strideHeight, outputHeight)
  }

  /// Output columns whose window covers column `x` of the image.
  func outputColumns(over x: Int) -> Range<Int> {
    if isAdaptive { return Self.parts(over: x, inputWidth, outputWidth) }
    return Self.windows(x + padding.left, windowWidth, strideWidth, outputWidth)
  }

  private static func part(_ index: Int, _ size: Int, _ parts: Int) -> Range<Int> {
    index * size / parts..<((index + 1) * size + parts - 1) / parts
  }

  private static func parts(over place: Int, _ size: Int, _ parts: Int) -> Range<Int> {
    place * parts / size..<((place + 1) * parts - 1) / size + 1
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
