import Kernels
import Network

/// Arithmetic.
extension KerasOperation {
  func sum() throws(UnexpectedContent) -> [Part] {
    let tensors = try list(0)
    return try KerasMerging(inputs: tensors.map { inputs[$0] }, layer: layer).sum()
      .map { $0.reading(tensors) }
  }

  func negation() throws(UnexpectedContent) -> [Part] { [rescaling([-1], [0])] }

  func square() throws(UnexpectedContent) -> [Part] {
    [Part(layer: Multiply(), reads: [.input(0), .input(0)])]
  }

  func power() throws(UnexpectedContent) -> [Part] {
    guard let exponents = try constant(1), exponents.count == 1, input(0) != nil else {
      throw layer.unexpected("another one", expected: "one number as exponent")
    }
    return exponents == [2] ? try square() : power(exponents[0])
  }

  private func power(_ exponent: Float) -> [Part] {
    [Part(layer: ActivationLayer(.power(exponent: exponent)))]
  }

  func squareRoot() throws(UnexpectedContent) -> [Part] { power(0.5) }
  func reciprocalRoot() throws(UnexpectedContent) -> [Part] { power(-0.5) }
  func reciprocal() throws(UnexpectedContent) -> [Part] { power(-1) }

  func absolute() throws(UnexpectedContent) -> [Part] {
    [Part(layer: ActivationLayer(.absolute))]
  }

  func clip() throws(UnexpectedContent) -> [Part] {
    let lower = try bound(["x_min", "clip_value_min"], at: 1)
    let upper = try bound(["x_max", "clip_value_max"], at: 2)
    guard lower <= upper else {
      throw layer.unexpected("\(lower) and \(upper)", expected: "bounds in order")
    }
    return [Part(layer: ActivationLayer(.clip(lower: lower, upper: upper)))]
  }

  private func rescaling(_ scale: [Float], _ offset: [Float]) -> Part {
    Part(layer: Rescaling(scale: scale, offset: offset))
  }

  func binary() throws(UnexpectedContent) -> [Part] {
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
