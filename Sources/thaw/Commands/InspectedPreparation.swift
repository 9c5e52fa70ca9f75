import Images

/// How a picture becomes what the network reads, and who says so, as `inspect` shows it.
struct InspectedPreparation: Encodable {
  let pixels: String
  let origin: String
  let layers: [String]?
  let reason: String
  /// In units of `pixels`, for each channel or for all; empty: nothing is taken.
  let mean: [Float]
  let deviation: [Float]
  let normalizationOrigin: String
  let channelOrder: String
  let channelOrderOrigin: String
  let fit: String
  let fraction: Double
  let fitOrigin: String
  let interpolation: String
  let interpolationOrigin: String

  private let words: [String]

  private enum CodingKeys: String, CodingKey {
    case pixels, origin, layers, reason, mean, deviation, normalizationOrigin
    case channelOrder, channelOrderOrigin, fit, fraction, fitOrigin, interpolation,
      interpolationOrigin
  }

  /// - Parameter channels: that the network reads.
  init(_ preparation: ImagePreparation, channels: Int) {
    pixels = preparation.pixels.rawValue
    reason = preparation.reason
    origin = Self.name(preparation.origin)
    layers =
      if case .layers(let names, _) = preparation.origin { names } else { nil }
    mean = preparation.mean
    deviation = preparation.deviation
    normalizationOrigin = Self.name(preparation.normalizationOrigin)
    channelOrder = preparation.channelOrder.rawValue
    channelOrderOrigin = Self.name(preparation.channelOrderOrigin)
    fit = preparation.fit.rawValue
    fraction = preparation.fraction
    fitOrigin = Self.name(preparation.fitOrigin)
    interpolation = preparation.interpolation.rawValue
    interpolationOrigin = Self.name(preparation.interpolationOrigin)
    // Who says it is told where it is not who says what `pixels` are.
    func item(_ text: String, _ origin: ImagePreparation.Origin) -> String {
      let source = origin.source()
      return source == preparation.source ? text : "\(text) (\(source))"
    }
    let normalization = preparation.normalizationWords
    words =
      (normalization.isEmpty ? [] : [item(normalization, preparation.normalizationOrigin)])
      + (channels == 3
        ? [item(preparation.channelOrder.rawValue.uppercased(), preparation.channelOrderOrigin)]
        : [])
      + [
        item(preparation.fitWords, preparation.fitOrigin),
        item(preparation.interpolation.rawValue, preparation.interpolationOrigin),
      ]
  }

  /// For a person.
  var lines: [String] {
    ["pixels \(pixels): \(reason)", "pictures: " + words.joined(separator: "; ")]
  }

  private static func name(_ origin: ImagePreparation.Origin) -> String {
    switch origin {
    case .layers: "layers"
    case .option: "option"
    case .program: "program"
    case .assumption: "assumed"
    case .olderRun: "run"
    case .file: "file"
    case .family: "family"
    }
  }
}
