import EngineInterface
import RunStore

extension Question {
  /// - Parameter folder: where runs lie; `nil`: nowhere.
  func answered(in folder: RunsFolder?) -> Answer {
    do {
      switch self {
      case .runs: return .runs(try folder?.summaries() ?? [])
      case .run(let path): return .run(try RunFolder(path: path).details())
      }
    } catch {
      return .failed("\(error)")
    }
  }
}
