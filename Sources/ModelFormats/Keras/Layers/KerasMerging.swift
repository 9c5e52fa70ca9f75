import Network

/// Layers that merge several tensors, of one shape or of shapes that can be repeated to one.
struct KerasMerging {
  typealias Part = KerasLayerBuilder.Part

  let inputs: [Shape]
  let layer: KerasLayerConfiguration

  /// `merge` of all inputs, each of which is repeated first where it must be.
  func merged(_ merge: any Layer) throws(UnexpectedContent) -> [Part] {
    guard inputs.count >= 2 else {
      throw layer.unexpected("\(inputs.count)", expected: "2 inputs or more")
    }
    guard let target = Shape.broadcast(inputs) else {
      throw layer.unexpected(
        inputs.map(\.description).joined(separator: " and "),
        expected: "inputs of one shape, or that can be repeated to one,")
    }
    var parts: [Part] = []
    var reads: [Part.Source] = []
    for (index, input) in inputs.enumerated() {
      guard input != target else {
        reads.append(.input(index))
        continue
      }
      reads.append(.part(parts.count))
      parts.append(
        Part(
          suffix: "_broadcast\(parts.isEmpty ? "" : "_\(parts.count)")",
          layer: Broadcast(to: target), reads: [.input(index)]))
    }
    return parts + [Part(layer: merge, reads: reads)]
  }

  func sum() throws(UnexpectedContent) -> [Part] { try merged(Add()) }

  /// Two at a time. An image and one factor for each channel need not be repeated.
  func product() throws(UnexpectedContent) -> [Part] {
    guard inputs.count >= 2 else {
      throw layer.unexpected("\(inputs.count)", expected: "2 inputs or more")
    }
    var parts: [Part] = []
    var last = Part.Source.input(0)
    var shape = inputs[0]
    for (index, input) in inputs.enumerated().dropFirst() {
      let pair = KerasMerging(inputs: [shape, input], layer: layer)
      let isDirect = (try? Multiply().outputShape(for: [shape, input])) != nil
      let step =
        isDirect
        ? [Part(layer: Multiply(), reads: [.input(0), .input(1)])] : try pair.merged(Multiply())
      let first = parts.count
      for part in step {
        parts.append(
          part.reading { source in
            switch source {
            case .input(0): last
            case .input: .input(index)
            case .part(let place): .part(first + place)
            }
          })
      }
      last = .part(parts.count - 1)
      shape = Shape.broadcast([shape, input]) ?? shape
      guard index < inputs.count - 1 else { break }
      for place in first..<parts.count { parts[place].suffix += "_product\(index)" }
    }
    return parts
  }

  /// `inputs[0] + scale · inputs[1]`
  func scaledSum(_ scale: Float) throws(UnexpectedContent) -> [Part] {
    guard inputs.count == 2 else {
      throw layer.unexpected("\(inputs.count)", expected: "2 inputs")
    }
    let scaled = Part(
      suffix: "_scaled", layer: Rescaling(scale: [scale], offset: [0]), reads: [.input(1)])
    return [scaled, Part(layer: Add(), reads: [.input(0), .part(0)])]
  }
}
