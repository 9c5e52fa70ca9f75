extension RegNet {
  /// Names are torchvision's, where it has a network of the same sizes, and timm's.
  static let architectures: [Architecture] = [
    member("X", "regnetx_002", [1, 1, 4, 7], [24, 56, 152, 368], 8),
    // timm rounds the last width to another multiple of the groups' than the two others.
    member("X", "regnetx_004", [1, 2, 7, 12], [32, 64, 160, 384], 16),
    member(
      "X", "regnet_x_400mf", timm: "regnetx_004_tv", [1, 2, 7, 12], [32, 64, 160, 400], 16),
    member("X", "regnetx_006", [1, 3, 5, 7], [48, 96, 240, 528], 24),
    member("X", "regnet_x_800mf", timm: "regnetx_008", [1, 3, 7, 5], [64, 128, 288, 672], 16),
    member("X", "regnet_x_1_6gf", timm: "regnetx_016", [2, 4, 10, 2], [72, 168, 408, 912], 24),
    member("X", "regnet_x_3_2gf", timm: "regnetx_032", [2, 6, 15, 2], [96, 192, 432, 1008], 48),
    member("X", "regnetx_040", [2, 5, 14, 2], [80, 240, 560, 1360], 40),
    member("X", "regnetx_064", [2, 4, 10, 1], [168, 392, 784, 1624], 56),
    member("X", "regnet_x_8gf", timm: "regnetx_080", [2, 5, 15, 1], [80, 240, 720, 1920], 120),
    member("X", "regnetx_120", [2, 5, 11, 1], [224, 448, 896, 2240], 112),
    member("X", "regnet_x_16gf", timm: "regnetx_160", [2, 6, 13, 1], [256, 512, 896, 2048], 128),
    member(
      "X", "regnet_x_32gf", timm: "regnetx_320", [2, 7, 13, 1], [336, 672, 1344, 2520], 168),
    member("Y", "regnety_002", [1, 1, 4, 7], [24, 56, 152, 368], 8),
    member("Y", "regnet_y_400mf", timm: "regnety_004", [1, 3, 6, 6], [48, 104, 208, 440], 8),
    member("Y", "regnety_006", [1, 3, 7, 4], [48, 112, 256, 608], 16),
    member("Y", "regnety_008", [1, 3, 8, 2], [64, 128, 320, 768], 16),
    member(
      "Y", "regnet_y_800mf", timm: "regnety_008_tv", [1, 3, 8, 2], [64, 144, 320, 784], 16),
    member("Y", "regnet_y_1_6gf", timm: "regnety_016", [2, 6, 17, 2], [48, 120, 336, 888], 24),
    member("Y", "regnet_y_3_2gf", timm: "regnety_032", [2, 5, 13, 1], [72, 216, 576, 1512], 24),
    member("Y", "regnety_040", [2, 6, 12, 2], [128, 192, 512, 1088], 64),
    member("Y", "regnety_064", [2, 7, 14, 2], [144, 288, 576, 1296], 72),
    member("Y", "regnety_080", [2, 4, 10, 1], [168, 448, 896, 2016], 56),
    member(
      "Y", "regnet_y_8gf", timm: "regnety_080_tv", [2, 4, 10, 1], [224, 448, 896, 2016], 56),
    member("Y", "regnety_120", [2, 5, 11, 1], [224, 448, 896, 2240], 112),
    member("Y", "regnet_y_16gf", timm: "regnety_160", [2, 4, 11, 1], [224, 448, 1232, 3024], 112),
    member("Y", "regnet_y_32gf", timm: "regnety_320", [2, 5, 12, 1], [232, 696, 1392, 3712], 232),
    member("Y", "regnety_640", [2, 5, 12, 1], [328, 984, 1968, 4920], 328, edge: 384),
    member(
      "Y", "regnet_y_128gf", timm: "regnety_1280", [2, 7, 17, 1], [528, 1056, 2904, 7392], 264,
      edge: 384),
    member("Y", "regnety_2560", [2, 7, 17, 1], [746, 1492, 4103, 10444], 373, edge: 384),
  ]

  /// - Parameter timm: its name there, where torchvision has it too.
  private static func member(
    _ kind: String, _ name: String, timm: String? = nil, _ depths: [Int], _ widths: [Int],
    _ groupWidth: Int, edge: Int = 224
  ) -> Architecture {
    let network = RegNet(
      depths: depths, widths: widths, groupWidth: groupWidth, hasExcitation: kind == "Y")
    return Architecture(
      name, family: "RegNet", dialects: timm == nil ? [.timm] : [.torchvision, .timm],
      names: timm.map { [.timm: $0] } ?? [:], edge: edge
    ) {
      network.builder($0, classes: $1.classes)
    }
  }
}
