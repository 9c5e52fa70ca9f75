import CProcessor
import Foundation
import Kernels
import Testing

/// What a build was compiled for is known, and is what the processor that it was built on has.
@Suite struct ProcessorFeaturesTests {
  @Test func theMachineItWasBuiltOnHasWhatItUses() {
    #expect(ProcessorFeatures.used & ~processorFeaturesPresent() == 0)
  }

  @Test func whatTheSystemTellsOfIsFoundAndUsed() throws {
    let text = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
    let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("flags") })
    let flags = Set(line.split(separator: " ").map(String.init))
    for bit in UInt32(0)..<32 {
      guard let name = processorFeatureName(bit).map({ String(cString: $0) }) else { continue }
      // The system writes bmi1 and sse4_2, and puts an underscore into the later names.
      let other =
        ["bmi": "bmi1", "sse4.2": "sse4_2"][name]
        ?? name.replacingOccurrences(of: "avx512v", with: "avx512_v")
      let isTold =
        flags.contains(name) || flags.contains(other)
        || flags.contains(name.replacingOccurrences(of: "avx512bf16", with: "avx512_bf16"))
      #expect((processorFeaturesPresent() & 1 << bit != 0) == isTold, "\(name)")
    }
    #if arch(x86_64)
      #expect(ProcessorFeatures.used & 1 != 0)
    #endif
  }
}
