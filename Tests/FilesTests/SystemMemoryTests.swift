import Files
import Glibc
import TestSupport
import Testing

/// The memory there is: the least of what system, control groups and the process' limits leave.
@Suite struct SystemMemoryTests {
  let root = TemporaryFolder()

  private func write(_ text: String, to path: String) throws {
    try Folder.create(splitPath(root(path)).folder)
    try root.write(Array(text.utf8), to: path)
  }

  private func available(addressSpace: Int? = nil, data: Int? = nil) -> Int {
    SystemMemory(root: root.path, addressSpaceLimit: addressSpace, dataLimit: data).available
  }

  @Test func withoutAnySignOfItSomeIsAssumed() {
    #expect(available() == 4 << 30)
  }

  @Test func theSystemSaysWhatIsLeft() throws {
    try write("MemTotal: 9000 kB\nMemFree: 10 kB\nMemAvailable:    8000 kB\n", to: "proc/meminfo")
    #expect(available() == 8000 << 10)
  }

  /// A group's own limit, and that of any group around it.
  @Test(arguments: [("/a/b", 100), ("/a", 700), ("", 1_000)])
  func theNarrowestUnifiedGroupCounts(limited: String, limit: Int) throws {
    try write("MemAvailable: 8000 kB\n", to: "proc/meminfo")
    try write("0::/a/b\n", to: "proc/self/cgroup")
    for group in ["", "/a", "/a/b"] {
      let folder = "sys/fs/cgroup\(group)"
      try write(group == limited ? "\(limit + 50)\n" : "max\n", to: "\(folder)/memory.max")
      try write("80\n", to: "\(folder)/memory.current")
      try write("anon 1\ninactive_file 30\n", to: "\(folder)/memory.stat")
    }
    #expect(available() == limit)
    // Where a group is slowed down counts as its end.
    try write("70\n", to: "sys/fs/cgroup/a/memory.high")
    #expect(available() == 20)
  }

  @Test func aGroupThatIsFullLeavesNothing() throws {
    try write("0::/\n", to: "proc/self/cgroup")
    try write("100\n", to: "sys/fs/cgroup/memory.max")
    try write("400\n", to: "sys/fs/cgroup/memory.current")
    #expect(available() == 0)
  }

  @Test(arguments: ["/x/y", "/a/path/of/outside/the/container"])
  func groupsOfTheOlderKindCount(path: String) throws {
    try write("9:cpu:/x\n4:memory,hugetlb:\(path)\n0::/\n", to: "proc/self/cgroup")
    let folder = "sys/fs/cgroup/memory\(path == "/x/y" ? "/x" : "")"
    try write("5000\n", to: "\(folder)/memory.limit_in_bytes")
    try write("1000\n", to: "\(folder)/memory.usage_in_bytes")
    try write("total_inactive_file 400\n", to: "\(folder)/memory.stat")
    #expect(available() == 4400)
  }

  @Test func theProcessLimitsCountLessWhatItHas() throws {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    try write("100 50 10 5 0 30 0\n", to: "proc/self/statm")
    #expect(available(addressSpace: 1000 * page) == 900 * page)
    #expect(available(data: 40 * page) == 10 * page)
    #expect(available(addressSpace: 90 * page) == 0)
  }

  @Test(arguments: [
    "MemAvailable:\n", "MemAvailable: 99999999999999999999 kB", "MemAvailable: -5 kB", "\u{0}",
    "MemAvailable: 9223372036854775807 kB\n",
  ])
  func nonsenseIsNoNumber(text: String) throws {
    try write(text, to: "proc/meminfo")
    try write(
      ":::\n0::\n\n4:memory\n" + String(repeating: "/x", count: 3000), to: "proc/self/cgroup")
    #expect(available() == 4 << 30)
  }

  @Test func thisMachineHasSome() {
    #expect(SystemMemory.available > 0)
    #expect(SystemMemory.resident > 1 << 20)
  }

  @Test func aShortageNamesBothNumbers() {
    let shortage = MemoryShortage(
      what: "training x at batch 512", needed: 34_630_270_976, available: 2_000_000_000,
      remedy: "the largest batch that fits is 29")
    #expect(
      shortage.description == "training x at batch 512 takes 34.6 GB of memory, and 2 GB are free: "
        + "the largest batch that fits is 29")
    #expect(throws: MemoryShortage.self) {
      try MemoryShortage.check(nil, for: "x", available: .max)
    }
  }
}
