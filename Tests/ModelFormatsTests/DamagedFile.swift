import Files
import TestSupport
import Testing

@testable import ModelFormats

/// A file that is not as it should be, and what is said of it.
enum DamagedFile {
  /// - Parameter name: that it is opened under.
  /// - Returns: the refusal, of one line; `nil` where it opens.
  static func refusal(
    _ bytes: [UInt8], named name: String, _ options: OpeningOptions = OpeningOptions()
  ) throws -> FormatError? {
    let folder = TemporaryFolder()
    let path = try folder.write(bytes, to: name)
    do {
      _ = try ModelFile.open(path, options)
      return nil
    } catch let error as FormatError {
      #expect(!error.description.contains("\n"), "\(error)")
      return error
    }
  }
}
