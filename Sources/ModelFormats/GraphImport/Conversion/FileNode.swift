import Network

/// One operation of a file's graph, as far as it does not matter which framework's.
protocol FileNode {
  /// The names of the values that it reads; empty for one that is left out.
  var inputs: [String] { get }
  /// `'/conv1/Conv' (Conv)`
  var label: String { get }
  /// What its layer is to be called.
  var layerName: DraftName { get }
}

extension FileNode {
  func unexpected(_ found: String, expected: String) -> UnexpectedContent {
    UnexpectedContent(expected: "\(expected) at node \(label)", found: found)
  }

  /// An axis, counted from the batch, of a tensor of `rank` axes with it.
  func axis(_ value: Int, rank: Int) throws -> Int {
    let axis = value < 0 ? value.addingReportingOverflow(rank).partialValue : value
    guard (0..<rank).contains(axis) else {
      throw unexpected("\(value)", expected: "an axis of \(rank)")
    }
    return axis
  }
}

/// Where an image has its channels in a file.
enum ImageLayout {
  case channelsFirst
  case channelsLast

  /// The file's axes after the batch of height, width and channels.
  var axes: [Int] { self == .channelsFirst ? [1, 2, 0] : [0, 1, 2] }

  /// Of each of the file's axes after the batch, its place in `[H, W, C]`.
  var order: [Int] { self == .channelsFirst ? [2, 0, 1] : [0, 1, 2] }

  /// The file's axis of channels after the batch.
  var channels: Int { axes[2] }

  var words: String {
    self == .channelsFirst
      ? "batch, channels, height and width" : "batch, height, width and channels"
  }
}
