import Kernels

extension ArchitectureBuilder {
  /// Adds a squeeze and excitation (Hu et al., arXiv:1709.01507) of what was added last, in Torch's names:
  /// a factor for each channel, from the means of all channels.
  ///
  /// - Parameters:
  ///   - scope: what its layers' names begin with.
  ///   - squeezed: channels in the middle.
  ///   - channels: of what was added last.
  mutating func addExcitation(_ scope: String, squeezed: Int, channels: Int) {
    let features = last
    add("\(scope).avgpool", GlobalAveragePooling2D(keepsDimensions: true))
    add(
      "\(scope).fc1",
      Conv2D(
        filters: squeezed, window: Window(1), activation: .relu, kernelInitialization: .heNormal))
    add("\(scope).fc2", Conv2D(filters: channels, window: Window(1), activation: .sigmoid))
    add("\(scope).excite", Multiply(), reading: features, last)
  }
}
