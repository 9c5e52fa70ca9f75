import CProcessor
import Kernels

/// Whether the processor has what the program was built for.
enum ProcessorCheck {
  /// - Throws: `ResourceError`.
  static func begin() throws {
    let missing = names(missingFrom: processorFeaturesPresent(), of: ProcessorFeatures.used)
    guard missing.isEmpty else {
      throw ResourceError(
        what: "processor", expected: "what the program was built for (build it on this machine)",
        found: "none of \(missing.joined(separator: ", "))")
    }
  }

  /// The sets of instructions that are used and not there.
  static func names(missingFrom present: UInt32, of used: UInt32) -> [String] {
    let missing = used & ~present
    return (0..<32).filter { missing & 1 << $0 != 0 }
      .map { bit in processorFeatureName(bit).map { String(cString: $0) } ?? "bit \(bit)" }
  }
}
