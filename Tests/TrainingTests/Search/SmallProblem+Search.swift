import Files
import Kernels

@testable import Datasets
@testable import Training

extension SmallProblem {
  /// What trials of a search on it begin with.
  /// - Parameter available: bytes of memory that there are.
  static func searchSubject(
    _ configuration: EngineConfiguration, available: Int = 1 << 40
  ) throws -> SearchSubject {
    let pool = WorkerPool(threads: configuration.threads)
    let data = data()
    let imported = imported(try classifier())
    let prepared = try PreparedModel(
      imported, configuration: configuration, classes: data.classes, pool: pool)
    return SearchSubject(
      prepared, settings: prepared.settings, data: data, configuration: configuration, pool: pool,
      availableMemory: { available },
      remake: { configuration in
        let prepared = try PreparedModel(
          imported, configuration: configuration, classes: data.classes, pool: pool)
        return (prepared, data)
      })
  }
}
