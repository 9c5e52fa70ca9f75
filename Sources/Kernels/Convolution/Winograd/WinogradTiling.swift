/// How a 3×3 convolution is cut into tiles: 4×4 outputs each, which need 6×6 inputs.
///
/// The tiles of a batch are numbered image by image, row by row. The last ones of a row or column
/// may reach beyond the outputs, and what they need beyond the inputs is zero.
struct WinogradTiling {
  let batch: Int
  let input: WinogradImage
  let output: WinogradImage
  /// Rows that the first tile's inputs begin above the image; negative: below its upper edge.
  let top: Int
  /// Columns that the first tile's inputs begin left of the image.
  let left: Int

  /// The forward pass of `geometry`, and the gradient of its weights.
  init(_ geometry: ConvolutionGeometry) {
    batch = geometry.batch
    input = Self.input(of: geometry)
    output = Self.output(of: geometry)
    top = geometry.padding.top
    left = geometry.padding.left
  }

  /// The gradient of the input of `geometry`: a convolution of the output's gradient with the
  /// weights turned by 180°, padded by what a full convolution needs less the forward pass's own.
  init(inputGradientOf geometry: ConvolutionGeometry) {
    batch = geometry.batch
    input = Self.output(of: geometry)
    output = Self.input(of: geometry)
    top = 2 - geometry.padding.top
    left = 2 - geometry.padding.left
  }

  private static func input(of g: ConvolutionGeometry) -> WinogradImage {
    WinogradImage(height: g.inputHeight, width: g.inputWidth, channels: g.inputChannels)
  }

  private static func output(of g: ConvolutionGeometry) -> WinogradImage {
    WinogradImage(height: g.outputHeight, width: g.outputWidth, channels: g.outputChannels)
  }

  var tileRows: Int { (output.height + 3) / 4 }
  var tileColumns: Int { (output.width + 3) / 4 }
  var tilesPerImage: Int { tileRows * tileColumns }
  /// Tiles of the batch.
  var tiles: Int { batch * tilesPerImage }

  /// The rows and columns of a tile's outputs that lie inside the image.
  func positions(of tile: Int) -> (rows: Int, columns: Int, count: Int) {
    let window = outputWindow(of: tile, channels: 0..<0)
    let rows = min(4, output.height - window.y)
    let columns = min(4, output.width - window.x)
    return (rows, columns, rows * columns)
  }

  /// The 6×6 inputs of a tile.
  @inline(__always)
  func inputWindow(of tile: Int, channels: Range<Int>) -> WinogradImage.Window {
    var window = outputWindow(of: tile, channels: channels)
    window.y &-= top
    window.x &-= left
    window.size = 6
    return window
  }

  /// The 4×4 outputs of a tile.
  @inline(__always)
  func outputWindow(of tile: Int, channels: Range<Int>) -> WinogradImage.Window {
    let (image, inImage) = tile.quotientAndRemainder(dividingBy: tilesPerImage)
    let (row, column) = inImage.quotientAndRemainder(dividingBy: tileColumns)
    return WinogradImage.Window(
      image: image, y: 4 &* row, x: 4 &* column, size: 4, channels: channels)
  }
}
