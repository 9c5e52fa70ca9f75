import JSON
import Kernels
import Network

/// Turns one layer's configuration into the layers of ours that do the same: finds its row in
/// `KerasLayerTable`, and knows which Keras wrote the file.
struct KerasLayerBuilder {
  /// Major and minor version of Keras that wrote the file.
  let major: Int
  let minor: Int
  /// Whether the file's convolutions are mathematics' own, which turn their kernels by 180°, and not
  /// correlations.
  let isConvolving: Bool

  init(major: Int, minor: Int = 0, isConvolving: Bool = false) {
    self.major = major
    self.minor = minor
    self.isConvolving = isConvolving
  }

  /// Whether a layer's kernels stand turned in the file. Keras turns these classes' back, and leaves
  /// depthwise and separable ones as they are.
  func turnsKernels(of layer: KerasLayerConfiguration) -> Bool {
    let classes = [
      "Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "Conv3DTranspose", "Convolution1D",
      "Convolution2D", "Convolution3D", "Convolution2DTranspose", "ConvLSTM2D",
    ]
    return isConvolving && classes.contains(layer.className)
  }

  /// Since Keras 3.7 `RandomCrop` crops in training alone.
  var leavesRandomCropsWhole: Bool { major > 3 || major == 3 && minor >= 7 }

  /// - Parameter inputs: shapes of what the layer reads.
  /// - Parameter call: what it is called with, where that is told.
  /// - Parameter statistics: values of the layer's weights by name, for those that are constants of
  ///   ours.
  /// - Returns: in the order in which they read each other; none for a layer that changes nothing.
  /// - Throws: for a class that is not known, and for settings that are not.
  func parts(
    of layer: KerasLayerConfiguration, inputs: [Shape], call: KerasCall? = nil,
    statistics: @escaping KerasLayerReading.Statistics
  ) throws(UnexpectedContent) -> [Part] {
    if layer.isOperation {
      return try KerasOperation(layer, call: call, inputs: inputs, major: major).parts()
    }
    let reading = KerasLayerReading(
      layer: layer, inputs: inputs, builder: self, statistics: statistics)
    guard let row = KerasLayerTable.rows[layer.className] else {
      throw layer.unexpected("'\(layer.className)'", expected: "a class that Thaw knows")
    }
    return row.named(try row.read(reading)())
  }

  /// Which of a layer's weights, in Keras' order, each parameter of one of its parts is.
  /// - Parameter parameters: names of those of each part: a layer leaves out what it does not have.
  func places(
    in layer: KerasLayerConfiguration, ofPart part: Int, parameters: [[String]]
  ) -> [String: Int] {
    let weights = KerasLayerTable.rows[layer.className]?.weights ?? []
    let present = weights.filter { weight in
      guard let parameter = weight.parameter else { return true }
      return parameters.indices.contains(weight.part)
        && parameters[weight.part].contains(parameter)
    }
    let places = present.enumerated().compactMap { index, weight in
      weight.part == part ? weight.parameter.map { ($0, index) } : nil
    }
    return Dictionary(places) { first, _ in first }
  }

  /// Which of a layer's weights is called `name`.
  func index(of name: String, in layer: KerasLayerConfiguration) -> Int {
    KerasLayerTable.rows[layer.className]?.weights.firstIndex { $0.names.contains(name) } ?? 0
  }
}
