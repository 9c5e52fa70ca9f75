import Files
import Network

/// The weights of a net in HDF5, which Caffe writes as `data/<layer>/<number>`.
struct CaffeHDF5Weights: TensorArchive {
  private static let root = "data/"

  private let archive: HDF5Archive
  let tensorNames: [String]

  /// `nil` where the file's tensors are not Caffe's.
  init?(_ archive: HDF5Archive) {
    let names = archive.datasets.keys.filter { $0.hasPrefix(Self.root) }
    guard !names.isEmpty,
      names.allSatisfy({ $0.split(separator: "/").last.map { Int($0) != nil } ?? false })
    else { return nil }
    self.archive = archive
    tensorNames = names.sorted().map { String($0.dropFirst(Self.root.count)) }
  }

  func tensor(named name: String) -> StoredTensor? { archive.tensor(named: Self.root + name) }

  func read(_ name: String, into destination: UnsafeMutableBufferPointer<Float>) throws {
    try archive.read(Self.root + name, into: destination)
  }
}
