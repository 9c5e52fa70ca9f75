import Kernels

/// What a framework calls the layers of a squeeze and excitation.
struct ExcitationNames {
  let squeeze: String
  let reduce: String
  let expand: String
  let excite: String
}

extension ArchitectureBuilder {
  /// Adds a squeeze and excitation (Hu et al., arXiv:1709.01507) of what was added last: a factor for each
  /// channel, from the means of all channels.
  ///
  /// - Parameters:
  ///   - squeezed: channels in the middle.
  ///   - channels: of what was added last.
  ///   - gate: what makes the factors.
  mutating func addExcitation(
    _ names: ExcitationNames, squeezed: Int, channels: Int, activation: Activation = .relu,
    gate: Activation = .sigmoid
  ) {
    let features = last
    add(names.squeeze, GlobalAveragePooling2D(keepsDimensions: true))
    add(
      names.reduce,
      Conv2D(
        filters: squeezed, window: Window(1), activation: activation,
        kernelInitialization: .heNormal))
    add(names.expand, Conv2D(filters: channels, window: Window(1), activation: gate))
    add(names.excite, Multiply(), reading: features, last)
  }

  /// The same in Torch's names.
  /// - Parameter scope: what its layers' names begin with.
  mutating func addExcitation(_ scope: String, squeezed: Int, channels: Int) {
    addExcitation(
      ExcitationNames(
        squeeze: "\(scope).avgpool", reduce: "\(scope).fc1", expand: "\(scope).fc2",
        excite: "\(scope).excite"), squeezed: squeezed, channels: channels)
  }
}
