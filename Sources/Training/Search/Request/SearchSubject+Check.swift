import EngineInterface
import Images
import Network
import RunStore

/// Whether what is to be searched can be, before there is a search.
extension SearchSubject {
  /// What wishes come to.
  /// - Throws: `OutOfRange`.
  func dimensions(_ wishes: [SearchWish]) throws -> [SearchDimension] {
    try (wishes.isEmpty ? usualWishes() : wishes).map {
      try SearchDimension(
        $0, settings: settings, layers: freezableLayers,
        augmentations: Augmentation.Strength.allCases.map(\.rawValue))
    }
  }

  /// The learning rate, and dropout where the network has it, else the limit on weights.
  private func usualWishes() throws -> [SearchWish] {
    let hasDropout = try !graph().dropoutLayers.isEmpty
    return [
      SearchWish(.learningRate), SearchWish(hasDropout ? .dropout(layer: nil) : .maxNorm),
    ]
  }

  /// - Throws: `ConfigurationError` that says which value the network, the optimizer or the data do not
  ///   have.
  func check(_ record: SearchRecord) throws {
    let space = SearchSpace(dimensions: record.dimensions, seed: record.seed)
    try checkEffect(of: record.dimensions)
    // All choices, and both ends of the others.
    let count = record.dimensions.map { $0.isOrdered ? 2 : $0.count ?? 1 }.max() ?? 1
    for number in 0..<count {
      let values = record.dimensions.map { dimension -> SearchValue in
        guard case .choices(let names) = dimension.scale else {
          return dimension.value(at: number == 0 ? 0 : 1)
        }
        return .choice(names[number % names.count])
      }
      try check(SearchPoint(values), in: space, epochs: record.budget.epochs)
    }
  }

  private func checkEffect(of dimensions: [SearchDimension]) throws(ConfigurationError) {
    let variables = dimensions.map(\.variable)
    if variables.contains(.momentum), !variables.contains(.optimizer),
      !configuration.optimizer.hasMomentum
    {
      throw ConfigurationError(
        option: "over", expected: "momentum with an optimizer that has one",
        found: configuration.optimizer.rawValue)
    }
    if variables.contains(.headWidth), configuration.head?.keepsTrained == true {
      throw ConfigurationError(
        option: "over", expected: "head-width with a new head: not with --head keep",
        found: "head-width")
    }
  }
}

extension Graph {
  /// How many layers `firstLayers` counts.
  func layerCount(besides others: Set<String>) -> Int {
    var names: [String] = []
    for index in nodes.indices
    where !specifications[index].isEmpty && !others.contains(nodes[index].name) {
      let name = layerName(of: index)
      if names.last != name { names.append(name) }
    }
    return names.count
  }

  /// A layer that a dropout layer may well follow: the last with parameters before the head.
  /// - Parameter head: the layers of a new one; none: the last layer with parameters is the model's own.
  func usualDropoutPlace(besides head: Set<String>) -> String? {
    let layers = nodes.indices.filter { !specifications[$0].isEmpty }.map { nodes[$0].name }
    return head.isEmpty ? layers.dropLast().last : layers.last { !head.contains($0) }
  }
}
