/// The numbers that a picture's bytes become before a network reads them, from black to white.
package enum PixelRange: String, Codable, CaseIterable, Sendable {
  /// Divided by 255.
  case unit = "0..1"
  /// As they are.
  case bytes = "0..255"
  /// Divided by 127.5, less 1.
  case symmetric = "-1..1"

  package var lowest: Float { self == .symmetric ? -1 : 0 }
  package var highest: Float { self == .bytes ? 255 : 1 }

  /// What each byte becomes, 256 values.
  package var levels: [Float] {
    (0...255).map { byte in
      switch self {
      case .unit: Float(byte) / 255
      case .bytes: Float(byte)
      case .symmetric: Float(byte) / 127.5 - 1
      }
    }
  }
}
