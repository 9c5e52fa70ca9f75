import Kernels

/// AlexNet (Krizhevsky, arXiv:1404.5997), as torchvision has it: on one processor, without
/// normalisation.
struct AlexNet {
  static let architectures: [Architecture] = [
    Architecture("alexnet", family: "AlexNet", dialects: [.torchvision]) {
      AlexNet().builder(classes: $1.classes)
    }
  ]

  func builder(classes: Int?) -> ArchitectureBuilder {
    var builder = ArchitectureBuilder(.torchvision)
    builder.add("features.0", Self.convolution(64, Window(11, stride: 4, padding: .all(2))))
    builder.add("features.2", Self.pooling)
    builder.add("features.3", Self.convolution(192, Window(5, padding: .all(2))))
    builder.add("features.5", Self.pooling)
    builder.add("features.6", Self.convolution(384, Window(3, padding: .all(1))))
    builder.add("features.8", Self.convolution(256, Window(3, padding: .all(1))))
    builder.add("features.10", Self.convolution(256, Window(3, padding: .all(1))))
    builder.add("features.12", Self.pooling)
    guard let classes else {
      builder.add("avgpool", GlobalAveragePooling2D())
      return builder
    }
    builder.add("avgpool", AdaptiveAveragePooling2D(height: 6, width: 6))
    builder.add("flatten", Flatten())
    for place in [0, 3] {
      builder.add("classifier.\(place)", Dropout(rate: 0.5))
      builder.add(
        "classifier.\(place + 1)",
        Dense(units: 4096, activation: .relu, kernelInitialization: .heNormal))
    }
    builder.add("classifier.6", Dense(units: classes))
    return builder
  }

  private static let pooling = MaxPooling2D(window: Window(3, stride: 2))

  private static func convolution(_ filters: Int, _ window: Window) -> Conv2D {
    Conv2D(
      filters: filters, window: window, activation: .relu, kernelInitialization: .heNormal)
  }
}
