import Glibc

/// What is left of a disk.
package protocol DiskSpace: Sendable {
  /// Bytes that this process may still write to the disk on which a folder lies; `nil` where nobody
  /// knows.
  func freeBytes(in folder: String) -> Int?
}

/// The disks of this machine.
package struct SystemDisk: DiskSpace {
  package init() {}

  package func freeBytes(in folder: String) -> Int? {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return nil }
    let (bytes, overflow) = UInt64(status.f_bavail)
      .multipliedReportingOverflow(by: UInt64(status.f_frsize))
    return overflow ? nil : Int(clamping: bytes)
  }
}
