import Kernels
import Network

/// Where one parameter's values stand in an archive.
package struct WeightPlace: Hashable, Sendable {
  /// Of the tensor.
  package var name: String
  package var layout: WeightLayout

  package init(name: String, layout: WeightLayout = .native) {
    self.name = name
    self.layout = layout
  }
}

/// Takes parameters out of an archive: finds the tensor, checks its shape before memory is taken,
/// changes the layout, and keeps the report of what was loaded and what was left.
struct WeightLoader {
  let archive: any TensorArchive
  var report: ImportReport
  /// Names of tensors that parameters have taken, or that are known to be of no use.
  private var taken: Set<String> = []
  /// For values that are to be put in another order, one parameter after the other.
  private var scratch = FloatBuffer(count: 0)

  init(_ archive: any TensorArchive, report: ImportReport) {
    self.archive = archive
    self.report = report
  }

  /// One parameter with its values from the archive.
  ///
  /// - Parameters:
  ///   - node: the layer.
  ///   - place: where it stands.
  ///   - explanation: why a shape may differ, for the error.
  /// - Throws: `UnexpectedContent` for a tensor that is missing or of another shape; what the archive
  ///   throws.
  mutating func parameter(
    _ specification: ParameterSpecification, of node: String, at place: WeightPlace,
    explanation: String = ""
  ) throws -> Parameter {
    let name = "\(node)/\(specification.name)"
    guard let tensor = archive.tensor(named: place.name) else {
      throw UnexpectedContent(expected: "a tensor '\(place.name)' for \(name)", found: "none")
    }
    // Before memory is taken: what the file holds bounds it.
    let arrangement = place.layout.arrangement(of: specification.shape)
    let wanted = Shape(arrangement.storedShape)
    if tensor.shape != arrangement.storedShape {
      // Axes of length 1 move nothing.
      guard tensor.shape.filter({ $0 != 1 }) == wanted.dimensions.filter({ $0 != 1 }) else {
        throw UnexpectedContent(
          expected: "\(name) of shape \(wanted)\(explanation)",
          found: Shape(tensor.shape).description)
      }
      report.mismatched.append(
        ImportReport.Mismatch(parameter: name, expected: wanted, found: Shape(tensor.shape)))
    }
    let values = try values(place.name, arrangement, count: specification.count)
    let parameter = Parameter(layer: node, specification: specification, values: values)
    let strange = UnsafeBufferPointer(start: values.pointer, count: values.count)
      .count { !$0.isFinite }
    if strange > 0 {
      report.warnings.append("\(parameter.name) has \(strange) values that are no numbers")
    }
    taken.insert(place.name)
    report.loaded.append(parameter.name)
    return parameter
  }

  private mutating func values(
    _ name: String, _ arrangement: WeightLayout.Arrangement, count: Int
  ) throws -> FloatBuffer {
    let values = FloatBuffer(count: count)
    if !arrangement.isIdentity, scratch.count < count { scratch = FloatBuffer(count: count) }
    let stored = arrangement.isIdentity ? values : scratch
    try archive.read(name, into: UnsafeMutableBufferPointer(start: stored.pointer, count: count))
    if !arrangement.isIdentity {
      arrangement.copy(from: stored.pointer, to: values.pointer, count: count)
    }
    return values
  }

  /// All parameters of `graph`.
  ///
  /// - Parameter places: of each parameter, by layer and name.
  /// - Parameter isSkipped: tensors that are of no use here, such as counters of batches.
  mutating func model(
    _ graph: Graph, places: [ParameterPlace], skipping isSkipped: (String) -> Bool = { _ in false }
  ) throws -> Model {
    var parameters: [String: [Parameter]] = [:]
    for place in places {
      parameters[place.layer, default: []].append(
        try parameter(place.specification, of: place.layer, at: place.stored))
    }
    let left = unused
    report.skipped += left.filter(isSkipped)
    report.unused += left.filter { !isSkipped($0) }
    return Model(graph: graph, parameters: parameters)
  }

  /// Tensors that nobody has asked for, in the archive's order.
  var unused: [String] { archive.tensorNames.filter { !taken.contains($0) } }
}

/// A parameter of a graph and where it stands in an archive.
package struct ParameterPlace: Hashable, Sendable {
  package let layer: String
  package let specification: ParameterSpecification
  package var stored: WeightPlace
}
