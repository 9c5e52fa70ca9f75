import EngineInterface

/// Layer lists like those of real networks, made by hand: the workbench knows no network.
enum SampleNetworks {
  /// The demo's: ten layers in a row, no blocks.
  static func digits() -> [LayerSummary] {
    var chain = Chain(input: [28, 28, 1])
    chain.add("conv1", "Conv2D", "3×3 16", [28, 28, 16], 160)
    chain.add("conv2", "Conv2D", "3×3 16", [28, 28, 16], 2320)
    chain.add("pool1", "MaxPooling2D", "2×2", [14, 14, 16])
    chain.add("conv3", "Conv2D", "3×3 32", [14, 14, 32], 4640)
    chain.add("conv4", "Conv2D", "3×3 32", [14, 14, 32], 9248)
    chain.add("pool2", "MaxPooling2D", "2×2", [7, 7, 32])
    chain.add("dropout1", "Dropout", "", [7, 7, 32], dropout: 0.25)
    chain.add("flatten", "Flatten", "", [1568])
    chain.add("dense1", "Dense", "96", [96], 150_624)
    chain.add("dropout2", "Dropout", "", [96], dropout: 0.5)
    chain.add("output", "Dense", "5", [5], 485)
    chain.linkDropout()
    return chain.layers
  }

  /// ResNet-50 with Keras' names: 16 blocks in four stages, each with its shortcut.
  static func resNet50(classes: Int = 8) -> [LayerSummary] {
    var chain = Chain(input: [224, 224, 3])
    chain.add("conv1_pad", "ZeroPadding2D", "3", [230, 230, 3])
    chain.add("conv1_conv", "Conv2D", "7×7 64 /2", [112, 112, 64], 9472)
    chain.norm("conv1_bn")
    chain.relu("conv1_relu")
    chain.add("pool1_pad", "ZeroPadding2D", "1", [114, 114, 64])
    chain.add("pool1_pool", "MaxPooling2D", "3×3 /2", [56, 56, 64])
    var input = 64
    for (stage, width, blocks, side) in [
      (2, 64, 3, 56), (3, 128, 4, 28), (4, 256, 6, 14), (5, 512, 3, 7),
    ] {
      for block in 1...blocks {
        let name = "conv\(stage)_block\(block)"
        let start = chain.last
        let out = width * 4
        var shortcut = start
        if block == 1 {
          chain.add("\(name)_0_conv", "Conv2D", "1×1 \(out)", [side, side, out], input * out + out)
          chain.norm("\(name)_0_bn")
          shortcut = chain.last
          chain.last = start
        }
        chain.add("\(name)_1_conv", "Conv2D", "1×1 \(width)", [side, side, width], input * width)
        chain.norm("\(name)_1_bn")
        chain.relu("\(name)_1_relu")
        chain.add(
          "\(name)_2_conv", "Conv2D", "3×3 \(width)", [side, side, width], 9 * width * width)
        chain.norm("\(name)_2_bn")
        chain.relu("\(name)_2_relu")
        chain.add("\(name)_3_conv", "Conv2D", "1×1 \(out)", [side, side, out], width * out)
        chain.norm("\(name)_3_bn")
        let path = chain.last
        chain.add("\(name)_add", "Add", "", [side, side, out], inputs: [shortcut, path])
        chain.relu("\(name)_out")
        input = out
      }
    }
    chain.add("avg_pool", "GlobalAveragePooling2D", "", [2048])
    chain.add("output", "Dense", "\(classes)", [classes], 2048 * classes + classes)
    return chain.layers
  }

  private struct Chain {
    var layers: [LayerSummary] = []
    /// Name of the layer that the next one reads.
    var last = ""
    private var shape: [Int]

    init(input: [Int]) { shape = input }

    mutating func add(
      _ name: String, _ kind: String, _ detail: String, _ output: [Int], _ parameters: Int = 0,
      inputs: [String]? = nil, trainable: Int? = nil, dropout: Double? = nil
    ) {
      var layer = LayerSummary(
        name: name, kind: kind, detail: detail, inputs: inputs ?? [last], outputShape: output,
        parameterCount: parameters, trainableParameterCount: trainable ?? parameters)
      layer.isNormalization = kind == "BatchNormalization"
      layer.dropout = dropout
      layers.append(layer)
      last = name
      shape = output
    }

    mutating func norm(_ name: String) {
      let channels = shape[shape.count - 1]
      add(name, "BatchNormalization", "", shape, channels * 4, trainable: channels * 2)
    }

    mutating func relu(_ name: String) { add(name, "ReLU", "", shape) }

    /// Tells each layer which dropout layer acts on what it gives.
    mutating func linkDropout() {
      for (index, layer) in layers.enumerated() where layer.dropout != nil {
        for input in layer.inputs {
          guard let source = layers[..<index].firstIndex(where: { $0.name == input }) else {
            continue
          }
          layers[source].dropoutLayer = layer.name
        }
      }
    }
  }
}
