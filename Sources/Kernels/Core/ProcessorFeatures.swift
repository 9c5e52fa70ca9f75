import CProcessor

/// The sets of instructions that this build was compiled for. Nothing else of this library may run
/// before they have been compared with the processor's: what is missing is a SIGILL.
package enum ProcessorFeatures {
  /// One bit for each, as `CProcessor` numbers them.
  package static var used: UInt32 { processorFeaturesUsed() }

  /// The widest of them, on which speed and the bits of products hang: `AVX-512`.
  package static var instructionSet: String {
    func has(_ name: String) -> Bool {
      (0..<32).contains { bit in
        used & 1 << bit != 0 && processorFeatureName(bit).map { String(cString: $0) } == name
      }
    }
    if has("avx512f") { return "AVX-512" }
    if has("avx2") { return has("fma") ? "AVX2 with FMA" : "AVX2" }
    return has("avx") ? "AVX" : "baseline"
  }
}
