import Foundation

/// What a person is told of a crash, from within its signal handler.
enum CrashLine {
  /// One line: `thaw: crashed: signal 11 at address 0x0000000000000008`.
  static func write(
    _ signal: Int32, _ information: UnsafeMutablePointer<siginfo_t>?, to file: Int32
  ) {
    put("thaw: crashed: signal ", file)
    putNumber(UInt(signal), base: 10, digits: 1, file)
    if let information, information.pointee.si_code > 0 {
      put(" at address 0x", file)
      let address = information.pointee._sifields._sigfault.si_addr
      putNumber(UInt(bitPattern: address), base: 16, digits: 16, file)
    }
    put("\n", file)
  }

  private static func put(_ text: StaticString, _ file: Int32) {
    _ = Foundation.write(file, text.utf8Start, text.utf8CodeUnitCount)
  }

  private static func putNumber(_ number: UInt, base: UInt, digits: Int, _ file: Int32) {
    var divisor: UInt = 1
    var count = 1
    while count < digits || number / divisor >= base {
      divisor *= base
      count += 1
    }
    while divisor > 0 {
      let digit = UInt8(number / divisor % base)
      var character = digit < 10 ? 0x30 + digit : 0x57 + digit
      _ = Foundation.write(file, &character, 1)
      divisor /= base
    }
  }
}
