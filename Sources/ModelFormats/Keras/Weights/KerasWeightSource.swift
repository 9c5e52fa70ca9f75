import Network

/// Where the weights of Keras' layers stand in a file: by name in whole-model HDF5 files
/// (`KerasWeights`), by place since Keras 2.12's `.keras` (`KerasVariables`).
protocol KerasWeightSource {
  var archive: HDF5Archive { get }

  /// The name of one weight's tensor in the archive.
  /// - Throws: where there is none, or more than one that could be meant.
  mutating func tensor(_ place: KerasWeightPlace) throws(UnexpectedContent) -> String

  /// Weights in the file that were not asked for, sorted.
  var unused: [String] { get }
}

/// One weight of one layer, as Keras counts and calls it.
struct KerasWeightPlace {
  /// Names of the models around the layer, outermost first, and its own.
  let path: [String]
  /// What versions of Keras call the weight.
  let names: [String]
  /// Which of the layer's weights it is.
  let index: Int
  /// Names of all layers in the same outermost one, to tell another layer's weights from those that
  /// TensorFlow renamed.
  let siblings: Set<String>

  /// For errors: `block1/conv1/kernel`.
  var label: String { "\(path.joined(separator: "/"))/\(names.first ?? "\(index)")" }
}

extension HDF5Archive {
  /// The name, where there are values for it.
  func readable(_ name: String) throws(UnexpectedContent) -> String {
    guard datasets[name] != nil else {
      throw UnexpectedContent(
        expected: "values of '\(name)'", found: unreadable[name].map { "that \($0)" } ?? "none")
    }
    return name
  }

  /// The values of a dataset, row-major; none where there is no such.
  func values(of name: String) -> [Float] {
    datasets[name].map { withValues(of: $0) { Array($0) } } ?? []
  }
}
