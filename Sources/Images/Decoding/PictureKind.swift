/// What a file of pictures is, by its first bytes and never by its name.
package enum PictureKind: String, CaseIterable, Codable, Sendable {
  case jpeg = "JPEG"
  case png = "PNG"
  case webp = "WebP"

  case heic = "HEIC"
  case avif = "AVIF"
  case gif = "GIF"
  case bmp = "BMP"
  case tiff = "TIFF"
  case photoshop = "PSD"
  case jpegXL = "JPEG XL"
  case jpeg2000 = "JPEG 2000"
  case icon = "ICO"
  case portableAnymap = "PNM"
  case svg = "SVG"
  case pdf = "PDF"

  /// Bytes that `init(of:)` looks at.
  package static let signatureBytes = 64

  /// Whether it is decoded here.
  package var isReadable: Bool { self == .jpeg || self == .png || self == .webp }

  /// What a person can do with pictures that are not.
  package var wayOut: String {
    switch self {
    case .jpeg, .png, .webp: "nothing to do"
    case .heic: "heif-convert makes JPEGs of them, as does a phone set to 'Most Compatible'"
    case .avif: "avifdec makes PNGs of them"
    case .jpegXL: "djxl makes PNGs of them"
    case .svg: "rsvg-convert makes PNGs of them"
    case .pdf: "pdftoppm -png makes PNGs of them"
    case .gif, .bmp, .tiff, .photoshop, .jpeg2000, .icon, .portableAnymap:
      "mogrify -format png *.\(suffix) makes PNGs of them"
    }
  }

  private var suffix: String {
    switch self {
    case .photoshop: "psd"
    case .jpeg2000: "jp2"
    case .portableAnymap: "p?m"
    default: rawValue.lowercased()
    }
  }

  /// - Parameter start: a file's first bytes, `signatureBytes` of them or the whole file.
  /// - Returns: `nil` for what is no picture that is known here.
  package init?(of start: some Collection<UInt8>) {
    let bytes = Array(start.prefix(Self.signatureBytes))
    func has(_ text: String, at place: Int = 0) -> Bool {
      bytes.dropFirst(place).starts(with: text.utf8)
    }
    if bytes.starts(with: [0xff, 0xd8, 0xff]) {
      self = .jpeg
    } else if bytes.starts(with: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) {
      self = .png
    } else if has("RIFF"), has("WEBP", at: 8) {
      self = .webp
    } else if has("ftyp", at: 4) {
      guard let kind = Self.ofMediaFile(bytes) else { return nil }
      self = kind
    } else if has("GIF87a") || has("GIF89a") {
      self = .gif
    } else if bytes.starts(with: [0x49, 0x49, 0x2a, 0])
      || bytes.starts(with: [0x4d, 0x4d, 0, 0x2a])
      || bytes.starts(with: [0x49, 0x49, 0x2b, 0]) || bytes.starts(with: [0x4d, 0x4d, 0, 0x2b])
    {
      self = .tiff
    } else if has("BM"), bytes.count >= 26, bytes[6...9].allSatisfy({ $0 == 0 }) {
      self = .bmp
    } else if has("8BPS") {
      self = .photoshop
    } else if bytes.starts(with: [0xff, 0x0a]) || has("JXL ", at: 4) {
      self = .jpegXL
    } else if has("jP  ", at: 4) || bytes.starts(with: [0xff, 0x4f, 0xff, 0x51]) {
      self = .jpeg2000
    } else if bytes.starts(with: [0, 0, 1, 0]), bytes.count >= 6, bytes[4] > 0, bytes[5] == 0 {
      self = .icon
    } else if bytes.count >= 3, bytes[0] == UInt8(ascii: "P"), (0x31...0x37).contains(bytes[1]),
      [0x09, 0x0a, 0x0d, 0x20].contains(bytes[2])
    {
      self = .portableAnymap
    } else if has("%PDF") {
      self = .pdf
    } else if has("<svg") || has("<?xml") && String(decoding: bytes, as: UTF8.self).contains("<svg")
    {
      self = .svg
    } else {
      return nil
    }
  }

  /// By the brands of an ISO media file (ISO/IEC 14496-12), the major one first.
  private static func ofMediaFile(_ bytes: [UInt8]) -> PictureKind? {
    let end = min(bytes.count, Int(bytes[2]) << 8 | Int(bytes[3]))
    for place in [8] + Array(Swift.stride(from: 16, to: max(16, end), by: 4)) {
      guard place + 4 <= bytes.count else { break }
      switch String(decoding: bytes[place..<(place + 4)], as: UTF8.self) {
      case "avif", "avis": return .avif
      case "heic", "heix", "heim", "heis", "hevc", "hevx": return .heic
      default: continue
      }
    }
    return nil
  }
}
