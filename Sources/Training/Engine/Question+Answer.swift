import EngineInterface
import RunStore

extension Question {
  /// - Parameters:
  ///   - folder: where runs lie; `nil`: nowhere.
  ///   - view: of the data; `nil` while there is none.
  func answered(in folder: RunsFolder?, view: DataView?) -> Answer {
    do {
      switch self {
      case .runs: return .runs(try folder?.summaries() ?? [])
      case .run(let path): return .run(try RunFolder(path: path).details())
      case .data, .validation, .images, .pictures:
        guard let view else { return .failed("the data are being read") }
        return try answered(of: view)
      }
    } catch {
      return .failed("\(error)")
    }
  }

  private func answered(of view: DataView) throws -> Answer {
    switch self {
    case .data: return .data(view.summary())
    case .validation:
      return .validation(
        view.lastValidation.map { ValidationDetails(epoch: $0.epoch, confusion: $0.confusion) })
    case .images(let selection, let first, let count):
      return .images(try view.list(selection, first: first, count: count))
    case .pictures(let wishes): return .pictures(view.pictures(wishes))
    case .runs, .run: preconditionFailure("answered already")
    }
  }
}
