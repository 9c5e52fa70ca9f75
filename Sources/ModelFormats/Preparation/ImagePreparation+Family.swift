import Images
import Network

extension ImagePreparation {
  /// How the networks of an architecture are trained where its dialect comes from, for weights that come
  /// without a word about pixels: torchvision's `transforms()` of each architecture's first weights,
  /// timm's `pretrained_cfg`, Keras Applications' `preprocess_input`, slim's `preprocessing_factory`.
  package init(of architecture: Architecture, in dialect: Dialect) {
    let name = architecture.name(in: dialect)
    switch dialect {
    case .torchvision: self.init(torchvision: name)
    case .timm: self.init(timm: name)
    case .keras: self.init(keras: architecture.family, name)
    case .efficientNetPyTorch: self.init(efficientNetPyTorch: architecture.family)
    case .slim: self.init(slim: architecture.family)
    }
    let family = Origin.family("\(dialect.title)'s \(architecture.family)s")
    (origin, normalizationOrigin, channelOrderOrigin) = (family, family, family)
    // Keras' networks say nothing of how a picture is fitted.
    if dialect != .keras { (fitOrigin, interpolationOrigin) = (family, family) }
  }

  /// Mean and deviation of ImageNet's photographs, which most networks are trained with.
  private static let imageNet = (
    mean: [Float(0.485), 0.456, 0.406], deviation: [Float(0.229), 0.224, 0.225]
  )

  private init(torchvision name: String) {
    self.init(pixels: .unit, origin: .assumption)
    (mean, deviation) = Self.imageNet
    fraction = 224.0 / 256
    switch name {
    case "resnext101_64x4d": fraction = 224.0 / 232
    case "regnet_y_128gf": (fraction, interpolation) = (1, .bicubic)
    case "googlenet", "inception_v3":
      // Torchvision's pre-trained ones turn ImageNet's means and deviations into these themselves, a
      // step (`transform_input`) that is in no file of weights.
      (mean, deviation) = ([0.5], [0.5])
      if name == "inception_v3" { fraction = 299.0 / 342 }
    case "efficientnet_v2_l":
      (mean, deviation) = ([0.5], [0.5])
      (fraction, interpolation) = (1, .bicubic)
    case "efficientnet_v2_s", "efficientnet_v2_m": fraction = 1
    case "mnasnet0_75", "mnasnet1_3", "shufflenet_v2_x1_5", "shufflenet_v2_x2_0":
      fraction = 224.0 / 232
    case let name where name.hasPrefix("efficientnet_b"):
      let fractions: [Substring: Double] = [
        "b0": 224.0 / 256, "b1": 240.0 / 256, "b3": 300.0 / 320, "b4": 380.0 / 384,
      ]
      interpolation = .bicubic
      fraction = fractions[name.suffix(2)] ?? 1
    default: break
    }
  }

  private init(timm name: String) {
    self.init(pixels: .unit, origin: .assumption)
    interpolation = .bicubic
    fraction = 0.875
    let halves = [
      "tf_mobilenetv3", "tf_efficientnet_lite", "mobilenetv1", "mobilenetv3_large_150d",
      "mobilenetv4_conv_small_0", "inception_v3",
    ]
    let isHalf =
      halves.contains { name.hasPrefix($0) } || name == "efficientnet_b1"
      || ["_b3", "_s", "_m", "_l"].contains { name == "tf_efficientnetv2\($0)" }
    (mean, deviation) = isHalf ? ([0.5], [0.5]) : Self.imageNet
  }

  /// The package's networks see what torchvision's do; those of the lite networks' have TensorFlow's
  /// weights as they were.
  private init(efficientNetPyTorch family: String) {
    let isLite = family == "EfficientNet-Lite"
    self.init(pixels: isLite ? .bytes : .unit, origin: .assumption)
    (mean, deviation) = isLite ? ([127], [128]) : Self.imageNet
    (fraction, interpolation) = (isLite ? 0.875 : 1, .bicubic)
  }

  /// `preprocessing_factory` of `models/research/slim`: bytes less their means for the networks that came
  /// from Caffe, whose pictures are scaled by their shorter side; −1…1 for slim's own.
  private init(slim family: String) {
    switch family {
    case "VGG", "ResNet":
      self.init(pixels: .bytes, origin: .assumption)
      mean = [123.68, 116.779, 103.939]
      fraction = 224.0 / 256
    default:
      self.init(pixels: .symmetric, origin: .assumption)
      (fit, fraction) = (.squash, 0.875)
    }
  }

  private init(keras family: String, _ name: String) {
    switch family {
    case "VGG", "ResNet":
      // "caffe": blue first, bytes less the means of ImageNet's.
      self.init(pixels: .bytes, origin: .assumption)
      (channelOrder, mean) = (.bgr, [103.939, 116.779, 123.68])
    case "DenseNet":
      self.init(pixels: .unit, origin: .assumption)
      (mean, deviation) = Self.imageNet
    case "EfficientNet", "EfficientNetV2":
      // Their models begin with layers that do this, which files of weights have no place for.
      if family == "EfficientNetV2", !name.contains("B") {
        self.init(pixels: .bytes, origin: .assumption)
        (mean, deviation) = ([128], [128])
      } else {
        self.init(pixels: .unit, origin: .assumption)
        (mean, deviation) = Self.imageNet
      }
    default: self.init(pixels: .symmetric, origin: .assumption)
    }
  }
}

extension Dialect {
  /// What people call its framework.
  package var title: String {
    switch self {
    case .keras: "Keras"
    case .torchvision: "torchvision"
    case .timm: "timm"
    case .efficientNetPyTorch: "EfficientNet-PyTorch"
    case .slim: "slim"
    }
  }
}
