import Kernels
import Network

/// Borders and sizes of images.
extension TensorFlowConversion {
  func pad(_ node: TensorFlowNode) throws -> [FileValue] {
    let base = try feature(node)
    let amounts = try wholeNumbers(node, 1)
    guard amounts.count == 2 * (base.axes.count + 1) else {
      throw node.unexpected("\(amounts)", expected: "two amounts for each axis")
    }
    guard amounts.contains(where: { $0 != 0 }) else { return [.feature(base)] }
    let content: EdgeContent
    switch node.operation == "MirrorPad" ? node.text("mode", default: "") : "" {
    case "REFLECT": content = .reflect
    case "SYMMETRIC": content = .symmetric
    default:
      content = .constant(try constant(node, 2)?.numbers(in: archive).first ?? 0)
    }
    // Which two of the axes are height and width shows by what is padded.
    let axes = base.axes.indices.filter { amounts[2 * $0 + 2] != 0 || amounts[2 * $0 + 3] != 0 }
    let layout: ImageLayout =
      axes.contains(0) && !axes.contains(2)
      ? .channelsLast
      : axes.contains(2) && !axes.contains(0) ? .channelsFirst : .channelsLast
    let all = layout.axes.map { (amounts[2 * $0 + 2], amounts[2 * $0 + 3]) }
    guard base.axes.count == 3, amounts[0] == 0, amounts[1] == 0, all[2] == (0, 0),
      amounts.allSatisfy({ (0...Window.sizeLimit).contains($0) })
    else {
      throw node.unexpected("\(amounts)", expected: "something around height and width alone")
    }
    if case .constant(let value) = content, !value.isFinite {
      throw node.unexpected("\(value)", expected: "a number around the image")
    }
    let padding = Padding(
      top: all[0].0, bottom: all[0].1, left: all[1].0, right: all[1].1)
    let layer: any Layer =
      content == .constant(0) ? ZeroPadding2D(padding) : Padding2D(padding, content: content)
    let source = try image(base, layout, node)
    let place = try draft.add(layer, reading: [source], name: name(node))
    return [.feature(imageFeature(place, layout))]
  }

  func resize(_ node: TensorFlowNode) throws -> [FileValue] {
    let source = try image(try feature(node), .channelsLast, node)
    let size = try wholeNumbers(node, 1)
    guard size.count == 2, size.allSatisfy({ (1...1 << 24).contains($0) }) else {
      throw node.unexpected("\(size)", expected: "height and width")
    }
    let (isAligned, isHalf) = (node.flag("align_corners"), node.flag("half_pixel_centers"))
    let placement: Interpolation.Placement =
      isAligned ? .alignedCorners : isHalf ? .halfPixel : .asymmetric
    let interpolation: Interpolation
    switch node.operation {
    case "ResizeBilinear": interpolation = .bilinear
    case "ResizeNearestNeighbor": interpolation = .nearest
    default:
      // The older cubic has other weights.
      guard isHalf else {
        throw node.unexpected("another", expected: "half_pixel_centers of a cubic interpolation")
      }
      interpolation = .bicubic
    }
    let layer = Resizing(
      height: size[0], width: size[1], interpolation: interpolation, placement: placement,
      rounding: isAligned || isHalf ? .halfUp : .down)
    let place = try draft.add(layer, reading: [source], name: name(node))
    return [.feature(imageFeature(place, .channelsLast))]
  }
}
