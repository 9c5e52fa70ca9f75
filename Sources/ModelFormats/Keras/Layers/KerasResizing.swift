import Kernels
import Network

/// Layers that cut images or give them another size.
struct KerasResizing {
  typealias Part = KerasLayerBuilder.Part

  private let layer: KerasLayerConfiguration
  private let image: (height: Int, width: Int)
  private let major: Int

  /// - Throws: where the input is no image with the channels last.
  init(_ layer: KerasLayerConfiguration, inputs: [Shape], major: Int) throws(UnexpectedContent) {
    try layer.requireChannelsLast()
    guard inputs.count == 1, inputs[0].rank == 3 else {
      throw layer.unexpected(
        inputs.map(\.description).joined(separator: " and "), expected: "one image as input")
    }
    self.layer = layer
    self.major = major
    image = (inputs[0].dimensions[0], inputs[0].dimensions[1])
  }

  /// The layer `Resizing`.
  func resizing() throws(UnexpectedContent) -> [Part] {
    try resizing(height: try layer.integer("height"), width: try layer.integer("width"))
  }

  /// The operation `resize`.
  func operation() throws(UnexpectedContent) -> [Part] {
    let (height, width) = try layer.pair("size")
    return try resizing(height: height, width: width)
  }

  private func resizing(height: Int, width: Int) throws(UnexpectedContent) -> [Part] {
    let name = try layer.text(
      "interpolation", default: try layer.text("method", default: "bilinear"))
    guard let interpolation = Interpolation(rawValue: name.lowercased()) else {
      throw layer.unexpected(
        "'\(name)'",
        expected: Interpolation.allCases.map(\.rawValue).joined(separator: ", ")
          + " as interpolation")
    }
    let resizing = Part(
      layer: Resizing(
        height: height, width: width, interpolation: interpolation,
        antialiases: try layer.flag("antialias", default: false)))
    if try layer.flag("preserve_aspect_ratio", default: false) {
      throw layer.unexpected("true", expected: "preserve_aspect_ratio: false")
    }
    if try layer.flag("crop_to_aspect_ratio", default: false) {
      return crop(toAspectOf: height, width) + [resizing]
    }
    if try layer.flag("pad_to_aspect_ratio", default: false) {
      return try pad(toAspectOf: height, width) + [resizing]
    }
    return [resizing]
  }

  /// The layer `CenterCrop`: a crop, or where the image is smaller a resize.
  func centerCrop() throws(UnexpectedContent) -> [Part] {
    let (height, width) = (try layer.integer("height"), try layer.integer("width"))
    let (rows, columns) = (image.height - height, image.width - width)
    guard rows >= 0, columns >= 0 else { return smartResize(height, width) }
    let amounts = Padding(
      top: rows / 2, bottom: rows - rows / 2, left: columns / 2, right: columns - columns / 2)
    return [Part(layer: Cropping2D(amounts))]
  }

  /// What `RandomCrop` does where nothing is random: until Keras 3.6 the largest crop of the right
  /// proportions, resized; later versions leave the image as it is.
  func evaluatedRandomCrop(isWhole: Bool) throws(UnexpectedContent) -> [Part] {
    let (height, width) = (try layer.integer("height"), try layer.integer("width"))
    return isWhole ? [] : smartResize(height, width)
  }

  private func smartResize(_ height: Int, _ width: Int) -> [Part] {
    crop(toAspectOf: height, width) + [Part(layer: Resizing(height: height, width: width))]
  }

  /// The largest part in the middle with the proportions of the target.
  private func crop(toAspectOf height: Int, _ width: Int) -> [Part] {
    let rows = max(min(image.height, Self.scaled(image.width, height, width)), 1)
    let columns = max(min(image.width, Self.scaled(image.height, width, height)), 1)
    let (top, left) = ((image.height - rows) / 2, (image.width - columns) / 2)
    let amounts = Padding(
      top: top, bottom: image.height - rows - top, left: left,
      right: image.width - columns - left)
    guard rows < image.height || columns < image.width else { return [] }
    return [Part(suffix: "_crop", layer: Cropping2D(amounts))]
  }

  /// The image in the middle of one with the proportions of the target. Keras adds as much on both
  /// sides, so that an odd row is left out.
  private func pad(toAspectOf height: Int, _ width: Int) throws(UnexpectedContent) -> [Part] {
    let rows = max(image.height, Self.scaled(image.width, height, width))
    let columns = max(image.width, Self.scaled(image.height, width, height))
    let (vertical, horizontal) = ((rows - image.height) / 2, (columns - image.width) / 2)
    guard vertical > 0 || horizontal > 0 else { return [] }
    let zeros = Part(
      suffix: "_pad",
      layer: ZeroPadding2D(
        Padding(top: vertical, bottom: vertical, left: horizontal, right: horizontal)))
    let mode = try layer.text("fill_mode", default: "constant")
    guard mode == "constant" else {
      throw layer.unexpected("'\(mode)'", expected: "fill_mode 'constant'")
    }
    let filling = Float(try layer.number("fill_value", default: 0))
    guard filling != 0 else { return [zeros] }
    // Zeros are what is added: moved there and back, they are the filling.
    return [
      Part(suffix: "_moved", layer: Rescaling(scale: [1], offset: [-filling])), zeros,
      Part(suffix: "_filled", layer: Rescaling(scale: [1], offset: [filling])),
    ]
  }

  /// As TensorFlow computes it, in single precision.
  private static func scaled(_ size: Int, _ factor: Int, _ divisor: Int) -> Int {
    Int(exactly: (Float(size * factor) / Float(divisor)).rounded(.down)) ?? Int.max
  }
}
