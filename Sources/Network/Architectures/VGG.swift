import Kernels

/// VGG (Simonyan and Zisserman, arXiv:1409.1556): 3×3 convolutions in five blocks, then three dense
/// layers. Names are Keras'.
struct VGG {
  /// Convolutions of each block.
  let convolutions: [Int]

  func builder(classes: Int) -> GraphBuilder {
    var builder = GraphBuilder()
    for (block, count) in convolutions.enumerated() {
      for convolution in 1...count {
        builder.add(
          "block\(block + 1)_conv\(convolution)",
          Conv2D(
            filters: min(64 << block, 512), window: Window(3, padding: .all(1)),
            activation: .relu, kernelInitialization: .heNormal))
      }
      builder.add("block\(block + 1)_pool", MaxPooling2D(window: Window(2, stride: 2)))
    }
    builder.add("flatten", Flatten())
    for layer in 1...2 {
      builder.add(
        "fc\(layer)", Dense(units: 4096, activation: .relu, kernelInitialization: .heNormal))
      builder.add("dropout\(layer)", Dropout(rate: 0.5))
    }
    builder.add("predictions", Dense(units: classes))
    return builder
  }
}
