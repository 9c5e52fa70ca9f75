import Files

/// Searches beside a run: each a folder in the run's, `search-1`, `search-2` …, that has all of it.
extension RunFolder {
  /// The weights that trials begin with, where those are not of a file of their own.
  package var startPath: String { joinPath(path, "start.safetensors") }

  private static let searchPrefix = "search-"
  private static let mostSearches = 100_000

  private func searchFolder(_ number: Int) -> RunFolder {
    RunFolder(path: joinPath(path, "\(Self.searchPrefix)\(number)"))
  }

  /// The last search that was begun beside the run; `nil`: there was none.
  /// - Throws: `FileError`.
  package func lastSearch() throws -> RunFolder? {
    try Folder.names(in: path).compactMap { name -> Int? in
      guard name.hasPrefix(Self.searchPrefix),
        let number = Int(name.dropFirst(Self.searchPrefix.count)),
        1...Self.mostSearches ~= number, searchFolder(number).path == joinPath(path, name),
        searchFolder(number).isSearch
      else { return nil }
      return number
    }.max().map(searchFolder)
  }

  /// Makes the folder of a new search. It is one when its record is there, which is written last.
  /// - Parameter start: the weights that its trials begin with.
  /// - Throws: `FileError`; nothing is left of it then.
  package func makeSearch(_ record: SearchRecord, start: Checkpoint) throws -> RunFolder {
    var number = 1
    while number < Self.mostSearches, Folder.exists(searchFolder(number).path) { number += 1 }
    let folder = searchFolder(number)
    try Folder.create(folder.path, exclusively: true)
    do {
      try start.write(to: folder.startPath)
      try record.write(to: folder.searchPath)
      try Folder.synchronize(path)
    } catch {
      folder.removeUnfinished()
      throw error
    }
    return folder
  }
}
