import Kernels

/// VGG (Simonyan and Zisserman, arXiv:1409.1556): 3×3 convolutions in five blocks, then three dense
/// layers, of which torchvision drops out from two.
struct VGG {
  /// Convolutions of each block.
  let convolutions: [Int]
  /// Units of the first dense layers.
  var hidden = 4096

  static let architectures: [Architecture] = [
    Architecture("vgg16", family: "VGG", dialects: [.torchvision, .keras]) {
      VGG(convolutions: [2, 2, 3, 3, 3]).builder($0, classes: $1.classes)
    }
  ]

  func builder(_ dialect: Dialect, classes: Int?) -> ArchitectureBuilder {
    var builder = ArchitectureBuilder(dialect)
    // torchvision counts convolutions, activations and poolings.
    var place = 0
    for (block, count) in convolutions.enumerated() {
      for convolution in 1...count {
        builder.add(
          builder.name(
            keras: "block\(block + 1)_conv\(convolution)", torchvision: "features.\(place)"),
          Conv2D(
            filters: min(64 << block, 512), window: Window(3, padding: .all(1)),
            activation: .relu, kernelInitialization: .heNormal))
        place += 2
      }
      builder.add(
        builder.name(keras: "block\(block + 1)_pool", torchvision: "features.\(place)"),
        MaxPooling2D(window: Window(2, stride: 2)))
      place += 1
    }
    guard let classes else {
      builder.add("pool", GlobalAveragePooling2D())
      return builder
    }
    builder.add("flatten", Flatten())
    for layer in 1...2 {
      let place = 3 * (layer - 1)
      builder.add(
        builder.name(keras: "fc\(layer)", torchvision: "classifier.\(place)"),
        Dense(units: hidden, activation: .relu, kernelInitialization: .heNormal))
      if dialect == .torchvision {
        builder.add("classifier.\(place + 2)", Dropout(rate: 0.5))
      }
    }
    builder.add(
      builder.name(keras: "predictions", torchvision: "classifier.6"), Dense(units: classes))
    return builder
  }
}
