import Kernels

/// SqueezeNet 1.1 (Iandola et al., arXiv:1602.07360, as revised by its authors): modules that
/// squeeze to few channels and expand by 1×1 and 3×3 side by side. The last convolution is the
/// classifier. Keras Applications does not have it, and so it has torchvision's names alone.
struct SqueezeNet {
  static let architectures: [Architecture] = [
    Architecture("squeezenet1_1", family: "SqueezeNet", dialects: [.torchvision]) {
      SqueezeNet().builder(classes: $1.classes)
    }
  ]

  func builder(classes: Int?) -> ArchitectureBuilder {
    var builder = ArchitectureBuilder(.torchvision)
    builder.add("features.0", convolution(64, Window(3, stride: 2)))
    // The activation counts too.
    var place = 2
    for module in 0..<8 {
      if [0, 2, 4].contains(module) {
        builder.add(
          "features.\(place)", MaxPooling2D(window: Window(3, stride: 2, rounding: .up)))
        place += 1
      }
      let squeeze = [16, 16, 32, 32, 48, 48, 64, 64][module]
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
