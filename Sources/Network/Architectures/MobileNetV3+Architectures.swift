extension MobileNetV3 {
  static let architectures: [Architecture] = [
    Architecture(
      "mobilenet_v3_large", family: "MobileNetV3", dialects: [.torchvision, .keras, .timm],
      names: [.keras: "MobileNetV3Large", .timm: "mobilenetv3_large_100"],
      build: MobileNetV3(size: .large).build),
    Architecture(
      "mobilenet_v3_small", family: "MobileNetV3", dialects: [.torchvision, .keras, .timm],
      names: [.keras: "MobileNetV3Small", .timm: "mobilenetv3_small_100"],
      build: MobileNetV3(size: .small).build),
    member("mobilenetv3_large_075", [.timm, .keras], .large, width: 0.75),
    member("mobilenetv3_small_075", [.timm, .keras], .small, width: 0.75),
    member("mobilenetv3_small_050", [.timm], .small, width: 0.5),
    member("mobilenetv3_large_150d", [.timm], .large, width: 1.5, depth: 1.2, edge: 256),
    fromTensorFlow("large_100", .large), fromTensorFlow("small_100", .small),
    fromTensorFlow("large_075", .large, width: 0.75),
    fromTensorFlow("small_075", .small, width: 0.75),
    minimal("large", .large), minimal("small", .small),
  ]

  private static func member(
    _ name: String, _ dialects: [Dialect], _ size: Size, width: Double, depth: Double = 1,
    edge: Int = 224
  ) -> Architecture {
    Architecture(
      name, family: "MobileNetV3", dialects: dialects, edge: edge,
      build: MobileNetV3(size: size, scale: MobileScale(width: width, depth: depth)).build)
  }

  private static func fromTensorFlow(
    _ name: String, _ size: Size, width: Double = 1
  ) -> Architecture {
    Architecture(
      "tf_mobilenetv3_\(name)", family: "MobileNetV3", dialects: [.timm],
      build: MobileNetV3(
        size: size, scale: MobileScale(width: width), isFromTensorFlow: true
      ).build)
  }

  private static func minimal(_ name: String, _ size: Size) -> Architecture {
    Architecture(
      "tf_mobilenetv3_\(name)_minimal_100", family: "MobileNetV3", dialects: [.timm, .keras],
      build: MobileNetV3(size: size, isMinimal: true, isFromTensorFlow: true).build)
  }

  private func build(_ dialect: Dialect, _ size: ArchitectureSize) -> ArchitectureBuilder {
    builder(dialect, classes: size.classes)
  }
}
