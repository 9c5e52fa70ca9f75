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

  /// A zeroed buffer of `count` values.
  package init(count: Int) {
    precondition(count >= 0, "negative count \(count)")
    self.count = count
    let bytes = max(count, 1) * MemoryLayout<Float>.stride
    let isLarge = bytes >= Self.hugePage
    let raw = UnsafeMutableRawPointer.allocate(
      byteCount: bytes, alignment: isLarge ? Self.hugePage : 64)
    // A hint: where it is refused, small pages do.
    if isLarge { madvise(raw, bytes, MADV_HUGEPAGE) }
    pointer = raw.bindMemory(to: Float.self, capacity: max(count, 1))
    pointer.initialize(repeating: 0, count: max(count, 1))
  }

  /// A buffer that holds a copy of `values`.
  package convenience init(_ values: [Float]) {
    self.init(count: values.count)
    values.withUnsafeBufferPointer { source in
      if let base = source.baseAddress { pointer.update(from: base, count: values.count) }
    }
  }

  deinit {
    UnsafeMutableRawPointer(pointer).deallocate()
  }

  /// A copy of the values.
  package var values: [Float] {
    Array(UnsafeBufferPointer(start: pointer, count: count))
  }
}
