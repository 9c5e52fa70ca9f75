import Files
import Images
import JSON
import Network
import TestSupport
import Testing

@testable import ModelFormats

/// `config.json` of timm's folders.
@Suite struct TimmConfigurationTests {
  private static let network = Architecture.all.first { $0.dialects.contains(.timm) }

  private static func read(_ text: String) throws -> TimmConfiguration {
    let network = try #require(network).name(in: .timm)
    return try TimmConfiguration(
      JSONValue.parse(text.replacing("NETWORK", with: network)), file: "config.json")
  }

  @Test func todaysFormIsRead() throws {
    let configuration = try Self.read(
      """
      {"architecture": "NETWORK.a1_in1k", "num_classes": 3, "num_features": 512, "global_pool": "avg",
       "label_names": ["cat", "dog", "bird"], "label_descriptions": {"cat": "a cat"},
       "pretrained_cfg": {"input_size": [3, 288, 256], "interpolation": "bilinear", "crop_pct": 0.95,
        "crop_mode": "border", "mean": [0.5, 0.4, 0.3], "std": [0.25, 0.5, 1.0], "num_classes": 1000,
        "pool_size": null, "first_conv": "conv1", "classifier": "fc", "fixed_input_size": false}}
      """)
    #expect(configuration.architecture == Self.network)
    #expect(configuration.outputs == 3 && configuration.labels == ["cat", "dog", "bird"])
    #expect(configuration.inputSize == ImageSize(height: 288, width: 256))
    let preparation = configuration.preparation
    #expect(preparation.pixels == .unit && preparation.fit == .pad)
    #expect(preparation.fraction == 0.95 && preparation.interpolation == .bilinear)
    #expect(preparation.mean == [0.5, 0.4, 0.3] && preparation.deviation == [0.25, 0.5, 1])
    #expect(preparation.origin == .file("config.json"))
    #expect(preparation.fitOrigin == .file("config.json"))
  }

  @Test func theOlderFlatFormIsRead() throws {
    let configuration = try Self.read(
      """
      {"architecture": "NETWORK", "num_classes": 2, "labels": {"1": "dog", "0": "cat"},
       "input_size": [3, 224, 224], "crop_pct": 0.9, "crop_mode": "squash", "mean": [0.5, 0.5, 0.5],
       "std": [0.5, 0.5, 0.5]}
      """)
    #expect(configuration.outputs == 2 && configuration.labels == ["cat", "dog"])
    #expect(configuration.preparation.fit == .squash && configuration.preparation.fraction == 0.9)
    #expect(configuration.preparation.interpolation == .bicubic)
  }

  @Test func whatIsNotSaidIsTimmsDefault() throws {
    let configuration = try Self.read("{\"architecture\": \"NETWORK\", \"pretrained_cfg\": {}}")
    #expect(configuration.outputs == nil && configuration.labels == nil)
    let preparation = configuration.preparation
    #expect(
      preparation.mean == [0.485, 0.456, 0.406] && preparation.deviation == [0.229, 0.224, 0.225])
    #expect(preparation.fit == .crop && preparation.fraction == 0.875)
    #expect(preparation.interpolation == .bicubic)
  }

  @Test(arguments: [
    ("{\"architecture\": \"vit_colossal\"}", "architecture"),
    ("{\"num_classes\": 3}", "architecture"), ("{\"architecture\": 3}", "architecture"),
    ("{\"model_type\": \"vit\", \"architectures\": [\"ViT\"]}", "architecture"), ("[]", "object"),
    ("{\"architecture\": \"NETWORK\", \"model_args\": {\"patch_size\": 8}}", "model_args"),
    ("{\"architecture\": \"NETWORK\", \"model_args\": {\"in_chans\": 1}}", "model_args"),
    ("{\"architecture\": \"NETWORK\", \"model_args\": []}", "model_args"),
    ("{\"architecture\": \"NETWORK\", \"global_pool\": \"token\"}", "global_pool"),
    ("{\"architecture\": \"NETWORK\", \"num_classes\": -1}", "num_classes"),
    ("{\"architecture\": \"NETWORK\", \"num_classes\": 1e300}", "num_classes"),
    ("{\"architecture\": \"NETWORK\", \"label_names\": [1, 2]}", "label_names"),
    ("{\"architecture\": \"NETWORK\", \"label_names\": {\"7\": \"x\"}}", "label_names"),
    ("{\"architecture\": \"NETWORK\", \"input_size\": [3, 0, 224]}", "input_size"),
    ("{\"architecture\": \"NETWORK\", \"input_size\": [1, 28, 28]}", "input_size"),
    ("{\"architecture\": \"NETWORK\", \"mean\": [0.5, 0.5]}", "mean"),
    ("{\"architecture\": \"NETWORK\", \"std\": [0, 0, 0]}", "std"),
    ("{\"architecture\": \"NETWORK\", \"std\": [NaN, 1, 1]}", "std"),
    ("{\"architecture\": \"NETWORK\", \"crop_pct\": 0}", "crop_pct"),
    ("{\"architecture\": \"NETWORK\", \"crop_pct\": 1.5}", "crop_pct"),
    ("{\"architecture\": \"NETWORK\", \"crop_mode\": \"spiral\"}", "crop_mode"),
    ("{\"architecture\": \"NETWORK\", \"interpolation\": \"lanczos\"}", "interpolation"),
  ])
  func whatCannotBeDoneIsRefusedByItsKey(text: String, key: String) throws {
    let error = #expect(throws: UnexpectedContent.self) { try Self.read(text) }
    #expect(error?.expected.contains(key) == true, "\(error?.expected ?? "")")
  }
}
