/// A layer as its file has it, before it is said in the words of today's Caffe.
struct CaffeRawLayer {
  let message: CaffeMessage
  /// Whether it is one of `layers`, and not of `layer`.
  let isOld: Bool
  /// Where its weights stand.
  var blobs: [Range<Int>] = []

  private var oldest: CaffeMessage? {
    get throws { isOld ? try message.messages("layer").last : nil }
  }

  var name: String? {
    get throws { try (oldest ?? message).text("name") }
  }

  /// Layers in today's words, and which generation they are of.
  static func upgraded(_ layers: [CaffeRawLayer]) throws -> ([CaffeLayer], generation: String) {
    var result: [CaffeLayer] = []
    var generation = ""
    /// What layers of padding, which there were once, give: its own bottom and how much.
    var paddings: [String: (bottom: String, pad: String)] = [:]
    for layer in layers {
      if layer.isOld, generation.isEmpty { generation = "V1" }
      guard let oldest = try layer.oldest else {
        result.append(try layer.upgraded())
        continue
      }
      generation = "V0"
      let bottoms = try layer.message.texts("bottom")
      let tops = try layer.message.texts("top")
      if try oldest.text("type") == "padding" {
        guard let bottom = bottoms.first, let top = tops.first else { continue }
        paddings[top] = (bottom, "\(try oldest.integer("pad") ?? 0)")
        continue
      }
      let padding = bottoms.first.flatMap { paddings[$0] }
      result.append(
        try upgraded(
          oldest, bottoms: bottoms.map { paddings[$0]?.bottom ?? $0 }, tops: tops,
          pad: padding?.pad))
    }
    return (result, generation)
  }

  private func upgraded() throws -> CaffeLayer {
    let name = try message.text("name") ?? ""
    let given = try message.text("type") ?? ""
    let type = isOld ? Self.today(given) : given
    message.label = "layer '\(name)' (\(type))"
    // In V1 a parameter's name stood where its rules stand now.
    let multipliers =
      isOld
      ? try message.numbers("blobs_lr")
      : try message.messages("param").map { try $0.number("lr_mult", default: 1) }
    return CaffeLayer(
      name: name, type: type, bottoms: try message.texts("bottom"), tops: try message.texts("top"),
      message: message, multipliers: multipliers)
  }

  private static func upgraded(
    _ oldest: CaffeMessage, bottoms: [String], tops: [String], pad: String?
  ) throws -> CaffeLayer {
    let name = try oldest.text("name") ?? ""
    let given = try oldest.text("type") ?? ""
    let type = oldestTypes[given] ?? given
    let message = CaffeMessage()
    let parameters = CaffeMessage()
    message.label = "layer '\(name)' (\(type))"
    let table = oldestFields[type] ?? [:]
    for field in oldest.fields {
      if let renamed = table[field.name] {
        parameters.append(renamed, field.value)
      } else if !["name", "type", "blobs", "blobs_lr", "weight_decay"].contains(field.name) {
        message.append(field.name, field.value)
      }
    }
    if let pad { parameters.append("pad", .word(pad)) }
    if !parameters.fields.isEmpty {
      message.append(oldestParameters[type] ?? "parameters", .message(parameters))
    }
    return CaffeLayer(
      name: name, type: type, bottoms: bottoms, tops: tops, message: message,
      multipliers: try oldest.numbers("blobs_lr"))
  }
}

/// What was called otherwise.
extension CaffeRawLayer {
  /// V1's enumerated types, by their numbers, and the types of today.
  private static let types: [(old: String, today: String)] = [
    ("NONE", "None"), ("ACCURACY", "Accuracy"), ("BNLL", "BNLL"), ("CONCAT", "Concat"),
    ("CONVOLUTION", "Convolution"), ("DATA", "Data"), ("DROPOUT", "Dropout"),
    ("EUCLIDEAN_LOSS", "EuclideanLoss"), ("FLATTEN", "Flatten"), ("HDF5_DATA", "HDF5Data"),
    ("HDF5_OUTPUT", "HDF5Output"), ("IM2COL", "Im2col"), ("IMAGE_DATA", "ImageData"),
    ("INFOGAIN_LOSS", "InfogainLoss"), ("INNER_PRODUCT", "InnerProduct"), ("LRN", "LRN"),
    ("MULTINOMIAL_LOGISTIC_LOSS", "MultinomialLogisticLoss"), ("POOLING", "Pooling"),
    ("RELU", "ReLU"), ("SIGMOID", "Sigmoid"), ("SOFTMAX", "Softmax"),
    ("SOFTMAX_LOSS", "SoftmaxWithLoss"), ("SPLIT", "Split"), ("TANH", "TanH"),
    ("WINDOW_DATA", "WindowData"), ("ELTWISE", "Eltwise"), ("POWER", "Power"),
    ("SIGMOID_CROSS_ENTROPY_LOSS", "SigmoidCrossEntropyLoss"), ("HINGE_LOSS", "HingeLoss"),
    ("MEMORY_DATA", "MemoryData"), ("ARGMAX", "ArgMax"), ("THRESHOLD", "Threshold"),
    ("DUMMY_DATA", "DummyData"), ("SLICE", "Slice"), ("MVN", "MVN"), ("ABSVAL", "AbsVal"),
    ("SILENCE", "Silence"), ("CONTRASTIVE_LOSS", "ContrastiveLoss"), ("EXP", "Exp"),
    ("DECONVOLUTION", "Deconvolution"),
  ]

  /// A type that V1 does not have is somebody's own: it stays as it is called.
  private static func today(_ given: String) -> String {
    if let number = Int(given) {
      return types.indices.contains(number) ? types[number].today : given
    }
    return types.first { $0.old == given }?.today ?? given
  }

  private static let oldestTypes: [String: String] = [
    "accuracy": "Accuracy", "bnll": "BNLL", "concat": "Concat", "conv": "Convolution",
    "data": "Data", "dropout": "Dropout", "euclidean_loss": "EuclideanLoss",
    "flatten": "Flatten", "hdf5_data": "HDF5Data", "hdf5_output": "HDF5Output",
    "hinge_loss": "HingeLoss", "images": "ImageData", "infogain_loss": "InfogainLoss",
    "innerproduct": "InnerProduct", "lrn": "LRN",
    "multinomial_logistic_loss": "MultinomialLogisticLoss", "pool": "Pooling", "relu": "ReLU",
    "sigmoid": "Sigmoid", "softmax": "Softmax", "softmax_loss": "SoftmaxWithLoss",
    "split": "Split", "tanh": "TanH", "window_data": "WindowData",
  ]

  private static let oldestParameters: [String: String] = [
    "Convolution": "convolution_param", "Pooling": "pooling_param", "LRN": "lrn_param",
    "InnerProduct": "inner_product_param", "Dropout": "dropout_param", "Concat": "concat_param",
    "Data": "transform_param", "ImageData": "transform_param", "WindowData": "transform_param",
  ]

  private static let oldestFields: [String: [String: String]] = {
    let weights = [
      "num_output": "num_output", "biasterm": "bias_term", "weight_filler": "weight_filler",
      "bias_filler": "bias_filler",
    ]
    let window = ["pad": "pad", "kernelsize": "kernel_size", "stride": "stride"]
    let data = [
      "scale": "scale", "meanfile": "mean_file", "cropsize": "crop_size", "mirror": "mirror",
    ]
    return [
      "Convolution": weights.merging(window) { $1 }.merging(["group": "group"]) { $1 },
      "Pooling": window.merging(["pool": "pool"]) { $1 }, "InnerProduct": weights,
      "LRN": ["local_size": "local_size", "alpha": "alpha", "beta": "beta", "k": "k"],
      "Dropout": ["dropout_ratio": "dropout_ratio"], "Concat": ["concat_dim": "concat_dim"],
      "Data": data, "ImageData": data, "WindowData": data,
    ]
  }()
}
