import Foundation
import Images
import TestSupport
import Testing

@testable import ModelFormats
@testable import Network

/// How pictures are prepared for weights that come without a word about it, against the frameworks' own
/// (`make_preparation_fixtures.py`).
@Suite struct FamilyPreparationTests {
  private struct Expected: Decodable {
    let size: Int?
    let resize: Int?
    let interpolation: String?
    let mean: [Float]
    let deviation: [Float]
  }

  private static func expected() throws -> [String: Expected] {
    let data = try Data(contentsOf: URL(filePath: FixtureFile.path("preparations.json")))
    return try JSONDecoder().decode([String: Expected].self, from: data)
  }

  private static func spread(_ values: [Float]) -> [Float] {
    values.count == 1 ? Array(repeating: values[0], count: 3) : values
  }

  /// And what its pre-trained GoogLeNet and Inception V3 do before their first layer.
  @Test func torchvisionsNetworksSeeWhatItsOwnTransformsGive() throws {
    let all = try Self.expected()
    let networks = Architecture.all.filter { $0.dialects.contains(.torchvision) }
    #expect(networks.count > 5)
    for network in networks {
      let expected = try #require(all["torchvision \(network.name(in: .torchvision))"])
      let preparation = ImagePreparation(of: network, in: .torchvision)
      let size = network.inputShape(.torchvision).dimensions[0]
      #expect(size == expected.size, "\(network)")
      #expect(
        Int((Double(size) / preparation.fraction).rounded(.down)) == expected.resize, "\(network)")
      #expect(preparation.interpolation.rawValue == expected.interpolation, "\(network)")
      #expect(preparation.fit == .crop && preparation.pixels == .unit)
      #expect(Self.spread(preparation.mean) == expected.mean, "\(network)")
      #expect(Self.spread(preparation.deviation) == expected.deviation, "\(network)")
      #expect(preparation.source == "torchvision's \(network.family)s")
    }
  }

  @Test func timmsNetworksSeeTheirOwnMeans() throws {
    let all = try Self.expected()
    for network in Architecture.all where network.dialects.contains(.timm) {
      guard let expected = all["timm \(network.name(in: .timm))"] else { continue }
      let preparation = ImagePreparation(of: network, in: .timm)
      #expect(Self.spread(preparation.mean) == expected.mean, "\(network)")
      #expect(Self.spread(preparation.deviation) == expected.deviation, "\(network)")
    }
  }

  /// `keras.applications.…preprocess_input`.
  @Test func networksOfKerasSeeWhatPreprocessInputGives() throws {
    let grey: [(family: String, levels: [Float])] = [
      ("VGG", [100 - 103.939, 100 - 116.779, 100 - 123.68]),
      ("ResNet", [100 - 103.939, 100 - 116.779, 100 - 123.68]),
      ("MobileNetV2", [100 / 127.5 - 1, 100 / 127.5 - 1, 100 / 127.5 - 1]),
    ]
    for (family, levels) in grey {
      let network = try #require(
        Architecture.all.first { $0.family == family && $0.dialects.contains(.keras) })
      let preparation = ImagePreparation(of: network, in: .keras)
      let found = preparation.levels(channels: 3).map { $0[100] }
      #expect(zip(found, levels).allSatisfy { abs($0 - $1) < 1e-4 }, "\(family): \(found)")
      #expect((preparation.channelOrder == .bgr) == (levels[0] < -1))
    }
  }
}
