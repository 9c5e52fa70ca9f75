import Kernels

/// SqueezeNet (Iandola et al., arXiv:1602.07360, and its authors' revision 1.1): modules that squeeze to
/// few channels and expand by 1×1 and 3×3 side by side. The last convolution is the classifier. Keras
/// Applications does not have it, and so it has torchvision's names alone.
struct SqueezeNet {
  /// Of the first convolution.
  let filters: Int
  let window: Window
  /// Modules, from 0, that a pooling stands before.
  let pooled: [Int]

  static let architectures: [Architecture] = [
    member(
      "squeezenet1_0", SqueezeNet(filters: 96, window: Window(7, stride: 2), pooled: [0, 3, 7])),
    member(
      "squeezenet1_1", SqueezeNet(filters: 64, window: Window(3, stride: 2), pooled: [0, 2, 4])),
  ]

  private static func member(_ name: String, _ network: SqueezeNet) -> Architecture {
    Architecture(name, family: "SqueezeNet", dialects: [.torchvision]) {
      network.builder(classes: $1.classes)
    }
  }

  func builder(classes: Int?) -> ArchitectureBuilder {
    var builder = ArchitectureBuilder(.torchvision)
    builder.add("features.0", convolution(filters, window))
    // The activation counts too.
    var place = 2
    for (module, squeeze) in [16, 16, 32, 32, 48, 48, 64, 64].enumerated() {
      if pooled.contains(module) {
        builder.add(
          "features.\(place)", MaxPooling2D(window: Window(3, stride: 2, rounding: .up)))
        place += 1
      }
      addFire("features.\(place)", to: &builder, squeeze: squeeze, expand: 4 * squeeze)
      place += 1
    }
    if let classes {
      builder.add("classifier.0", Dropout(rate: 0.5))
      builder.add("classifier.1", convolution(classes, Window(1)))
    }
    builder.add("classifier.3", GlobalAveragePooling2D())
    return builder
  }

  private func addFire(
    _ name: String, to builder: inout ArchitectureBuilder, squeeze: Int, expand: Int
  ) {
    let squeezed = builder.add("\(name).squeeze", convolution(squeeze, Window(1)))
    let single = builder.add("\(name).expand1x1", convolution(expand, Window(1)))
    let wide = builder.add(
      "\(name).expand3x3", convolution(expand, Window(3, padding: .all(1))), reading: squeezed)
    builder.add("\(name).concat", Concatenate(), reading: single, wide)
  }

  private func convolution(_ filters: Int, _ window: Window) -> Conv2D {
    Conv2D(
      filters: filters, window: window, activation: .relu, kernelInitialization: .heNormal)
  }
}
