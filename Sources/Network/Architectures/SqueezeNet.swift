import Kernels

/// SqueezeNet 1.1 (Iandola et al., arXiv:1602.07360, as revised by its authors): modules that
/// squeeze to few channels and expand by 1×1 and 3×3 side by side. The last convolution is the
/// classifier.
struct SqueezeNet {
  func builder(classes: Int) -> GraphBuilder {
    var builder = GraphBuilder()
    builder.add("conv1", convolution(64, Window(3, stride: 2)))
    for number in 2...9 {
      if [2, 4, 6].contains(number) {
        builder.add(
          "pool\(number - 1)", MaxPooling2D(window: Window(3, stride: 2, rounding: .up)))
      }
      let squeeze = [16, 16, 32, 32, 48, 48, 64, 64][number - 2]
      addFire("fire\(number)", to: &builder, squeeze: squeeze, expand: 4 * squeeze)
    }
    builder.add("drop9", Dropout(rate: 0.5))
    builder.add("conv10", convolution(classes, Window(1)))
    builder.add("pool10", GlobalAveragePooling2D())
    return builder
  }

  private func addFire(
    _ name: String, to builder: inout GraphBuilder, squeeze: Int, expand: Int
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
