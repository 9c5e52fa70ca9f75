import JSON
import Kernels
import Network

/// Shapes.
extension KerasOperation {
  func meanPooling() throws(UnexpectedContent) -> [Part] {
    [Part(layer: GlobalAveragePooling2D(keepsDimensions: try keepsDimensions()))]
  }

  func maxPooling() throws(UnexpectedContent) -> [Part] {
    [Part(layer: GlobalMaxPooling2D(keepsDimensions: try keepsDimensions()))]
  }

  func reshape() throws(UnexpectedContent) -> [Part] {
    [Part(layer: Reshape(try reshapeTarget()))]
  }

  func expandDimensions() throws(UnexpectedContent) -> [Part] {
    [Part(layer: Reshape(try expandedShape()))]
  }

  func squeeze() throws(UnexpectedContent) -> [Part] {
    [Part(layer: Reshape(try squeezedShape()))]
  }

  func transpose() throws(UnexpectedContent) -> [Part] { [Part(layer: Permute(try order()))] }

  func slice() throws(UnexpectedContent) -> [Part] {
    try KerasSlicing(indices(), of: inputs[0], layer).parts()
  }

  func pad() throws(UnexpectedContent) -> [Part] {
    let (amounts, content) = try padding()
    if content == .constant(0) { return [Part(layer: ZeroPadding2D(amounts))] }
    return [Part(layer: Padding2D(amounts, content: content))]
  }

  func cast() throws(UnexpectedContent) -> [Part] {
    var text = settings["dtype"]?.string ?? settings["DstT"]?.string
    if text == nil, case .value(let value)? = argument(1) { text = value.string }
    // Keras 3's operation does not keep what it casts to; the layers after it are in this type.
    guard text == nil || ["float32", "float64", "float16", "bfloat16"].contains(text) else {
      throw layer.unexpected("'\(text ?? "")'", expected: "a type of floating-point numbers")
    }
    return []
  }

  /// Of a mean or maximum, which must go over height and width.
  private func keepsDimensions() throws(UnexpectedContent) -> Bool {
    let axes = Set(try integers(["axis"]).map { $0 < 0 ? $0 + inputs[0].rank + 1 : $0 })
    guard inputs[0].rank == 3, axes == [1, 2] else {
      throw layer.unexpected(
        "\(axes.sorted())", expected: "height and width of an image as 'axis'")
    }
    return try settings.flag("keepdims", default: settings["keep_dims"]?.bool ?? false)
  }

  private func reshapeTarget() throws(UnexpectedContent) -> [Int] {
    let shape = try integers(["newshape", "shape"])
    let target = Array(shape.dropFirst())
    // The batch comes first, and stays what it is.
    guard (1...4).contains(target.count), target.allSatisfy({ $0 == -1 || $0 > 0 }),
      shape.count(where: { $0 == -1 }) <= (shape[0] == -1 ? 1 : 2)
    else {
      throw layer.unexpected(
        "\(shape)", expected: "a shape with the batch in front, of which one is left open")
    }
    return target
  }

  private func expandedShape() throws(UnexpectedContent) -> [Int] {
    let rank = inputs[0].rank
    var dimensions = inputs[0].dimensions
    let axes = try integers(["axis"])
    guard axes.count == 1, let axis = axes.first.map({ $0 < 0 ? $0 + rank + 2 : $0 }),
      (1...rank + 1).contains(axis)
    else { throw layer.unexpected("\(axes)", expected: "one axis after the batch") }
    dimensions.insert(1, at: axis - 1)
    return dimensions
  }

  private func squeezedShape() throws(UnexpectedContent) -> [Int] {
    let rank = inputs[0].rank
    let axes = Set(try integers(["axis"]).map { $0 < 0 ? $0 + rank : $0 - 1 })
    guard axes.allSatisfy({ (0..<rank).contains($0) && inputs[0].dimensions[$0] == 1 }),
      axes.count < rank
    else {
      throw layer.unexpected("\(axes.map { $0 + 1 })", expected: "axes of length 1 as 'axis'")
    }
    return (0..<rank).filter { !axes.contains($0) }.map { inputs[0].dimensions[$0] }
  }

  func concatenation() throws(UnexpectedContent) -> [Part] {
    let tensors = try list(0)
    let axis = settings["axis"].map { [$0] } ?? []
    if !axis.isEmpty || argument(1) != nil {
      let found = try integers(["axis"])
      guard found == [-1] || found == [inputs[tensors[0]].rank] else {
        throw layer.unexpected("\(found)", expected: "the last axis as 'axis'")
      }
    }
    guard tensors.count > 1 else { return [] }
    return [Part(layer: Concatenate(), reads: tensors.map { .input($0) })]
  }

  /// Tensors side by side along a new last axis.
  func stack() throws(UnexpectedContent) -> [Part] {
    let tensors = try list(0)
    let rank = inputs[tensors[0]].rank
    let axis = try integers(["axis"])
    guard axis == [-1] || axis == [rank + 1], tensors.count > 1 else {
      throw layer.unexpected("\(axis)", expected: "the last axis as 'axis'")
    }
    var parts = tensors.enumerated().map { index, tensor in
      Part(
        suffix: "_\(index)", layer: Reshape(inputs[tensor].dimensions + [1]),
        reads: [.input(tensor)])
    }
    parts.append(Part(layer: Concatenate(), reads: parts.indices.map { .part($0) }))
    return parts
  }

  private func order() throws(UnexpectedContent) -> [Int] {
    let order = try integers(["axes", "perm"])
    guard order.first == 0, order.count == inputs[0].rank + 1 else {
      throw layer.unexpected("\(order)", expected: "all axes, the batch first")
    }
    return order.dropFirst().map { $0 - 1 }
  }

  /// Of an item: in Keras 3 the second argument, in Keras 2 `slice_spec`.
  private func indices() -> [JSONValue] {
    if let specification = settings["slice_spec"] { return specification.list ?? [specification] }
    if case .value(let value)? = argument(1) { return value.list ?? [value] }
    return []
  }

  private func padding() throws(UnexpectedContent) -> (Padding, EdgeContent) {
    var value = settings["pad_width"] ?? settings["paddings"]
    if value == nil, case .value(let argument)? = argument(1) { value = argument }
    let mode = try settings.text("mode", default: "constant").lowercased()
    let amounts = (value?.list ?? []).map { ($0.list ?? []).compactMap(\.integer) }
    guard amounts.count == 4,
      amounts.allSatisfy({ $0.count == 2 && $0.allSatisfy { (0...4096).contains($0) } }),
      amounts[0] == [0, 0], amounts[3] == [0, 0]
    else {
      throw layer.unexpected(
        value?.description ?? "none", expected: "rows and columns around height and width")
    }
    let content: EdgeContent
    switch mode {
    case "constant":
      content = .constant(Float(try settings.number("constant_values", default: 0)))
    case "reflect": content = .reflect
    case "symmetric": content = .symmetric
    default:
      throw layer.unexpected(
        "'\(mode)'", expected: "'constant', 'reflect' or 'symmetric' as 'mode'")
    }
    return (
      Padding(
        top: amounts[1][0], bottom: amounts[1][1], left: amounts[2][0], right: amounts[2][1]),
      content
    )
  }
}
