import JSON
import Kernels
import Network

extension KerasLayerTable {
  static let shapes = [
    KerasLayerRow(
      "Flatten", read: KerasLayerReading.flatten,
      write: KerasLayerWriter(Flatten.self, KerasLayerWriting.flattening)),
    KerasLayerRow(
      "Reshape", read: KerasLayerReading.reshape,
      write: KerasLayerWriter(Reshape.self, KerasLayerWriting.reshaping)),
    KerasLayerRow(
      "Permute", read: KerasLayerReading.permute,
      write: KerasLayerWriter(Permute.self, KerasLayerWriting.permutation)),
    KerasLayerRow(
      "ZeroPadding2D", read: KerasLayerReading.zeroPadding,
      write: KerasLayerWriter(ZeroPadding2D.self, KerasLayerWriting.zeroPadding)),
    KerasLayerRow(
      "Cropping2D", read: KerasLayerReading.cropping,
      write: KerasLayerWriter(Cropping2D.self, KerasLayerWriting.cropping)),
    KerasLayerRow(
      "GetItem", read: KerasLayerReading.operation,
      write: KerasLayerWriter(Slice.self, KerasLayerWriting.slicing)),
    KerasLayerRow(
      "Pad", read: KerasLayerReading.operation,
      write: KerasLayerWriter(Padding2D.self, KerasLayerWriting.padding)),
    // Three layers of Keras'.
    KerasLayerRow(
      "ChannelShuffle", read: KerasLayerReading.operation,
      write: KerasLayerWriter(ChannelShuffle.self, KerasLayerWriting.shuffling)),
  ]
}

extension KerasLayerReading {
  fileprivate func flatten() throws(UnexpectedContent) -> [Part] {
    try layer.requireChannelsLast()
    return [Part(layer: Flatten())]
  }

  /// What Keras 3 has as an operation alone is no layer's class.
  func operation() throws(UnexpectedContent) -> [Part] {
    throw layer.unexpected("a layer", expected: "an operation")
  }

  fileprivate func reshape() throws(UnexpectedContent) -> [Part] {
    let value = layer["target_shape"]
    let dimensions = value?.list ?? []
    let target = dimensions.compactMap(\.integer)
    guard target.count == dimensions.count, (1...4).contains(target.count),
      target.allSatisfy({ $0 == -1 || (1...Shape.dimensionLimit).contains($0) }),
      target.count(where: { $0 == -1 }) <= 1
    else {
      throw layer.unexpected(
        value?.description ?? "none", expected: "1 to 4 whole numbers as 'target_shape'")
    }
    return [Part(layer: Reshape(target))]
  }

  /// Keras counts the batch as axis 0.
  fileprivate func permute() throws(UnexpectedContent) -> [Part] {
    let dimensions = layer["dims"]?.list ?? []
    let order = dimensions.compactMap(\.integer)
    guard !order.isEmpty, order.count == dimensions.count, order.sorted() == Array(1...order.count)
    else {
      throw layer.unexpected(
        layer["dims"]?.description ?? "none", expected: "each axis once, from 1 on, as 'dims'")
    }
    return [Part(layer: Permute(order.map { $0 - 1 }))]
  }

  fileprivate func zeroPadding() throws(UnexpectedContent) -> [Part] {
    [Part(layer: ZeroPadding2D(try borders("padding", default: 1)))]
  }

  fileprivate func cropping() throws(UnexpectedContent) -> [Part] {
    [Part(layer: Cropping2D(try borders("cropping", default: 0)))]
  }
}

extension KerasLayerWriting {
  fileprivate func flattening(_ layer: Flatten) throws(UnexpectedContent) -> [Written] {
    Self.plain("Flatten")
  }

  fileprivate func reshaping(_ layer: Reshape) throws(UnexpectedContent) -> [Written] {
    [
      Written(
        className: "Reshape",
        configuration: ["target_shape": .array(layer.target.map { .whole($0) })])
    ]
  }

  /// Keras counts the batch as axis 0.
  fileprivate func permutation(_ layer: Permute) throws(UnexpectedContent) -> [Written] {
    [
      Written(
        className: "Permute",
        configuration: ["dims": .array(layer.order.map { .whole($0 + 1) })])
    ]
  }

  fileprivate func zeroPadding(_ layer: ZeroPadding2D) throws(UnexpectedContent) -> [Written] {
    [Self.zeroPadding(layer.amounts)]
  }

  fileprivate func cropping(_ layer: Cropping2D) throws(UnexpectedContent) -> [Written] {
    let amounts = layer.amounts
    return [
      Written(
        className: "Cropping2D",
        configuration: [
          "cropping": .array([
            Self.pair(amounts.top, amounts.bottom), Self.pair(amounts.left, amounts.right),
          ]), "data_format": Self.channelsLast,
        ])
    ]
  }

  fileprivate func padding(_ layer: Padding2D) throws(UnexpectedContent) -> [Written] {
    let amounts = layer.amounts
    guard [amounts.top, amounts.bottom, amounts.left, amounts.right].allSatisfy({ $0 >= 0 }) else {
      throw lacking("padding of at least 0", found: layer.detail)
    }
    switch layer.content {
    case .constant(let value):
      return [Self.pad(amounts, mode: "constant", value: value, shape: output)]
    case .reflect: return [Self.pad(amounts, mode: "reflect", shape: output)]
    case .symmetric: return [Self.pad(amounts, mode: "symmetric", shape: output)]
    case .replicate where isNarrow(amounts):
      // One row mirrored is one row repeated.
      return [Self.pad(amounts, mode: "symmetric", shape: output)]
    case .replicate, .circular:
      throw lacking("a number, or the image mirrored, around it", found: layer.detail)
    }
  }

  private func isNarrow(_ amounts: Padding) -> Bool {
    [amounts.top, amounts.bottom, amounts.left, amounts.right].allSatisfy { $0 <= 1 }
  }

  fileprivate func shuffling(_ layer: ChannelShuffle) throws(UnexpectedContent) -> [Written] {
    let space = Array(input.dimensions.dropLast())
    let (groups, members) = (layer.groups, input.channels / layer.groups)
    guard space.count <= 2 else { throw lacking("at most 3 dimensions", found: input.description) }
    let split = space + [groups, members]
    let order = Array(1...space.count + 2)
    let turned = space + [members, groups]
    func reshape(_ target: [Int], suffix: String) -> Written {
      Written(
        suffix: suffix, className: "Reshape",
        configuration: ["target_shape": .array(target.map { .whole($0) })], shape: Shape(target))
    }
    let dimensions = order.dropLast(2) + [space.count + 2, space.count + 1]
    return [
      reshape(split, suffix: "_groups"),
      Written(
        suffix: "_turned", className: "Permute",
        configuration: ["dims": .array(dimensions.map { .whole($0) })], shape: Shape(turned)),
      reshape(input.dimensions, suffix: ""),
    ]
  }

  /// As Python's slices, the batch's first.
  fileprivate func slicing(_ layer: Slice) throws(UnexpectedContent) -> [Written] {
    func slice(_ start: JSONValue, _ stop: JSONValue, _ step: JSONValue) -> JSONValue {
      .object([
        "class_name": .string("__slice__"),
        "config": .object(["start": start, "stop": stop, "step": step]),
      ])
    }
    let axes = layer.axes.map { axis in
      let stop = axis.start + axis.count * axis.step
      return slice(.whole(axis.start), stop < 0 ? .null : .whole(stop), .whole(axis.step))
    }
    return [
      Written(
        className: "GetItem", module: "keras.src.ops.numpy",
        arguments: [.array([slice(.null, .null, .null)] + axes)])
    ]
  }
}
