import Glibc

/// A fixed-size run of float32 in memory of its own, aligned for the widest vector loads.
///
/// A reference type: parameters, gradients and arenas are shared between a plan and the steps that
/// run it. It belongs to one queue at a time; nothing here synchronises.
package final class FloatBuffer {
  package let count: Int
  package let pointer: UnsafeMutablePointer<Float>

  /// Larger buffers ask for pages of this size. A kernel that walks many places of a buffer at once
  /// would wait for the addresses of small pages more than for the memory.
  private static let hugePage = 2 << 20
  /// Bytes of the mapping that a large buffer lies in; `nil`: it is allocated.
  private let mapping: (start: UnsafeMutableRawPointer, count: Int)?

  /// A zeroed buffer of `count` values.
  package init(count: Int) {
    precondition(count >= 0, "negative count \(count)")
    self.count = count
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    let raw: UnsafeMutableRawPointer
    if bytes >= Self.hugePage {
      let mapping = Self.map(bytes)
      self.mapping = mapping
      raw = mapping.start.alignedUp(toMultipleOf: Self.hugePage)
      // A hint: where it is refused, small pages do.
      madvise(raw, bytes, MADV_HUGEPAGE)
    } else {
      mapping = nil
      raw = .allocate(byteCount: bytes, alignment: 64)
      memset(raw, 0, bytes)
    }
    pointer = raw.bindMemory(to: Float.self, capacity: max(count, 1))
  }

  /// Fresh memory of the system, which is zero: each page becomes so when it is first touched, by
  /// whichever thread works on it, and not all of them before the first step by one thread.
  private static func map(_ bytes: Int) -> (start: UnsafeMutableRawPointer, count: Int) {
    let count = bytes + hugePage
    let start = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let start, start != MAP_FAILED else {
      preconditionFailure("no memory for \(bytes) bytes: errno \(errno)")
    }
    return (start, count)
  }

  /// A buffer that holds a copy of `values`.
  package convenience init(_ values: [Float]) {
    self.init(count: values.count)
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { pointer.update(from: base, count: values.count) }
    }
  }

  deinit {
    if let mapping {
      munmap(mapping.start, mapping.count)
    } else {
      UnsafeMutableRawPointer(pointer).deallocate()
    }
  }

  /// A copy of the values.
  package var values: [Float] {
    Array(UnsafeBufferPointer(start: pointer, count: count))
  }
}
