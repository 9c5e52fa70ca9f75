import Files
import Glibc

/// The folder in which runs lie, one folder each.
package struct RunsFolder: Sendable, Equatable {
  package let path: String

  package init(path: String) {
    self.path = path
  }

  /// `$XDG_DATA_HOME/thaw/runs`, by default `~/.local/share/thaw/runs`.
  /// - Throws: `RunStoreError.noHome`.
  package static func standard(environment: [String: String]) throws -> RunsFolder {
    // A relative value is to be ignored (XDG Base Directory Specification).
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") {
      return RunsFolder(path: joinPath(data, "thaw/runs"))
    }
    guard let home = environment["HOME"], home.hasPrefix("/") else { throw RunStoreError.noHome }
    return RunsFolder(path: joinPath(home, ".local/share/thaw/runs"))
  }

  /// Makes a new run and holds it. An existing one is never written into: `mkdir` decides. One that
  /// was killed before it had a record is none: its name can be used again.
  ///
  /// - Parameters:
  ///   - name: as the person asked; `nil` for model-date-number.
  ///   - model: what a made-up name begins with; the last part of a path is taken.
  ///   - options: the caller's own, kept in `run.json`.
  ///   - files: writes what lies beside the record from the start; a run without its record is none.
  ///   - record: makes the record, given the run's name.
  /// - Throws: `RunStoreError`, `FileError`; nothing is left of the run then.
  package func create(
    name: String?, model: String, options: some Encodable,
    files: (RunFolder) throws -> Void = { _ in }, record: (_ name: String) -> RunRecord
  ) throws -> Run {
    try Folder.create(path)
    let folder: RunFolder
    if let name {
      guard Self.isValid(name: name) else { throw RunStoreError.invalidName(name) }
      guard let made = try make(name) ?? neverBegun(name) else {
        throw RunStoreError.alreadyExists(run: name, folder: path)
      }
      folder = made
    } else {
      folder = try makeNumbered("\(Self.nameStem(of: model))-\(Self.today())")
    }
    do {
      let run = try Run(new: folder)
      // Asked again with the lock in hand: another process may have begun it meanwhile.
      guard folder.isNeverBegun else {
        throw RunStoreError.alreadyExists(run: folder.name, folder: path)
      }
      try files(folder)
      try record(folder.name).write(with: options, to: folder.recordPath)
      try Folder.synchronize(path)
      return run
    } catch let error as RunStoreError {
      // Another process has it: nothing in it is ours.
      throw error
    } catch {
      folder.removeUnfinished()
      throw error
    }
  }

  /// Finds a run by its name, or by its path where the name contains a `/`.
  /// - Throws: `RunStoreError.notFound`.
  package func find(_ nameOrPath: String) throws -> RunFolder {
    let folder =
      nameOrPath.utf8.contains(UInt8(ascii: "/"))
      ? RunFolder(path: nameOrPath) : RunFolder(path: joinPath(path, nameOrPath))
    guard !nameOrPath.isEmpty, nameOrPath != ".", nameOrPath != "..", Folder.exists(folder.path)
    else {
      throw RunStoreError.notFound(run: nameOrPath, folder: path)
    }
    return folder
  }

  /// Every folder that has a record, by name. None where nothing was ever trained.
  package func runs() throws -> [RunFolder] {
    let names: [String]
    do {
      names = try Folder.names(in: path)
    } catch let error as FileError where error.isMissing {
      return []
    }
    return names.map { RunFolder(path: joinPath(path, $0)) }
      .filter { access($0.recordPath, F_OK) == 0 }
  }

  // MARK: - Names

  private func make(_ name: String) throws -> RunFolder? {
    let folder = RunFolder(path: joinPath(path, name))
    do {
      try Folder.create(folder.path, exclusively: true)
      return folder
    } catch let error as FileError where error.code == EEXIST {
      return nil
    }
  }

  /// The folder that a process left which was killed while it made the run; `nil` for any other.
  private func neverBegun(_ name: String) -> RunFolder? {
    let folder = RunFolder(path: joinPath(path, name))
    return folder.isNeverBegun && !folder.isInUse ? folder : nil
  }

  private func makeNumbered(_ stem: String) throws -> RunFolder {
    var number = 1
    while true {
      if let folder = try make("\(stem)-\(number)") { return folder }
      number += 1
    }
  }

  static func isValid(name: String) -> Bool {
    1...200 ~= name.utf8.count && name.first != "."
      && !name.unicodeScalars.contains { $0 == "/" || $0.properties.generalCategory == .control }
  }

  /// `/models/digits_0_to_4.h5` → `digits_0_to_4`, `zoo:resnet50` → `resnet50`.
  static func nameStem(of model: String) -> String {
    var name = splitPath(model).name[...]
    if let colon = name.lastIndex(of: ":") { name = name[name.index(after: colon)...] }
    if let dot = name.lastIndex(of: "."), dot != name.startIndex { name = name[..<dot] }
    let allowed = name.unicodeScalars.map { scalar -> Character in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || "0"..."9" ~= scalar)
      return isPlain || scalar == "_" || scalar == "-" || scalar == "." ? Character(scalar) : "_"
    }
    let stem = String(allowed.prefix(100)).drop { $0 == "." }
    return stem.isEmpty ? "model" : String(stem)
  }

  /// Today's date where the person is, as `2025-11-23`.
  private static func today() -> String {
    var now = time(nil)
    var parts = tm()
    localtime_r(&now, &parts)
    return [
      NumberText.padded(Int(parts.tm_year) + 1900, digits: 4),
      NumberText.padded(Int(parts.tm_mon) + 1), NumberText.padded(Int(parts.tm_mday)),
    ].joined(separator: "-")
  }
}
