import Dispatch
import Files
import Images
import Synchronization

/// Looks at every file before training begins: what decodes, as far as its two ends say, and what is
/// left out and why.
struct PictureSurvey {
  /// The share of broken pictures beyond which something is wrong with the data.
  static let tolerableShare = 0.05

  /// Of each file, by place: whether it stays.
  private(set) var kept: [Int] = []
  private(set) var findings: [DatasetFinding] = []
  private(set) var broken = Count()
  private var other = Count()
  private var unsupported: [PictureKind: Count] = [:]
  private let total: Int

  private struct Fault: Sendable {
    let index: Int
    let error: any Error
  }

  /// - Parameters:
  ///   - isStrict: throw at the first broken one, in the order of the files.
  ///   - workers: threads that look.
  ///   - progress: told how many were looked at.
  /// - Throws: in strict mode, what is wrong with the first.
  init(
    _ files: PictureFiles, isStrict: Bool, workers: Int,
    progress: @escaping @Sendable (Int) -> Void
  ) throws {
    total = files.count
    let faults = Mutex<[Fault]>([])
    let next = Atomic(0)
    let isOver = Atomic(false)
    let piece = 256
    DispatchQueue.concurrentPerform(iterations: max(1, workers)) { @Sendable _ in
      while !isOver.load(ordering: .relaxed) {
        let start = next.wrappingAdd(piece, ordering: .relaxed).oldValue
        guard start < files.count else { return }
        let end = min(start + piece, files.count)
        for index in start..<end {
          do {
            _ = try PictureCheck.check(files.file(index))
          } catch {
            faults.withLock { $0.append(Fault(index: index, error: error)) }
            // Pieces that were begun are ended, so that the first of all is among the faults.
            if isStrict, Self.isBroken(error, files.name(index)) {
              isOver.store(true, ordering: .relaxed)
            }
          }
        }
        progress(end)
      }
    }
    let found = faults.withLock { $0 }.sorted { $0.index < $1.index }
    var isKept = [Bool](repeating: true, count: total)
    for fault in found {
      isKept[fault.index] = false
      let name = files.name(fault.index)
      if let error = fault.error as? PictureError, case .unsupported(let kind) = error.reason {
        unsupported[kind, default: Count()].add(name)
      } else if Self.isBroken(fault.error, name) {
        if isStrict { throw fault.error }
        broken.add("\(fault.error)")
      } else {
        other.add(name)
      }
    }
    kept = isKept.indices.filter { isKept[$0] }
    for kind in PictureKind.allCases {
      guard let count = unsupported[kind], let first = count.first else { continue }
      findings.append(.unsupported(kind, count: count.count, first: first))
    }
    if let first = broken.first {
      findings.append(.unreadable(count: broken.count, first: first))
    }
    if let first = other.first {
      findings.append(.otherFiles(count: other.count, first: first))
    }
  }

  /// Whether too many are broken for the rest to be trusted. What is no picture, and is not called
  /// one, does not count.
  var isTooBroken: Bool {
    Double(broken.count) > Self.tolerableShare * Double(kept.count + broken.count)
  }

  /// Whether it should have been a picture: it is one and damaged, or its name says so.
  private static func isBroken(_ error: any Error, _ name: String) -> Bool {
    guard let error = error as? PictureError else { return true }
    switch error.reason {
    case .unsupported: return false
    case .damaged, .tooLarge: return true
    case .noPicture:
      let suffix = name.lowercased().split(separator: ".").last.map(String.init) ?? ""
      return ["jpg", "jpeg", "jpe", "jfif", "png", "webp"].contains(suffix)
    }
  }
}
