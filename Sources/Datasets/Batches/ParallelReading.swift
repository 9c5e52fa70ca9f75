import Dispatch
import Synchronization

/// Reads several images at a time, where each has a place of its own.
package enum ParallelReading {
  /// - Parameters:
  ///   - places: to be read, all of them different.
  ///   - count: of all places.
  ///   - workers: threads that read; each place is taken by one of them, whichever is free.
  ///   - read: reads into a place, and touches no other.
  /// - Returns: by place, what is wrong with it.
  package static func faults(
    _ places: [Int], of count: Int, workers: Int, _ read: (_ place: Int) throws -> Void
  ) -> [(any Error)?] {
    var faults = [(any Error)?](repeating: nil, count: count)
    withoutActuallyEscaping(read) { read in
      func fault(_ place: Int) -> (any Error)? {
        do {
          try read(place)
          return nil
        } catch {
          return error
        }
      }
      guard workers > 1, places.count > 1 else {
        for place in places { faults[place] = fault(place) }
        return
      }
      let next = Atomic(0)
      faults.withUnsafeMutableBufferPointer { buffer in
        // Every place is taken by one worker, which alone writes its pixels and its fault.
        nonisolated(unsafe) let buffer = buffer
        nonisolated(unsafe) let fault = fault
        DispatchQueue.concurrentPerform(iterations: min(workers, places.count)) { _ in
          while true {
            let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
            guard turn < places.count else { return }
            buffer[places[turn]] = fault(places[turn])
          }
        }
      }
    }
    return faults
  }
}
