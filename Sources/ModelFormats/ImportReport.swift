/// What an import made of a file: nothing is left out silently.
package struct ImportReport: Hashable, Sendable {
  /// The format and what wrote it: `Keras HDF5 (Keras 3.15.1)`.
  package var format: String
  /// Parameters that have their values from the file, as `layer/parameter`.
  package var loaded: [String] = []
  /// What the file holds and Thaw has no use for, such as an optimiser's state.
  package var skipped: [String] = []
  /// Layers that do nothing once a network is trained, such as random augmentation: training goes on
  /// without them.
  package var skippedLayers: [String] = []
  /// Tensors that are called otherwise than their places, and how.
  package var renamed: [String] = []
  /// Parameters whose shape in the file differs, with expected and found. A reader that cannot do
  /// without them throws instead.
  package var mismatched: [String] = []
  /// Values in the file that no layer asked for.
  package var unused: [String] = []
  /// What a person should know before relying on the model.
  package var warnings: [String] = []

  package init(format: String) {
    self.format = format
  }
}
