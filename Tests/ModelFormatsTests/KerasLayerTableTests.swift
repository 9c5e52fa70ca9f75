import JSON
import Kernels
import Network
import Testing

@testable import ModelFormats

@Suite struct KerasLayerTableTests {
  private static let image = Shape([8, 8, 4])

  static let weighted: [(className: String, config: String)] = [
    ("Conv2D", #"{"filters": 3, "kernel_size": 3}"#),
    ("Convolution2D", #"{"filters": 3, "kernel_size": 3}"#),
    ("DepthwiseConv2D", #"{"kernel_size": 3, "depth_multiplier": 2}"#),
    ("SeparableConv2D", #"{"filters": 3, "kernel_size": 3}"#),
    ("Dense", #"{"units": 5}"#), ("BatchNormalization", "{}"), ("LayerNormalization", "{}"),
    ("PReLU", "{}"), ("LayerScale", "{}"), ("GroupNormalization", #"{"groups": 2}"#),
    ("GroupNormalization", #"{"groups": -1}"#),
  ]

  /// Parts of a layer, and the parameters of each.
  private func parts(_ className: String, _ config: String) throws -> [(
    part: KerasLayerBuilder.Part, parameters: [ParameterSpecification]
  )] {
    let layer = KerasLayerConfiguration(
      className: className, name: "x", values: try #require(JSONValue.parse(config).object))
    let parts = try KerasLayerBuilder(major: 3).parts(of: layer, inputs: [Self.image]) {
      _ throws(UnexpectedContent) in []
    }
    var shape = Self.image
    return try parts.map { part in
      let parameters = part.layer.parameters(for: [shape])
      shape = try part.layer.outputShape(for: [shape])
      return (part, parameters)
    }
  }

  /// In the order that files of Keras 3 number them by.
  @Test(arguments: weighted)
  func everyParameterIsAWeightOfTheTable(className: String, config: String) throws {
    let row = try #require(KerasLayerTable.rows[className])
    var found: [[String]] = []
    for (part, parameters) in try parts(className, config) {
      for parameter in parameters {
        found.append(try #require(part.fileNames[parameter.name], "\(parameter.name)"))
      }
    }
    #expect(found == row.weights.map(\.names))
  }

  @Test func adaptivePoolingTakesOneSizeOrTwo() throws {
    let square = try parts("AdaptiveAveragePooling2D", #"{"output_size": 3}"#)[0].part.layer
    #expect(square as? AdaptiveAveragePooling2D == AdaptiveAveragePooling2D(height: 3, width: 3))
    let wide = try parts("AdaptiveMaxPooling2D", #"{"output_size": [2, 5]}"#)[0].part.layer
    #expect(wide as? AdaptiveMaxPooling2D == AdaptiveMaxPooling2D(height: 2, width: 5))
  }

  @Test func weightsThatALayerDoesNotHaveAreLeftOut() throws {
    let found = try parts("Conv2D", #"{"filters": 3, "kernel_size": 3, "use_bias": false}"#)
    #expect(found.flatMap(\.parameters).map(\.name) == ["kernel"])
  }

  @Test func layersThatChangeNothingHaveTheirReason() throws {
    #expect(KerasLayerTable.rows["RandomFlip"]?.reasonForDropping == "random augmentation")
    #expect(KerasLayerTable.rows["GaussianNoise"]?.reasonForDropping == "noise in training")
    #expect(KerasLayerTable.rows["Dropout"]?.reasonForDropping == nil)
    #expect(try parts("MixUp", "{}").isEmpty)
  }
}
