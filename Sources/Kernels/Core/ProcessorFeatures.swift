import CProcessor

/// The sets of instructions that this build was compiled for. Nothing else of this library may run
/// before they have been compared with the processor's: what is missing is a SIGILL.
package enum ProcessorFeatures {
  /// One bit for each, as `CProcessor` numbers them.
  package static var used: UInt32 { processorFeaturesUsed() }
}
