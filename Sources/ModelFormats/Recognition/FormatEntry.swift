import Network

/// One kind of file or folder: how it is recognised, what a person calls it, and how it is read where
/// it is. The registry holds one entry a format.
struct FormatEntry: Sendable {
  typealias Reader = @Sendable (_ path: String, _ options: OpeningOptions) throws -> ImportedModel

  /// In a person's words, with its article: `a safetensors file`.
  let name: String
  fileprivate let content: @Sendable (FormatProbe) throws -> FileContent?
  /// `nil` for formats that are recognised and refused.
  let read: Reader?
  /// Its tensors, where it is a file of tensors alone.
  let tensors: (@Sendable (_ path: String) throws -> TensorFile)?

  /// - Parameter matches: whether what is probed is of this format. It may throw where the file cannot
  ///   be read, and nothing else.
  init(
    _ content: FileContent, read: Reader? = nil,
    tensors: (@Sendable (_ path: String) throws -> TensorFile)? = nil,
    matches: @escaping @Sendable (FormatProbe) throws -> Bool
  ) {
    name = content.description
    self.content = { try matches($0) ? content : nil }
    self.read = read
    self.tensors = tensors
  }

  /// A family of formats of one encoding, which names its members itself.
  init(
    family name: String, content: @escaping @Sendable (FormatProbe) throws -> FileContent?
  ) {
    self.name = name
    self.content = content
    read = nil
    tensors = nil
  }

  /// What the probed file or folder is; `nil` where it is not of this format.
  func recognize(_ probe: FormatProbe) throws -> FileContent? { try content(probe) }
}
