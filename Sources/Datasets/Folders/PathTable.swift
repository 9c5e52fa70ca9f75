/// Paths of many files in little memory: every folder once, the names behind each other in one buffer,
/// four bytes a file besides.
package struct PathTable: Sendable {
  /// Files that stand behind each other in the table and lie in one folder.
  private struct Run {
    let folder: String
    let first: Int
  }

  private var runs: [Run] = []
  private var names: [UInt8] = []
  private var ends: [UInt32] = []

  package init() {}

  package var count: Int { ends.count }

  /// Begins a folder, in which the files added from now on lie.
  mutating func begin(folder: String) {
    runs.append(Run(folder: folder, first: count))
  }

  /// - Returns: `false` where there is no more room: 4 GB of names.
  mutating func add(name: some Collection<UInt8>) -> Bool {
    guard let end = UInt32(exactly: names.count + name.count) else { return false }
    names.append(contentsOf: name)
    ends.append(end)
    return true
  }

  /// The path, below the folder that the table is of.
  package subscript(_ index: Int) -> String {
    let start = index == 0 ? 0 : Int(ends[index - 1])
    let name = String(decoding: names[start..<Int(ends[index])], as: UTF8.self)
    let folder = runs[run(of: index)].folder
    return folder.isEmpty ? name : "\(folder)/\(name)"
  }

  /// The last run that begins at the file or before it.
  private func run(of index: Int) -> Int {
    var (low, high) = (0, runs.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if runs[middle].first <= index { low = middle } else { high = middle }
    }
    return low
  }
}

/// Names of one folder, as they come from the system, put in the order of their code points.
struct NameList {
  private var bytes: [UInt8] = []
  private var ends: [UInt32] = []

  var count: Int { ends.count }

  mutating func add(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
    guard let end = UInt32(exactly: bytes.count + name.count) else { return false }
    bytes.append(contentsOf: name)
    ends.append(end)
    return true
  }

  /// Calls `body` with each name: bytes of UTF-8 sort as the code points do.
  func forEachInOrder(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) rethrows {
    try bytes.withUnsafeBufferPointer { bytes in
      func name(_ index: UInt32) -> UnsafeBufferPointer<UInt8> {
        let start = index == 0 ? 0 : Int(ends[Int(index) - 1])
        return UnsafeBufferPointer(rebasing: bytes[start..<Int(ends[Int(index)])])
      }
      let order = (0..<UInt32(ends.count)).sorted { name($0).lexicographicallyPrecedes(name($1)) }
      for index in order { try body(name(index)) }
    }
  }
}
