import Network

/// What enters a net: an image or a row of features, of the size that it says or that its layers need.
struct CaffeInput {
  let shape: Shape
  let feature: Feature

  /// - Parameter weights: of the net, which know how many channels their layers read.
  init(
    _ path: CaffePath, net: CaffeNet, weights: any TensorArchive, options: OpeningOptions
  ) throws {
    let said = try Self.dimensions(path.source, net)
    if let said, said.count == 2, said[1] > 0 {
      let entered = try FileInput(features: said[1])
      (shape, feature) = (entered.shape, entered.feature)
      return
    }
    guard said == nil || said!.count == 4 else {
      throw UnexpectedContent(
        expected: "an input of images (batch, channels, height, width) or of features",
        found: "'\(path.source.blob)' \(Shape(said!))")
    }
    let crop = try Self.crop(path.source.layers)
    let height = options.imageSize?.height ?? said?[2] ?? crop ?? options.openSize?.height
    let width = options.imageSize?.width ?? said?[3] ?? crop ?? options.openSize?.width
    guard let height, let width else {
      throw UnexpectedContent(
        expected:
          "an image size (--image-size) for a net that does not say it, or a deploy.prototxt",
        found: "none")
    }
    guard let channels = try (said?[1]) ?? Self.channels(path, weights) else {
      throw UnexpectedContent(
        expected: "an input of so many channels, which the net or its first layer says",
        found: "none")
    }
    let entered = try FileInput(height: height, width: width, channels: channels, .channelsFirst)
    (shape, feature) = (entered.shape, entered.feature)
  }

  /// Of the source, with the batch, as the net or a layer without bottoms says them.
  private static func dimensions(_ source: CaffePath.Source, _ net: CaffeNet) throws -> [Int]? {
    let inputs = try net.message.texts("input")
    if let place = inputs.firstIndex(of: source.blob) {
      let shapes = try net.message.messages("input_shape").map { try $0.integers("dim") }
      if shapes.indices.contains(place) { return shapes[place] }
      let all = try net.message.integers("input_dim")
      return all.count >= 4 * place + 4 ? Array(all[(4 * place)..<(4 * place + 4)]) : nil
    }
    for layer in source.layers {
      for name in ["input_param", "dummy_data_param"] {
        let shapes = try layer.message.message(name).messages("shape").map {
          try $0.integers("dim")
        }
        if let shape = shapes.indices.contains(source.top) ? shapes[source.top] : shapes.first {
          return shape
        }
      }
      let memory = try layer.message.message("memory_data_param")
      if let height = try memory.integer("height"), let width = try memory.integer("width"),
        let channels = try memory.integer("channels")
      {
        return [1, channels, height, width]
      }
    }
    return nil
  }

  /// What data layers cut out of their images.
  private static func crop(_ layers: [CaffeLayer]) throws -> Int? {
    for layer in layers {
      for name in ["transform_param", "data_param", "image_data_param"] {
        if let size = try layer.message.message(name).integer("crop_size"), size > 0 {
          return size
        }
      }
    }
    return nil
  }

  /// What the first convolution reads.
  private static func channels(_ path: CaffePath, _ weights: any TensorArchive) throws -> Int? {
    for node in path.nodes where node.type == "Convolution" && node.inputs == [path.input] {
      guard let kernel = weights.tensor(named: CaffeNet.key(node.name, 0))?.shape, kernel.count == 4
      else { continue }
      let groups = try node.parameters("convolution_param").integer("group") ?? 1
      let (channels, overflow) = kernel[1].multipliedReportingOverflow(by: groups)
      return overflow ? nil : channels
    }
    return nil
  }
}
