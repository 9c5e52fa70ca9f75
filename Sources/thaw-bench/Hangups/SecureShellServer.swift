import Foundation

/// A real sshd on the loopback interface, with keys of its own, for as long as this lives.
final class SecureShellServer {
  private let folder: String
  private let process: Process
  private let port: Int

  /// - Throws: `CocoaError` where there is no sshd.
  init(folder: String, port: Int) throws {
    self.folder = folder
    self.port = port
    for key in ["host", "person"] {
      try Self.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(folder)/\(key)"])
    }
    try FileManager.default.copyItem(
      atPath: "\(folder)/person.pub", toPath: "\(folder)/authorized_keys")
    // Where sshd, started by root, gives up its rights.
    try? FileManager.default.createDirectory(
      atPath: "/run/sshd", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755]
    )
    let options = [
      "Port=\(port)", "ListenAddress=127.0.0.1", "HostKey=\(folder)/host",
      "AuthorizedKeysFile=\(folder)/authorized_keys", "StrictModes=no", "UsePAM=no",
      "PidFile=none", "PermitRootLogin=yes", "LogLevel=ERROR",
    ]
    process = Process()
    process.executableURL = URL(filePath: "/usr/sbin/sshd")
    process.arguments = ["-D", "-f", "/dev/null"] + options.flatMap { ["-o", $0] }
    try process.run()
  }

  deinit { process.terminate() }

  /// What logs in to it, with a terminal.
  var client: [String] {
    [
      "ssh", "-tt", "-q", "-F", "/dev/null", "-i", "\(folder)/person", "-p", "\(port)",
      "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
      "-o", "ConnectionAttempts=20", "127.0.0.1", "env LC_ALL=C.UTF-8 bash --norc -i",
    ]
  }

  private static func run(_ program: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
  }
}
