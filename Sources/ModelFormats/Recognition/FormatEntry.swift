import Network

/// One kind of file or folder: how it is recognised, what a person calls it, and how it is read where
/// it is. The registry holds one entry a format.
struct FormatEntry: Sendable {
  typealias Reader = @Sendable (_ path: String, _ imageSize: ImageSize?) throws -> ImportedModel

  /// In a person's words, with its article: `a safetensors file`.
  let name: String
  fileprivate let content: @Sendable (FormatProbe) throws -> FileContent?
  /// Of what is read; others are recognised and refused.
  private let readers: [FileContent: Reader]

  /// - Parameter matches: whether what is probed is of this format. It may throw where the file cannot
  ///   be read, and nothing else.
  init(
    _ content: FileContent, read: Reader? = nil,
    matches: @escaping @Sendable (FormatProbe) throws -> Bool
  ) {
    name = content.description
    self.content = { try matches($0) ? content : nil }
    readers = read.map { [content: $0] } ?? [:]
  }

  /// A family of formats of one encoding, which names its members itself.
  /// - Parameter readers: of those members that are read.
  init(
    family name: String, readers: [FileContent: Reader] = [:],
    content: @escaping @Sendable (FormatProbe) throws -> FileContent?
  ) {
    self.name = name
    self.content = content
    self.readers = readers
  }

  /// What the probed file or folder is, and what reads it; `nil` where it is not of this format.
  func recognize(_ probe: FormatProbe) throws -> (content: FileContent, reader: Reader?)? {
    try content(probe).map { ($0, readers[$0]) }
  }
}
