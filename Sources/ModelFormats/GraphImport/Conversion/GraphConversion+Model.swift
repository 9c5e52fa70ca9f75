import Images
import Kernels
import Network

/// The model that all nodes come to.
extension GraphConversion {
  /// The layer that gives the network's answer, in the file's order of axes or as images lie here.
  func answer(_ feature: Feature, _ layout: ImageLayout) throws -> Int {
    let label = DraftName(scope: "", operation: "output")
    switch feature.axes.count {
    case 1: return try draft.rearranged(feature, as: [[0]], name: label)
    case 3: return try draft.rearranged(feature, as: layout.axes.map { [$0] }, name: label)
    default:
      guard !feature.axes.isEmpty else {
        throw UnexpectedContent(expected: "several values for each image as output", found: "one")
      }
      return try draft.rearranged(
        feature, as: feature.axes.indices.map { [$0] }, name: label)
    }
  }

  func model(named name: String, output: Int) throws -> ImportedModel {
    let (graph, places) = try draft.graph(named: name, output: output)
    var loader = WeightLoader(archive, report: report)
    var parameters: [String: [Parameter]] = [:]
    for (node, specifications) in zip(graph.nodes, graph.specifications) {
      for specification in specifications {
        guard let place = places[node.name]?[specification.name] else {
          throw UnexpectedContent(
            expected: "values of \(node.name)/\(specification.name)", found: "none")
        }
        parameters[node.name, default: []].append(
          try loader.parameter(specification, of: node.name, at: place))
      }
    }
    report = loader.report
    report.unused += archive.tensorNames.filter { !used.contains($0) }
    noteSharing(graph, places)
    noteFolding(graph, places)
    return ImportedModel(model: Model(graph: graph, parameters: parameters), report: report)
  }

  /// Weights that several layers read are each layer's own here.
  func noteSharing(_ graph: Graph, _ places: [String: [String: WeightPlace]]) {
    let kernels = graph.nodes.compactMap { node in
      places[node.name]?["kernel"].map { ($0.name, node.name) }
    }
    let groups = Dictionary(grouping: kernels) { $0.0 }.values.filter { $0.count > 1 }
    for group in groups.map({ $0.map(\.1) }).sorted(by: { $0[0] < $1[0] }) {
      report.warnings.append(
        "layers \(group.joined(separator: ", ")) begin with the same weights, and each trains its own"
      )
    }
  }

  /// Exporters that fold batch-norm leave convolutions with biases that the network never had: their
  /// weights have no name of a module any more, or that of the normalisation.
  func noteFolding(_ graph: Graph, _ places: [String: [String: WeightPlace]]) {
    guard !graph.nodes.contains(where: { $0.layer is BatchNormalization }) else { return }
    let folded = graph.nodes.filter { node in
      guard node.layer is Conv2D || node.layer is DepthwiseConv2D,
        let bias = places[node.name]?["bias"]?.name
      else { return false }
      let marks = ["onnx::conv", "bn", "batchnorm", "batch_norm", "_bias"]
      return owner(ofBias: bias) == nil
        && marks.contains { bias.lowercased().contains($0) }
    }
    guard folded.count > 1 else { return }
    report.warnings.append(
      "Batch normalisation is folded into \(folded.count) convolutions. Predictions match the "
        + "original, but training proceeds without it: use a 10 times lower learning rate and freeze "
        + "early layers. Dropout was removed; set it on the new head.")
  }
}
