import Glibc

/// Ways to make writing fail without a disk of one's own. They hold for the whole process: use them
/// only inside an exit test, which runs in a child.
package enum UnwillingDisk {
  /// From now on no file grows beyond `bytes`: a write stops half-way and then fails, as on a full
  /// disk.
  package static func limitFiles(to bytes: Int) {
    // The system sends this signal before the call fails, and by default it kills.
    signal(SIGXFSZ, SIG_IGN)
    setSoftLimit { _ in rlim_t(bytes) }
  }

  package static func liftLimit() {
    setSoftLimit { $0.rlim_max }
  }

  private static func setSoftLimit(_ value: (rlimit) -> rlim_t) {
    let resource = __rlimit_resource_t(RLIMIT_FSIZE.rawValue)
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { fatalError("getrlimit: \(errno)") }
    limit.rlim_cur = value(limit)
    guard setrlimit(resource, &limit) == 0 else { fatalError("setrlimit: \(errno)") }
  }

  /// From now on nothing can be made, renamed or removed in a folder.
  package static func makeReadOnly(_ folder: String) {
    chmod(folder, 0o555)
    // Permissions do not bind root.
    if geteuid() == 0, seteuid(65534) != 0 { fatalError("seteuid: \(errno)") }
  }

  package static func makeWritable(_ folder: String) {
    if getuid() == 0, seteuid(0) != 0 { fatalError("seteuid: \(errno)") }
    chmod(folder, 0o755)
  }
}
