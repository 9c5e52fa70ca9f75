import Files
import Foundation
import Images
import Network
import TestSupport
import Testing

@testable import ModelFormats

/// Descriptions, what lies beside them, and what they say of training.
@Suite struct CaffeDescriptionTests {
  private static func open(
    _ text: String, beside files: [String: String] = [:], options: OpeningOptions = OpeningOptions()
  ) throws -> ImportedModel {
    let folder = TemporaryFolder()
    for (name, fixture) in files {
      _ = try folder.write(FixtureFile.bytes("caffe/\(fixture)"), to: name)
    }
    return try ModelFile.open(try folder.write(Array(text.utf8), to: "deploy.prototxt"), options)
  }

  private static let input =
    "input: \"data\" input_dim: 1 input_dim: 3 input_dim: 14 input_dim: 14\n"

  private static func layer(_ type: String, _ rest: String = "", bottom: String = "data") -> String
  {
    "layer { name: \"one\" type: \"\(type)\" bottom: \"\(bottom)\" top: \"one\" \(rest) }\n"
  }

  private static func refusal(_ text: String, beside files: [String: String] = [:]) throws
    -> FormatError?
  {
    do {
      _ = try open(text, beside: files)
      return nil
    } catch let error as FormatError {
      #expect(!error.description.contains("\n"), "\(error)")
      return error
    }
  }

  @Test func textIsReadAsPeopleWriteIt() throws {
    let text = """
      \u{FEFF}name : 'a' "b" # joined\r
      layer: < name: "x\\n\\101\\x42" dim: [1, -2, 3e-1,] > ; odd { deep: { er: TRUE } },
      weight: 1.5f
      """
    let message = try CaffeText.parse(Array(text.utf8))
    #expect(try message.text("name") == "ab")
    let layer = try message.message("layer")
    #expect(try layer.text("name") == "x\nAB")
    #expect(try layer.numbers("dim") == [1, -2, 0.3])
    #expect(try message.number("weight", default: 0) == 1.5)
    #expect(message.unread(ignoring: []) == ["odd"])
  }

  @Test(arguments: [
    "layer {", "layer }", "name: \"open", "name \"x\"", "{ }", "a: [1 2]", "a: -", "a:", ": 1",
    String(repeating: "a {", count: 40),
  ]) func brokenTextNamesItsLine(text: String) throws {
    let error = #expect(throws: UnexpectedContent.self) {
      try CaffeText.parse(Array("ok: 1\n\(text)".utf8))
    }
    #expect(error?.expected.contains("line 2") == true, "\(error.map { "\($0)" } ?? "none")")
  }

  @Test func weightsOfOtherShapesAreNamed() throws {
    let text = try CaffeFixtureTests.text("today/deploy.prototxt")
    let error = try Self.refusal(
      text.replacingOccurrences(of: "num_output: 8", with: "num_output: 12"),
      beside: ["net.caffemodel": "today/net.caffemodel"])
    #expect(error?.expected == "weights of layer 'conv2' (Convolution) of shape 12×3×3×3")
    #expect(error?.found == "8×3×3×3")
  }

  @Test func severalWeightsBesideADescriptionAreListed() throws {
    let text = try CaffeFixtureTests.text("today/deploy.prototxt")
    let error = try Self.refusal(
      text, beside: ["a.caffemodel": "today/net.caffemodel", "b.caffemodel": "v1/net.caffemodel"])
    #expect(error?.found.contains("'a.caffemodel', 'b.caffemodel'") == true)
  }

  @Test func weightsThatADescriptionLacksAreUnused() throws {
    let text = try CaffeFixtureTests.text("today/deploy.prototxt").split(separator: "\n")
      .filter { !$0.contains("ip2") }.joined(separator: "\n")
    let imported = try Self.open(text, beside: ["net.caffemodel": "today/net.caffemodel"])
    #expect(imported.report.unused == ["ip2/0", "ip2/1"])
  }

  @Test func withoutWeightsFillersSayHowLayersBegin() throws {
    let plain = Self.layer("InnerProduct", "inner_product_param { num_output: 4 }")
    #expect(try Self.refusal(Self.input + plain)?.found == "none, nor a weight_filler")
    for (filler, lower, upper) in [
      ("type: 'xavier'", -0.0715, 0.0715), ("type: 'constant' value: 0.5", 0.5, 0.5),
      ("type: 'uniform' min: -2 max: -1", -2, -1), ("type: 'positive_unitball'", 0, 0.01),
      ("type: 'gaussian' std: 0.01", -0.06, 0.06), ("type: 'msra' variance_norm: FAN_OUT", -4, 4),
    ] as [(String, Float, Float)] {
      let imported = try Self.open(
        Self.input
          + Self.layer(
            "InnerProduct", "inner_product_param { num_output: 4 weight_filler { \(filler) } }"))
      let values = try #require(imported.model.parameters["one"]?[0].values.values)
      #expect(values.allSatisfy { (lower...upper).contains($0) }, "\(filler)")
      #expect(Set(values).count > 1 || filler.contains("constant"))
      if filler.contains("unitball") {
        // A unit's weights have the sum 1.
        #expect(abs(values.reduce(0, +) - 4) < 1e-3)
      }
      #expect(imported.report.warnings.contains { $0.contains("fillers") && $0.contains("one") })
    }
    let bilinear = try Self.refusal(
      Self.input
        + Self.layer(
          "InnerProduct", "inner_product_param { num_output: 4 weight_filler { type: 'bilinear' } }"
        )
    )
    #expect(bilinear?.found == "'bilinear'")
  }

  @Test(arguments: ["Deconvolution", "Python", "NMS", ""])
  func layersThatAreNotKnownAreNamed(type: String) throws {
    let error = try Self.refusal(Self.input + Self.layer(type))
    #expect(error?.found == "'\(type)', layer 'one' (\(type))")
  }

  @Test func aLoopOrABlobThatNobodyGivesIsNamed() throws {
    let loop = """
      layer { name: "a" type: "ReLU" bottom: "b" top: "a" }
      layer { name: "b" type: "ReLU" bottom: "a" top: "b" }
      """
    let error = try Self.refusal(Self.input + loop)
    #expect(
      error?.found == "'b', which none does, at layer 'a' (ReLU)", "\(error?.description ?? "")")
    #expect(
      try Self.refusal(Self.input + Self.layer("ReLU", bottom: "c"))?.found.hasPrefix("'c'") == true
    )
  }

  @Test func layersOfTrainingAreLeftOut() throws {
    let imported = try Self.open(
      """
      layer { name: "data" type: "Data" top: "data" top: "label" include { phase: TRAIN }
        transform_param { crop_size: 14 mean_value: 7 mean_value: 8 mean_value: 9 scale: 0.5 } }
      layer { name: "data" type: "Data" top: "data" top: "label" include { phase: TEST }
        transform_param { crop_size: 14 mean_value: 1 mean_value: 2 mean_value: 3 } }
      layer { name: "noise" type: "Power" bottom: "data" top: "data" include { phase: TRAIN } power_param { shift: 9 } }
      layer { name: "conv1" type: "Convolution" bottom: "data" top: "conv1" convolution_param { num_output: 6 kernel_size: 5 pad: 2 } }
      layer { name: "not" type: "TanH" bottom: "conv1" top: "conv1" exclude { phase: TEST } }
      layer { name: "staged" type: "TanH" bottom: "conv1" top: "conv1" include { stage: "deploy" } }
      layer { name: "relu" type: "ReLU" bottom: "conv1" top: "conv1" exclude { phase: TRAIN } }
      layer { name: "loss" type: "SoftmaxWithLoss" bottom: "conv1" bottom: "label" top: "loss" }
      """, beside: ["net.caffemodel": "today/net.caffemodel"])
    #expect(imported.model.graph.nodes.map(\.name) == ["conv1", "relu", "loss"])
    #expect(imported.preparation.mean == [1, 2, 3])
    #expect(imported.preparation.deviation.isEmpty)
  }

  @Test func meanImagesBesideANetworkAreTaken() throws {
    let text = try CaffeFixtureTests.text("today/deploy.prototxt")
    let weights = ["net.caffemodel": "today/net.caffemodel"]
    let none = try Self.open(text, beside: weights)
    #expect(none.preparation.mean == [104, 117, 123] && none.preparation.channelOrder == .bgr)
    #expect(none.report.warnings.contains { $0.contains("104, 117 and 123") })

    let channels = try Self.open(
      text,
      beside: weights.merging(["mean.binaryproto": "means/channels.binaryproto"]) { $1 })
    #expect(channels.preparation.mean == [103.06, 115.9, 123.15])
    #expect(channels.preparation.origin == .file("mean.binaryproto"))
    #expect(channels.report.warnings.isEmpty)

    let pixels = try Self.open(
      text, beside: weights.merging(["mean.binaryproto": "means/pixels.binaryproto"]) { $1 })
    #expect(pixels.preparation.mean == [100, 101, 100])
    #expect(pixels.report.warnings.contains { $0.contains("15") && $0.contains("each pixel") })
  }

  @Test func fieldsThatNobodyKnowsAreReported() throws {
    let imported = try Self.open(
      Self.input
        + Self.layer("ReLU", "relu_param { negative_slope: 0.5 wobble: 3 } own_param { a: 1 }"))
    #expect(imported.report.skipped == ["'own_param' of one", "'relu_param.wobble' of one"])
  }

  @Test(arguments: [
    ("Pooling", "pooling_param { kernel_size: 0 }"), ("Pooling", ""),
    ("Pooling", "pooling_param { kernel_size: 1 stride: 3 }"),
    ("Pooling", "pooling_param { kernel_size: 3 pool: STOCHASTIC }"),
    ("Pooling", "pooling_param { kernel_size: 99999999999 }"),
    ("LRN", "lrn_param { local_size: 4 }"), ("Slice", "slice_param { slice_point: 9 }"),
    ("Reshape", "reshape_param { shape { dim: 0 dim: 9223372036854775807 dim: 2 } }"),
    ("Reshape", "reshape_param { shape { dim: -1 dim: -1 } }"),
    ("Concat", "concat_param { axis: 0 } bottom: \"data\""),
    ("Flatten", "flatten_param { axis: 9 }"),
    ("Eltwise", ""), ("Dropout", "dropout_param { dropout_ratio: 1 }"),
    ("Convolution", "convolution_param { num_output: 4 kernel_size: 3 group: 2 }"),
    ("Convolution", "convolution_param { num_output: -4 kernel_size: 3 }"),
    ("InnerProduct", "inner_product_param { num_output: 4 axis: 0 }"),
    ("Softmax", "softmax_param { axis: 0 }"), ("ReLU", "relu_param { negative_slope: nan }"),
    ("BatchNorm", "batch_norm_param { eps: -1 }"), ("Scale", "scale_param { axis: 2 }"),
  ]) func settingsThatAreNoneEndInALine(type: String, rest: String) throws {
    #expect(try Self.refusal(Self.input + Self.layer(type, rest)) != nil)
  }

  @Test func channelsAreScaledByWhatTheNetComputes() throws {
    // Squeeze and excite, as Caffe writes it.
    let text =
      Self.input + """
        layer { name: "mean" type: "Pooling" bottom: "data" top: "mean" pooling_param { pool: AVE global_pooling: true } }
        layer { name: "gate" type: "Sigmoid" bottom: "mean" top: "gate" }
        layer { name: "flat" type: "Flatten" bottom: "gate" top: "flat" }
        layer { name: "scaled" type: "Scale" bottom: "data" bottom: "flat" top: "scaled" scale_param { axis: 0 } }
        """
    let model = try Self.open(text).model
    let output = CaffeFixtureTests.output(model)
    let size = 14 * 14
    let pixels = (0..<size * 3).map { Float($0 * 7919 % 1000) / 500 - 1 }
    for channel in 0..<3 {
      let mean = (0..<size).reduce(Float(0)) { $0 + pixels[$1 * 3 + channel] } / Float(size)
      let expected = pixels[channel] / (1 + exp(-mean))
      #expect(abs(output[channel] - expected) < 1e-5)
    }
  }
}
