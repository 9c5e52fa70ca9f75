import Foundation
import Kernels

/// What a run's bits depend on besides its seed: the program, the processor, OpenBLAS' kernels.
package enum Machine {
  package static let version = "0.1.0"

  /// `Intel(R) Xeon(R) Processor`, as the system names it.
  package static var processor: String {
    let text = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    return line?.split(separator: ":", maxSplits: 1).last?
      .trimmingCharacters(in: .whitespaces) ?? "unknown"
  }

  package static var blasCore: String { MatrixProductLibrary.core }

  /// A line for a person whose environment holds OpenBLAS to a lesser core than the processor has.
  package static var notice: String? {
    guard let held = ProcessInfo.processInfo.environment["OPENBLAS_CORETYPE"] else { return nil }
    let hasWide =
      (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.contains(" avx512f") == true
    let isNarrow = !["SkylakeX", "Cooperlake", "SapphireRapids", "Zen4"].contains(blasCore)
    guard hasWide, isNarrow else { return nil }
    return "OPENBLAS_CORETYPE=\(held) holds OpenBLAS to \(blasCore): this processor has AVX-512"
  }
}
