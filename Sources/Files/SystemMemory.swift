import Glibc

/// The memory that this process can still take: what the system has, what the control groups that
/// the process belongs to allow, and the process' own limits.
package struct SystemMemory: Sendable {
  /// Where `proc` and `sys` lie: the system's root, but for tests.
  private let root: String
  /// Bytes, as `ulimit -v` and `ulimit -d` set them; `nil`: no limit.
  private let addressSpaceLimit: Int?
  private let dataLimit: Int?

  /// What is assumed where the system does not say.
  private static let assumed = 4 << 30

  package init(root: String, addressSpaceLimit: Int? = nil, dataLimit: Int? = nil) {
    self.root = root
    self.addressSpaceLimit = addressSpaceLimit
    self.dataLimit = dataLimit
  }

  /// This machine's.
  package static var current: SystemMemory {
    SystemMemory(
      root: "", addressSpaceLimit: softLimit(RLIMIT_AS), dataLimit: softLimit(RLIMIT_DATA))
  }

  /// Bytes that can be planned with now: of those that there are a little is left to whoever else
  /// needs some, and of a limited address space the room that threads to come map for themselves.
  package static var available: Int {
    let system = current
    let available = system.available
    let isAddressSpace = system.addressSpaceLeft.map { $0 <= available } ?? false
    return max(0, available - available / 16 - (isAddressSpace ? threadBytes : 0))
  }

  /// Stacks, and the address space that glibc's `malloc` sets aside for a thread: 64 MB each.
  private static let threadBytes = 128 << 20

  /// Bytes that stand in memory now.
  package static var resident: Int { current.pages(1) ?? 0 }

  package var available: Int {
    let limits = [
      systemAvailable, groupAvailable,
      addressSpaceLeft,
      // Pages of mappings that hold data: as the limit counts them.
      dataLimit.map { $0 - (pages(5) ?? 0) },
    ]
    return max(0, limits.compactMap { $0 }.min() ?? Self.assumed)
  }

  private var addressSpaceLeft: Int? { addressSpaceLimit.map { max(0, $0 - (pages(0) ?? 0)) } }

  private var systemAvailable: Int? {
    guard let text = SystemFile.text("\(root)/proc/meminfo") else { return nil }
    return Self.value(of: "MemAvailable:", in: text).flatMap { Self.bytes($0, unit: 1 << 10) }
  }

  /// A field of `/proc/self/statm`, in bytes.
  private func pages(_ field: Int) -> Int? {
    guard let text = SystemFile.text("\(root)/proc/self/statm") else { return nil }
    let fields = text.split { $0 == " " || $0 == "\n" }
    guard field < fields.count, let pages = Int(fields[field]) else { return nil }
    return Self.bytes(pages, unit: Int(sysconf(Int32(_SC_PAGESIZE))))
  }

  private static func softLimit(_ resource: __rlimit_resource) -> Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { return nil }
    return limit.rlim_cur == rlim_t.max ? nil : Int(clamping: limit.rlim_cur)
  }

  // MARK: - Control groups

  /// The least of what the process' group and the groups around it have left.
  private var groupAvailable: Int? {
    let groups = SystemFile.text("\(root)/proc/self/cgroup")?.split(separator: "\n") ?? []
    var available: [Int] = []
    for group in groups {
      let fields = group.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      let path = String(fields[2])
      if fields[1].isEmpty {
        for mount in ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"] {
          available += Self.around(path).flatMap { unified("\(root)\(mount)\($0)") }
        }
      } else if fields[1].split(separator: ",").contains("memory") {
        available += Self.around(path).compactMap { legacy("\(root)/sys/fs/cgroup/memory\($0)") }
      }
    }
    return available.min()
  }

  /// `/a/b` → `/a/b`, `/a` and the mount itself: in a container the path may be one of outside.
  private static func around(_ path: String) -> [String] {
    var folders: [String] = []
    var parts = path.split(separator: "/")
    // Deeper ones than any system allows come from nowhere.
    while !parts.isEmpty, parts.count <= 64 {
      folders.append("/" + parts.joined(separator: "/"))
      parts.removeLast()
    }
    return folders + [""]
  }

  /// Version 2. Beyond `high` a process is slowed down until it stands.
  private func unified(_ folder: String) -> [Int] {
    guard let used = Self.number(SystemFile.text("\(folder)/memory.current")) else { return [] }
    let files = Self.reclaimable("inactive_file", in: folder)
    return ["memory.max", "memory.high"].compactMap { name in
      Self.number(SystemFile.text("\(folder)/\(name)")).map { $0 - max(0, used - files) }
    }
  }

  /// Version 1, which says a limit of nearly 2⁶³ where there is none.
  private func legacy(_ folder: String) -> Int? {
    guard let limit = Self.number(SystemFile.text("\(folder)/memory.limit_in_bytes")),
      let used = Self.number(SystemFile.text("\(folder)/memory.usage_in_bytes"))
    else { return nil }
    return limit - max(0, used - Self.reclaimable("total_inactive_file", in: folder))
  }

  /// Files' contents that the system gives up when memory is needed.
  private static func reclaimable(_ name: String, in folder: String) -> Int {
    SystemFile.text("\(folder)/memory.stat").flatMap { value(of: name, in: $0) } ?? 0
  }

  // MARK: - Numbers

  private static func value(of name: String, in text: String) -> Int? {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count >= 2, words[0] == name { return Int(words[1]).flatMap { $0 >= 0 ? $0 : nil } }
    }
    return nil
  }

  private static func number(_ text: String?) -> Int? {
    text.flatMap { Int($0.prefix { $0 != "\n" }) }.flatMap { $0 >= 0 ? $0 : nil }
  }

  private static func bytes(_ count: Int, unit: Int) -> Int? {
    let (bytes, overflow) = count.multipliedReportingOverflow(by: unit)
    return overflow ? nil : bytes
  }
}

/// Something that would take more memory than there is, found before any of it was taken.
package struct MemoryShortage: Error, Equatable, CustomStringConvertible {
  /// What would take it: `training vgg16 at batch 512`.
  package let what: String
  /// Bytes; `Int.max` beyond 2⁶³.
  package let needed: Int
  package let available: Int
  /// What would fit, as a sentence's last part.
  package let remedy: String?

  package init(what: String, needed: Int, available: Int, remedy: String? = nil) {
    self.what = what
    self.needed = needed
    self.available = available
    self.remedy = remedy
  }

  /// - Parameter needed: bytes; `nil` beyond 2⁶³.
  /// - Throws: `MemoryShortage` where there is less.
  package static func check(
    _ needed: Int?, for what: @autoclosure () -> String, available: Int = SystemMemory.available
  ) throws(MemoryShortage) {
    guard let needed, needed <= available else {
      throw MemoryShortage(what: what(), needed: needed ?? .max, available: available)
    }
  }

  /// `training vgg16 at batch 512 takes 34.6 GB of memory, and 20.1 GB are free: …`
  package var description: String {
    let bytes = needed == .max ? "more than can be counted" : NumberText.size(needed)
    return "\(printable(what)) takes \(bytes) of memory, and \(NumberText.size(available)) are free"
      + (remedy.map { ": \($0)" } ?? "")
  }
}
