extension FeatureMemory.Limits {
  /// - Parameters:
  ///   - budget: bytes in all, as a person asked for; `nil`: half of what memory is available.
  ///   - path: where a file may lie; `nil`: memory only.
  init(budget: Int?, path: String?) {
    let available = Self.availableMemory
    // A mapped file is memory that the system can take back; the first quarter it cannot.
    let memory = available / 4
    let total = budget ?? available / 2
    self.init(memory: memory, total: path == nil ? min(total, memory) : total, path: path)
  }

  /// Bytes that the system, and the group that the process belongs to, can still give.
  static var availableMemory: Int {
    var available = 4 << 30
    if let text = content("/proc/meminfo"),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemAvailable:") }),
      let kilobytes = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) }),
      0...(1 << 40) ~= kilobytes
    {
      available = kilobytes << 10
    }
    if let limit = content("/sys/fs/cgroup/memory.max").flatMap(number),
      let used = content("/sys/fs/cgroup/memory.current").flatMap(number)
    {
      available = min(available, max(0, limit - used))
    }
    return available
  }

  private static func number(_ text: String) -> Int? {
    Int(text.split(separator: "\n").first ?? "").flatMap { $0 >= 0 ? $0 : nil }
  }

  /// Files of the system say that they are empty, and are read as a stream.
  private static func content(_ path: String) -> String? {
    (try? SystemFile.contents(of: path)).map { String(decoding: $0, as: UTF8.self) }
  }
}
