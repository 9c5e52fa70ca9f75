import Files

extension FeatureMemory.Limits {
  /// - Parameters:
  ///   - budget: bytes in all, as a person asked for; `nil`: half of what memory is available.
  ///   - path: where a file may lie; `nil`: memory only.
  ///   - available: bytes of memory that nothing else is going to take.
  ///   - diskReserve: bytes of the file's disk that stay free.
  init(budget: Int?, path: String?, available: Int, diskReserve: Int) {
    // A mapped file is memory that the system can take back; the first quarter it cannot.
    let memory = available / 4
    let total = budget ?? available / 2
    self.init(
      memory: memory, total: path == nil ? min(total, memory) : total, path: path,
      diskReserve: diskReserve)
  }
}
