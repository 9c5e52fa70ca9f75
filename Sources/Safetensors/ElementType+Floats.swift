extension ElementType {
  /// Whether its elements are floating-point numbers that become float32.
  package var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }

  /// Writes little-endian elements as float32: F16 and BF16 exactly, F64 to the nearest.
  ///
  /// - Parameters:
  ///   - raw: as many elements as `values` has; its alignment does not matter.
  /// - Precondition: `isFloatingPoint`.
  package func write(
    _ raw: UnsafeRawBufferPointer, as values: UnsafeMutableBufferPointer<Float>
  ) {
    precondition(raw.count == values.count * bytes, "\(raw.count) bytes, \(values.count) values")
    func each<Bits: FixedWidthInteger>(_ bits: Bits.Type, _ value: (Bits) -> Float) {
      for index in values.indices {
        let element = raw.loadUnaligned(
          fromByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
        values[index] = value(Bits(littleEndian: element))
      }
    }
    switch self {
    case .float32: each(UInt32.self) { Float(bitPattern: $0) }
    case .float16: each(UInt16.self) { Float(Float16(bitPattern: $0)) }
    case .bfloat16: each(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .float64: each(UInt64.self) { Float(Double(bitPattern: $0)) }
    default: preconditionFailure("\(rawValue) as float32")
    }
  }
}
