/// How a picture becomes what a network reads: one value, which belongs to the model, is kept in a
/// run, and is used alike by training, its validation and `predict`.
///
/// The steps apply in the order of the fields: bytes become numbers of `pixels` first.
package struct ImagePreparation: Codable, Hashable, Sendable {
  /// Who says so.
  package enum Origin: Codable, Hashable, Sendable {
    /// The model's own layers, the first of which are called `layers`, and what they make of pixels.
    case layers([String], effect: String)
    /// The person, with `--pixels`.
    case option
    /// The program, of a network that comes with it.
    case program
    /// Nobody: what most networks take.
    case assumption
    /// A run that was begun before runs kept it.
    case olderRun
  }

  package var pixels: PixelRange
  package var origin: Origin

  package init(pixels: PixelRange, origin: Origin) {
    self.pixels = pixels
    self.origin = origin
  }

  /// What is taken where nobody says anything.
  package static let assumed = ImagePreparation(pixels: .unit, origin: .assumption)

  /// Who says so in a word: `rescaling`, `assumed`.
  package var source: String {
    switch origin {
    case .layers(let layers, _): layers.joined(separator: ", ")
    case .option: "--pixels"
    case .program: "Thaw's own"
    case .assumption: "assumed"
    case .olderRun: "as before"
    }
  }

  /// Why it is so, for a person: `rescaling multiplies by 0.003922`.
  package var reason: String {
    switch origin {
    case .layers(let layers, let effect): "\(layers.joined(separator: ", ")) \(effect)"
    case .option: "as --pixels says"
    case .program: "as the network that comes with Thaw was trained"
    case .assumption: "assumed, since nothing in the model says; --pixels sets it"
    case .olderRun: "as the run was trained so far"
    }
  }

  /// `pixels enter as 0..255: rescaling multiplies by 0.003922`.
  package var sentence: String { "pixels enter as \(pixels.rawValue): \(reason)" }
}
