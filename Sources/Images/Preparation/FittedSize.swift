/// Which size a picture is resized to, and which part of that a network sees.
struct FittedSize: Equatable {
  var width: Int
  var height: Int
  /// The part of the resized picture that is seen.
  var window: PixelRectangle
  /// Where it lies in what the network reads: beyond 0 where there are borders.
  var left: Int
  var top: Int

  /// As timm's evaluation transforms do it: `crop`, `squash` and its `border`.
  init(
    of picture: (width: Int, height: Int), in target: (width: Int, height: Int),
    fit: ImagePreparation.Fit, fraction: Double
  ) {
    // floor(size / fraction): 224 of 0.875 are 256.
    let across = Int((Double(target.width) / fraction).rounded(.down))
    let down = Int((Double(target.height) / fraction).rounded(.down))
    switch fit {
    case .squash: (width, height) = (across, down)
    case .crop where across == down:
      // torchvision's Resize: the shorter side exactly, the longer one cut to whole pixels.
      let (short, long) = (
        min(picture.width, picture.height), max(picture.width, picture.height)
      )
      let longer = Int(Double(across * long) / Double(short))
      (width, height) = picture.width <= picture.height ? (across, longer) : (longer, across)
    case .crop, .pad:
      let ratios = (Double(picture.width) / Double(across), Double(picture.height) / Double(down))
      let ratio = fit == .pad ? max(ratios.0, ratios.1) : min(ratios.0, ratios.1)
      width = max(1, Int((Double(picture.width) / ratio).rounded(.toNearestOrEven)))
      height = max(1, Int((Double(picture.height) / ratio).rounded(.toNearestOrEven)))
    }
    let columns = Self.middle(width, target.width)
    let rows = Self.middle(height, target.height)
    window = PixelRectangle(
      x: columns.start, y: rows.start, width: columns.count, height: rows.count)
    (left, top) = (columns.border, rows.border)
  }

  /// The middle `wanted` of `length` pixels; where there are fewer, all of them and what is before.
  private static func middle(_ length: Int, _ wanted: Int) -> (
    start: Int, count: Int, border: Int
  ) {
    guard length > wanted else { return (0, length, (wanted - length) / 2) }
    let start = Int((Double(length - wanted) / 2).rounded(.toNearestOrEven))
    return (start, wanted, 0)
  }
}
