/// How a picture becomes what a network reads: one value, which belongs to the model, is kept in a
/// run, and is used alike by training, its validation and `predict`.
///
/// A picture is fitted to the network's size, its channels take the network's order, bytes become
/// numbers of `pixels`, from which `mean` is taken and which `deviation` divides.
package struct ImagePreparation: Hashable, Sendable {
  /// How a picture of one shape becomes one of another.
  package enum Fit: String, Codable, CaseIterable, Sendable {
    /// The middle of it: the shorter side fits, the longer one sticks out.
    case crop
    /// All of it, out of proportion.
    case squash
    /// All of it, in proportion, with borders.
    case pad
  }

  package enum ChannelOrder: String, Codable, CaseIterable, Sendable {
    case rgb, bgr
  }

  package var pixels: PixelRange
  /// Taken from each channel, in the network's order of channels and in units of `pixels`; empty:
  /// nothing is. One number stands for all channels.
  package var mean: [Float] = []
  /// What each channel is divided by after that; empty: nothing.
  package var deviation: [Float] = []
  package var channelOrder = ChannelOrder.rgb
  package var fit = Fit.crop
  /// The share of each side of a fitted picture that the network sees: it is made `size / fraction`
  /// large and cut to the middle (timm's `crop_pct`). 1: all of it.
  package var fraction = 1.0
  package var interpolation = Interpolation.bilinear

  /// Who says how bytes become numbers.
  package var origin: Origin
  package var normalizationOrigin = Origin.assumption
  package var channelOrderOrigin = Origin.assumption
  /// Who says how a picture is fitted: `fit` and `fraction`.
  package var fitOrigin = Origin.assumption
  package var interpolationOrigin = Origin.assumption

  package init(pixels: PixelRange, origin: Origin) {
    self.pixels = pixels
    self.origin = origin
  }

  /// What is taken where nobody says anything.
  package static let assumed = ImagePreparation(pixels: .unit, origin: .assumption)

  /// Whether a network of so many channels can be served.
  package func fits(channels: Int) -> Bool {
    (channels == 1 || channels == 3)
      && [mean, deviation].allSatisfy { $0.count <= 1 || $0.count == channels }
  }

  /// What each byte becomes, 256 numbers for each of the network's channels: as torchvision's
  /// `ToTensor` and `Normalize` work it out, in single precision and in this order.
  package func levels(channels: Int) -> [[Float]] {
    precondition(fits(channels: channels), "\(channels) channels, \(mean), \(deviation)")
    let bytes = pixels.levels
    return (0..<channels).map { channel in
      let mean = mean.isEmpty ? 0 : mean[mean.count == 1 ? 0 : channel]
      let deviation = deviation.isEmpty ? 1 : deviation[deviation.count == 1 ? 0 : channel]
      return bytes.map { ($0 - mean) / deviation }
    }
  }

  /// What borders are filled with, a byte for each of the network's channels: the mean, as timm does,
  /// or black where there is none.
  package func border(channels: Int) -> [UInt8] {
    (0..<channels).map { channel in
      guard !mean.isEmpty else { return 0 }
      let value = mean[mean.count == 1 ? 0 : channel]
      let byte =
        switch pixels {
        case .unit: value * 255
        case .bytes: value
        case .symmetric: (value + 1) * 127.5
        }
      return UInt8(max(0, min(255, byte.rounded(.toNearestOrEven))))
    }
  }
}

extension ImagePreparation: Codable {
  private enum Key: String, CodingKey {
    case pixels, mean, deviation, channelOrder, fit, fraction, interpolation
    case origin, normalizationOrigin, channelOrderOrigin, fitOrigin, interpolationOrigin
  }

  /// What a run does not have was not thought of when it was begun.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    func value<Value: Decodable>(_ key: Key, or standard: Value) throws -> Value {
      try values.decodeIfPresent(Value.self, forKey: key) ?? standard
    }
    self.init(
      pixels: try values.decode(PixelRange.self, forKey: .pixels),
      origin: try values.decode(Origin.self, forKey: .origin))
    mean = try value(.mean, or: mean)
    deviation = try value(.deviation, or: deviation)
    channelOrder = try value(.channelOrder, or: channelOrder)
    fit = try value(.fit, or: fit)
    fraction = try value(.fraction, or: fraction)
    interpolation = try value(.interpolation, or: interpolation)
    normalizationOrigin = try value(.normalizationOrigin, or: normalizationOrigin)
    channelOrderOrigin = try value(.channelOrderOrigin, or: channelOrderOrigin)
    fitOrigin = try value(.fitOrigin, or: fitOrigin)
    interpolationOrigin = try value(.interpolationOrigin, or: interpolationOrigin)
    let areNumbers = (mean + deviation).allSatisfy(\.isFinite) && !deviation.contains(0)
    guard areNumbers, fraction > 0, fraction <= 1 else {
      throw DecodingError.dataCorruptedError(
        forKey: .fraction, in: values,
        debugDescription: "mean \(mean), deviation \(deviation), fraction \(fraction)")
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(pixels, forKey: .pixels)
    try values.encode(mean, forKey: .mean)
    try values.encode(deviation, forKey: .deviation)
    try values.encode(channelOrder, forKey: .channelOrder)
    try values.encode(fit, forKey: .fit)
    try values.encode(fraction, forKey: .fraction)
    try values.encode(interpolation, forKey: .interpolation)
    try values.encode(origin, forKey: .origin)
    try values.encode(normalizationOrigin, forKey: .normalizationOrigin)
    try values.encode(channelOrderOrigin, forKey: .channelOrderOrigin)
    try values.encode(fitOrigin, forKey: .fitOrigin)
    try values.encode(interpolationOrigin, forKey: .interpolationOrigin)
  }
}

extension ImagePreparation {
  /// The same with the numbers that a person asked for; means and deviations of other numbers go.
  package func entering(as asked: ImagePreparation) -> ImagePreparation {
    var preparation = self
    preparation.origin = asked.origin
    guard asked.pixels != pixels else { return preparation }
    preparation.pixels = asked.pixels
    (preparation.mean, preparation.deviation) = (asked.mean, asked.deviation)
    preparation.normalizationOrigin = asked.normalizationOrigin
    return preparation
  }
}
