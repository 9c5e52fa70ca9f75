import Files
import Foundation

/// A file beside the tests.
enum Fixture {
  static let folder = joinPath(splitPath(#filePath).folder, "Fixtures")

  static func path(_ name: String) -> String { joinPath(folder, name) }
  static func picture(_ name: String) -> String { path("pictures/\(name)") }

  static func bytes(_ path: String) throws -> [UInt8] {
    try InputFile.contents(of: path, limit: 1 << 24)
  }

  static func decoded<Value: Decodable>(_ name: String) throws -> Value {
    try JSONDecoder().decode(Value.self, from: Data(bytes(path(name))))
  }
}

/// FNV-1a of bytes.
func fingerprint(_ bytes: some Sequence<UInt8>) -> UInt32 {
  bytes.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
}
