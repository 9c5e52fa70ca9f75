import JSON
import Network

/// NumPy's indexing as Keras writes it: numbers, slices with start, stop and step, and an ellipsis.
struct KerasSlicing {
  private let indices: [JSONValue]
  private let input: Shape
  private let layer: KerasLayerConfiguration

  init(_ indices: [JSONValue], of input: Shape, _ layer: KerasLayerConfiguration) {
    self.indices = indices
    self.input = input
    self.layer = layer
  }

  private func unexpected(_ value: JSONValue) -> UnexpectedContent {
    layer.unexpected(value.description, expected: "slices of each image's axes")
  }

  /// - Throws: for what is no index, and for slices of the batch.
  func parts() throws(UnexpectedContent) -> [KerasLayerBuilder.Part] {
    let dots = indices.indices.filter { indices[$0]["class_name"]?.string == "__ellipsis__" }
    let dimensions = [0] + input.dimensions
    guard dots.count <= 1, !indices.isEmpty,
      indices.count - dots.count <= dimensions.count
    else { throw unexpected(.array(indices)) }
    // Axes that are not named are whole.
    var named: [JSONValue?] = indices
    let open = [JSONValue?](repeating: nil, count: dimensions.count - indices.count + dots.count)
    if let dot = dots.first {
      named.replaceSubrange(dot...dot, with: open)
    } else {
      named += open
    }
    if let batch = named[0], !Self.isWhole(batch) { throw unexpected(batch) }
    var axes: [Slice.Axis] = []
    var shape: [Int] = []
    for (index, dimension) in zip(named, dimensions).dropFirst() {
      let axis = try axis(index, of: dimension)
      axes.append(axis)
      if index?.number == nil { shape.append(axis.count) }
    }
    let slice = KerasLayerBuilder.Part(layer: Slice(axes))
    // A number takes its axis away.
    guard shape.count < axes.count else { return [slice] }
    guard !shape.isEmpty else { throw unexpected(.array(indices)) }
    var first = slice
    first.suffix = "_slice"
    return [first, KerasLayerBuilder.Part(layer: Reshape(shape))]
  }

  private static func isWhole(_ index: JSONValue) -> Bool {
    let slice = index["config"] ?? index
    return index.object != nil
      && ["start", "stop", "step"].allSatisfy { slice[$0]?.isNull ?? true }
  }

  private func axis(_ index: JSONValue?, of dimension: Int) throws(UnexpectedContent)
    -> Slice.Axis
  {
    guard let index else { return Slice.Axis(start: 0, step: 1, count: dimension) }
    if let number = index.integer, number < dimension {
      let place = number < 0 ? number + dimension : number
      guard place >= 0 else { throw unexpected(index) }
      return Slice.Axis(start: place, step: 1, count: 1)
    }
    guard index.object != nil else { throw unexpected(index) }
    let slice = index["config"] ?? index
    func number(_ key: String) throws(UnexpectedContent) -> Int? {
      guard let value = slice[key], !value.isNull else { return nil }
      guard let number = value.integer,
        (-Shape.dimensionLimit...Shape.dimensionLimit).contains(number)
      else {
        throw unexpected(index)
      }
      return number
    }
    // As Python's slice.indices.
    let step = try number("step") ?? 1
    guard step != 0 else { throw unexpected(index) }
    let range = step > 0 ? 0...dimension : -1...dimension - 1
    func clamped(_ value: Int?, _ standard: Int) -> Int {
      guard let value else { return standard }
      return min(max(value < 0 ? value + dimension : value, range.lowerBound), range.upperBound)
    }
    let start = clamped(try number("start"), step > 0 ? 0 : dimension - 1)
    let stop = clamped(try number("stop"), step > 0 ? dimension : -1)
    let distance = step > 0 ? stop - start : start - stop
    guard distance > 0 else { throw unexpected(index) }
    return Slice.Axis(start: start, step: step, count: (distance + abs(step) - 1) / abs(step))
  }
}
