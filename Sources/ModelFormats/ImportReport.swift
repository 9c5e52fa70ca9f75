import Network

/// What an import made of a file: nothing is left out silently.
package struct ImportReport: Hashable, Sendable {
  /// A parameter whose shape in the file is another one, with the same values.
  package struct Mismatch: Hashable, Sendable, CustomStringConvertible {
    /// As `layer/parameter`.
    package let parameter: String
    package let expected: Shape
    package let found: Shape

    package init(parameter: String, expected: Shape, found: Shape) {
      self.parameter = parameter
      self.expected = expected
      self.found = found
    }

    package var description: String {
      "\(parameter): expected \(expected), found \(found), the same values"
    }
  }

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
  /// Parameters whose shape in the file differs. A reader that cannot do without them throws instead.
  package var mismatched: [Mismatch] = []
  /// Values in the file that no layer asked for.
  package var unused: [String] = []
  /// What a person should know before relying on the model.
  package var warnings: [String] = []

  package init(format: String) {
    self.format = format
  }

  /// What a person who takes nothing but a whole model objects to; `nil`: nothing. (What is missing no
  /// reader puts up with.)
  package var objection: String? {
    if let mismatch = mismatched.first { return "\(mismatch)" }
    guard let first = unused.first else { return nil }
    return "'\(first)', which no layer asked for"
      + (unused.count == 1 ? "" : ", and \(unused.count - 1) more")
  }
}
