import Files
import Kernels

/// What a run's bits depend on besides its seed: the processor and what the program was built for it.
package struct MachineDescription: Codable, Sendable, Equatable {
  /// `AMD EPYC 9R14`, as the system names it.
  package var processor: String
  /// The widest that products use, such as `AVX-512`; empty where an older run does not say.
  package var instructionSet: String
  /// `release` or `debug`; empty as above.
  package var build: String
  /// The kernels of OpenBLAS that do linear algebra, such as `SkylakeX`: heads that are solved depend on
  /// them, and nothing else does. Empty as above.
  package var linearAlgebra: String

  package init(
    processor: String, instructionSet: String = "", build: String = "", linearAlgebra: String = ""
  ) {
    self.processor = processor
    self.instructionSet = instructionSet
    self.build = build
    self.linearAlgebra = linearAlgebra
  }

  /// This one.
  package static var current: MachineDescription {
    MachineDescription(
      processor: processorName(in: SystemFile.text("/proc/cpuinfo") ?? ""),
      instructionSet: ProcessorFeatures.instructionSet, build: build, linearAlgebra: LAPACK.core)
  }

  /// `release build for AVX-512`
  package var built: String { "\(build) build for \(instructionSet)" }

  /// What of this one is otherwise on another, as words; `nil` where bits are the same on both.
  /// - Parameter solvesHead: whether linear algebra has a part in them.
  package func difference(from other: MachineDescription, solvesHead: Bool) -> String? {
    var parts: [String] = []
    func compare(_ key: KeyPath<Self, String>, _ words: (String) -> String) {
      let own = self[keyPath: key]
      if !own.isEmpty, own != other[keyPath: key] { parts.append(words(own)) }
    }
    compare(\.processor) { $0 }
    compare(\.instructionSet) { "a build for \($0)" }
    compare(\.build) { "a \($0) build" }
    if solvesHead { compare(\.linearAlgebra) { "OpenBLAS' kernels for \($0)" } }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }

  private static var build: String {
    #if DEBUG
      "debug"
    #else
      "release"
    #endif
  }

  static func processorName(in text: String) -> String {
    let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":", maxSplits: 1).last?.drop { $0 == " " || $0 == "\t" }
    return name.map(String.init) ?? "unknown"
  }
}
