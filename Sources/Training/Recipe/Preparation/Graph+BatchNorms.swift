import Network

extension Graph {
  /// The graph with batch normalisation put in, where it was asked for.
  /// - Throws: `ConfigurationError` where there is no place for any; `GraphError`.
  func batchNorms(for configuration: EngineConfiguration) throws -> InsertedBatchNorms? {
    guard configuration.insertsBatchNorm == true else { return nil }
    guard let inserted = try insertingBatchNorms() else {
      throw ConfigurationError(
        option: "insert-batch-norm", expected: "convolutions without batch-norm after them",
        found: hasNormalization ? "all of them have it" : "no convolutions")
    }
    return inserted
  }

  /// Convolutions without batch-norm that make a network one that is hard to train.
  private static let manyConvolutions = 8

  /// What a person should know of a deep network that trains without batch normalisation; `nil` where it
  /// has some.
  var missingBatchNorm: String? {
    let count = hasNormalization ? 0 : convolutionsWithoutNormalization.count
    guard count >= Self.manyConvolutions else { return nil }
    return
      "no batch-norm follows the \(count) convolutions: the network never had it, or it is folded into "
      + "them. Predictions are the same, but train with about a tenth of the rate, freeze the first "
      + "layers, or put it in, measured on your images, with --insert-batch-norm"
  }
}
