import Kernels

extension Window {
  /// The window's padding as amounts, any overhang of the last windows included.
  func padding(at site: OperationSite) -> Padding {
    let placed = placed(at: site)
    var padding = placed.padding
    padding.bottom += placed.overhangBottom
    padding.right += placed.overhangRight
    return padding
  }

  func poolingGeometry(at site: OperationSite) -> PoolingGeometry {
    let input = site.inputs[0].dimensions
    let placed = placed(at: site)
    return PoolingGeometry(
      batch: site.batch, inputHeight: input[0], inputWidth: input[1], channels: input[2],
      windowHeight: height, windowWidth: width, strideHeight: strideHeight,
      strideWidth: strideWidth, padding: padding(at: site),
      overhangBottom: placed.overhangBottom, overhangRight: placed.overhangRight)
  }

  private func placed(at site: OperationSite) -> PlacedWindow {
    let input = site.inputs[0].dimensions
    guard let placed = try? placed(height: input[0], width: input[1]) else {
      preconditionFailure("a window that shape inference has refused: \(self) on \(input)")
    }
    return placed
  }
}
