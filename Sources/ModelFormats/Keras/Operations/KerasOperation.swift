import JSON
import Kernels
import Network

/// A function of tensors in the place of a layer: one of TensorFlow's, which Keras 2 wraps
/// (`TFOpLambda`, `SlicingOpLambda`, `TensorFlowOpLayer`), or one of Keras 3's own. What it does may
/// depend on constants beside the tensors.
struct KerasOperation {
  typealias Part = KerasLayerBuilder.Part

  /// In small letters, without the module: `add`, `truediv`, `relu`.
  private let name: String
  private let layer: KerasLayerConfiguration
  /// The configuration and the keyword arguments.
  private let settings: KerasLayerConfiguration
  private let arguments: [KerasArgument]
  private let keywords: [String: KerasArgument]
  private let inputs: [Shape]
  private let major: Int

  /// - Throws: where the layer does not say what it does.
  init(
    _ layer: KerasLayerConfiguration, call: KerasCall?, inputs: [Shape], major: Int
  ) throws(UnexpectedContent) {
    guard !inputs.isEmpty else { throw layer.unexpected("none", expected: "a tensor as argument") }
    self.layer = layer
    self.inputs = inputs
    self.major = major
    var arguments = call?.arguments ?? inputs.indices.map { .input($0) }
    var keywords = call?.keywords ?? [:]
    var function = layer.className
    switch layer.className {
    case "TFOpLambda", "SlicingOpLambda":
      guard let text = layer["function"]?.string else {
        throw layer.unexpected("none", expected: "a 'function'")
      }
      function = text
    case "TensorFlowOpLayer":
      function = try Self.nodeOperation(of: layer)
      arguments = try Self.withConstants(layer, among: arguments)
    default: break
    }
    name = (function.split(separator: ".").last.map(String.init) ?? function).lowercased()
    // What some functions call their tensors.
    for key in ["x", "x1", "a", "features", "input", "input_tensor", "logits", "values", "tensor"]
    where arguments.isEmpty {
      if let value = keywords.removeValue(forKey: key) { arguments.append(value) }
    }
    self.arguments = arguments
    self.keywords = keywords
    var values = layer.values
    for (key, argument) in keywords {
      if case .value(let value) = argument { values[key] = value }
    }
    settings = KerasLayerConfiguration(
      className: layer.className, name: layer.name, values: values)
  }

  /// TensorFlow 2.0 to 2.3 keep the graph's node, as JSON or as protobuf's text.
  private static func nodeOperation(of layer: KerasLayerConfiguration) throws(UnexpectedContent)
    -> String
  {
    guard let node = layer["node_def"]?.string else {
      throw layer.unexpected("none", expected: "a 'node_def' as text")
    }
    if let json = try? JSONValue.parse(node), let operation = json["op"]?.string {
      return operation
    }
    let parts = node.split(separator: "op: \"", maxSplits: 1)
    guard parts.count == 2, let operation = parts[1].split(separator: "\"").first else {
      throw layer.unexpected("another text", expected: "a 'node_def' with an operation")
    }
    return String(operation)
  }

  /// Puts the constants, which are kept by their place, between the tensors.
  private static func withConstants(
    _ layer: KerasLayerConfiguration, among arguments: [KerasArgument]
  ) throws(UnexpectedContent) -> [KerasArgument] {
    var result: [KerasArgument] =
      if case .list(let list)? = arguments.first { list } else { arguments }
    let constants = layer["constants"]?.object ?? [:]
    for key in constants.keys.sorted(by: { Int($0) ?? 0 < Int($1) ?? 0 }) {
      guard let place = Int(key), (0...result.count).contains(place), let value = constants[key]
      else { throw layer.unexpected("'\(key)'", expected: "places of arguments as 'constants'") }
      result.insert(.value(value), at: place)
    }
    return result
  }

  private func unknown() -> UnexpectedContent {
    layer.unexpected("'\(name)'", expected: "an operation that Thaw knows")
  }

  /// Layers of ours that do the same.
  /// - Throws: for an operation that is not known, and for arguments that it cannot have.
  func parts() throws(UnexpectedContent) -> [Part] {
    switch name {
    case "add", "addv2", "bias_add", "biasadd", "subtract", "sub", "multiply", "mul", "truediv",
      "truedivide", "true_divide", "divide", "realdiv", "div", "maximum", "minimum":
      return try binary()
    case "add_n":
      let tensors = try list(0)
      return try KerasMerging(inputs: tensors.map { inputs[$0] }, layer: layer).sum()
        .map { $0.reading(tensors) }
    case "negative", "neg": return [rescaling([-1], [0])]
    case "square": return [Part(layer: Multiply(), reads: [.input(0), .input(0)])]
    case "pow", "power":
      guard try constant(1).map({ $0 == [2] }) ?? false else {
        throw layer.unexpected("another one", expected: "2 as exponent")
      }
      return [Part(layer: Multiply(), reads: [.input(0), .input(0)])]
    case "clip", "clip_by_value", "clipbyvalue":
      let lower = try bound(["x_min", "clip_value_min"], at: 1)
      let upper = try bound(["x_max", "clip_value_max"], at: 2)
      guard lower <= upper else {
        throw layer.unexpected("\(lower) and \(upper)", expected: "bounds in order")
      }
      return [Part(layer: ActivationLayer(.clip(lower: lower, upper: upper)))]
    case "identity", "stop_gradient", "stopgradient", "copy": return []
    case "cast": return try cast()
    case "reduce_mean", "mean": return [Part(layer: try pooling(isMean: true))]
    case "reduce_max", "max": return [Part(layer: try pooling(isMean: false))]
    case "reshape": return [Part(layer: Reshape(try reshapeTarget()))]
    case "expand_dims", "expanddims": return [Part(layer: Reshape(try expandedShape()))]
    case "squeeze": return [Part(layer: Reshape(try squeezedShape()))]
    case "concat", "concatenate", "concatv2": return try concatenation()
    case "stack": return try stack()
    case "transpose", "permute": return [Part(layer: Permute(try order()))]
    case "getitem", "get_item": return try KerasSlicing(indices(), of: inputs[0], layer).parts()
    case "pad", "padv2": return [Part(layer: ZeroPadding2D(try padding()))]
    case "resize":
      return try KerasResizing(settings, inputs: inputs, major: major).operation()
    case "softmax", "log_softmax":
      guard name == "softmax" else { throw unknown() }
      try settings.requireLastAxis(rank: inputs[0].rank)
      return [Part(layer: Softmax())]
    default:
      guard
        let activation = try KerasActivation(operation: name, settings: settings, major: major),
        case .elementwise(let function) = activation
      else { throw unknown() }
      return [Part(layer: ActivationLayer(function))]
    }
  }
}

/// Arguments.
extension KerasOperation {
  /// The second of two is called by many names.
  private func argument(_ index: Int) -> KerasArgument? {
    if arguments.indices.contains(index) { return arguments[index] }
    guard index == 1 else { return nil }
    return ["y", "x2", "b", "bias", "value"].lazy.compactMap { keywords[$0] }.first
  }

  /// The numbers of an argument that is no tensor: one, or one for each channel.
  private func constant(_ index: Int) throws(UnexpectedContent) -> [Float]? {
    guard case .value(let value)? = argument(index) else { return nil }
    let numbers = KerasLayerBuilder.numbers(in: value)
    guard !numbers.isEmpty, numbers.allSatisfy(\.isFinite), Self.isRow(value),
      numbers.count == 1 || numbers.count == inputs.first?.channels
    else {
      throw layer.unexpected(
        value.description, expected: "one number, or one for each channel, as an argument")
    }
    return numbers
  }

  /// Whether a constant varies along its last axis at most.
  private static func isRow(_ value: JSONValue) -> Bool {
    if let array = value["config"]?["value"] { return isRow(array) }
    guard let list = value.list, list.contains(where: { $0.list != nil }) else { return true }
    return list.count == 1 && isRow(list[0])
  }

  private func bound(_ keys: [String], at index: Int) throws(UnexpectedContent) -> Float {
    for key in keys where settings[key] != nil {
      return Float(try settings.number(key, default: 0))
    }
    guard let values = try constant(index), values.count == 1 else {
      throw layer.unexpected("none", expected: "'\(keys[0])'")
    }
    return values[0]
  }

  private func input(_ index: Int) -> Int? {
    if case .input(let input)? = argument(index) { input } else { nil }
  }

  /// The tensors of a list.
  private func list(_ index: Int) throws(UnexpectedContent) -> [Int] {
    let elements: [KerasArgument]
    switch argument(index) {
    case .list(let list): elements = list
    case .input(let input): elements = [.input(input)]
    default: elements = []
    }
    let tensors = elements.compactMap { element -> Int? in
      if case .input(let input) = element { input } else { nil }
    }
    guard tensors.count == elements.count, !tensors.isEmpty else {
      throw layer.unexpected("something else", expected: "a list of tensors")
    }
    return tensors
  }

  /// Whole numbers, in the settings or at a place of the arguments.
  private func integers(_ keys: [String], at index: Int = 1) throws(UnexpectedContent) -> [Int] {
    var value = keys.lazy.compactMap { settings[$0] }.first
    if value == nil, case .value(let argument)? = argument(index) { value = argument }
    let elements = value.map { $0.list ?? [$0] } ?? []
    let numbers = elements.compactMap(\.integer).filter {
      (-Shape.dimensionLimit...Shape.dimensionLimit).contains($0)
    }
    guard !elements.isEmpty, numbers.count == elements.count else {
      throw layer.unexpected(
        value?.description ?? "none", expected: "whole numbers as '\(keys[0])'")
    }
    return numbers
  }
}

/// Arithmetic.
extension KerasOperation {
  private func rescaling(_ scale: [Float], _ offset: [Float]) -> Part {
    Part(layer: Rescaling(scale: scale, offset: offset))
  }

  private func binary() throws(UnexpectedContent) -> [Part] {
    guard arguments.count <= 2, argument(1) != nil else {
      throw layer.unexpected("\(arguments.count)", expected: "two arguments")
    }
    if let left = input(0), let right = input(1) { return try binary(of: left, right) }
    if input(0) != nil, let values = try constant(1) { return [try binary(tensorAnd: values)] }
    if input(1) != nil, let values = try constant(0) { return [try binary(ofConstant: values)] }
    throw layer.unexpected("something else", expected: "tensors or numbers as arguments")
  }

  private func binary(of left: Int, _ right: Int) throws(UnexpectedContent) -> [Part] {
    let shapes = [inputs[left], inputs[right]]
    // Aligned at the last axis, images of a batch would meet rows of an image.
    guard shapes[0].rank == shapes[1].rank else {
      throw layer.unexpected(
        "\(shapes[0]) and \(shapes[1])", expected: "tensors of as many dimensions")
    }
    let merging = KerasMerging(inputs: shapes, layer: layer)
    let parts: [Part]
    switch name {
    case "subtract", "sub": parts = try merging.merged(Subtract())
    case "multiply", "mul": parts = try merging.product()
    case "maximum": parts = try merging.merged(Maximum())
    case "minimum": parts = try merging.merged(Minimum())
    case "add", "addv2", "bias_add", "biasadd": parts = try merging.sum()
    default: throw layer.unexpected("a tensor", expected: "a number as divisor")
    }
    return parts.map { $0.reading([left, right]) }
  }

  private func binary(tensorAnd values: [Float]) throws(UnexpectedContent) -> Part {
    switch name {
    case "add", "addv2", "bias_add", "biasadd": return rescaling([1], values)
    case "subtract", "sub": return rescaling([1], values.map { -$0 })
    case "multiply", "mul": return rescaling(values, [0])
    case "maximum", "minimum": return try bounded(by: values)
    default:
      let scale = values.map { Float(1 / Double($0)) }
      guard scale.allSatisfy(\.isFinite) else {
        throw layer.unexpected("0", expected: "a divisor but 0")
      }
      return rescaling(scale, [0])
    }
  }

  private func binary(ofConstant values: [Float]) throws(UnexpectedContent) -> Part {
    switch name {
    case "add", "addv2": return rescaling([1], values)
    case "subtract", "sub": return rescaling([-1], values)
    case "multiply", "mul": return rescaling(values, [0])
    case "maximum", "minimum": return try bounded(by: values)
    default: throw layer.unexpected("a tensor", expected: "a number as divisor")
    }
  }

  private func bounded(by values: [Float]) throws(UnexpectedContent) -> Part {
    guard values.count == 1 else {
      throw layer.unexpected("\(values.count)", expected: "one number as bound")
    }
    let isLower = name == "maximum"
    return Part(
      layer: ActivationLayer(
        isLower
          ? .clip(lower: values[0], upper: .infinity) : .clip(lower: -.infinity, upper: values[0])))
  }
}

/// Shapes.
extension KerasOperation {
  private func cast() throws(UnexpectedContent) -> [Part] {
    var text = settings["dtype"]?.string ?? settings["DstT"]?.string
    if text == nil, case .value(let value)? = argument(1) { text = value.string }
    // Keras 3's operation does not keep what it casts to; the layers after it are in this type.
    guard text == nil || ["float32", "float64", "float16", "bfloat16"].contains(text) else {
      throw layer.unexpected("'\(text ?? "")'", expected: "a type of floating-point numbers")
    }
    return []
  }

  /// Means or maxima over height and width.
  private func pooling(isMean: Bool) throws(UnexpectedContent) -> any Layer {
    let axes = Set(try integers(["axis"]).map { $0 < 0 ? $0 + inputs[0].rank + 1 : $0 })
    guard inputs[0].rank == 3, axes == [1, 2] else {
      throw layer.unexpected(
        "\(axes.sorted())", expected: "height and width of an image as 'axis'")
    }
    let keeps = try settings.flag("keepdims", default: settings["keep_dims"]?.bool ?? false)
    return isMean
      ? GlobalAveragePooling2D(keepsDimensions: keeps) : GlobalMaxPooling2D(keepsDimensions: keeps)
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

  private func concatenation() throws(UnexpectedContent) -> [Part] {
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
  private func stack() throws(UnexpectedContent) -> [Part] {
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

  private func padding() throws(UnexpectedContent) -> Padding {
    var value = settings["pad_width"] ?? settings["paddings"]
    if value == nil, case .value(let argument)? = argument(1) { value = argument }
    let mode = try settings.text("mode", default: "constant").lowercased()
    let filling = try settings.number("constant_values", default: 0)
    let amounts = (value?.list ?? []).map { ($0.list ?? []).compactMap(\.integer) }
    guard mode == "constant", filling == 0, amounts.count == 4,
      amounts.allSatisfy({ $0.count == 2 && $0.allSatisfy { (0...4096).contains($0) } }),
      amounts[0] == [0, 0], amounts[3] == [0, 0]
    else {
      throw layer.unexpected(
        value?.description ?? "none", expected: "zeros around height and width")
    }
    return Padding(
      top: amounts[1][0], bottom: amounts[1][1], left: amounts[2][0], right: amounts[2][1])
  }
}
