import Safetensors

/// What elements of a storage are, by the name of its class or of a dtype.
struct TorchElement: Hashable, Sendable {
  /// As torch calls it: `FloatStorage`, `float32`.
  let name: String
  let bytes: Int
  /// `nil` for those that are passed over, such as complex and quantised numbers.
  let type: ElementType?

  private static let plain: [(storage: String, dtype: String, ElementType)] = [
    ("FloatStorage", "float32", .float32), ("DoubleStorage", "float64", .float64),
    ("HalfStorage", "float16", .float16), ("BFloat16Storage", "bfloat16", .bfloat16),
    ("LongStorage", "int64", .int64), ("IntStorage", "int32", .int32),
    ("ShortStorage", "int16", .int16), ("CharStorage", "int8", .int8),
    ("ByteStorage", "uint8", .uint8), ("BoolStorage", "bool", .bool),
    ("UInt16Storage", "uint16", .uint16), ("UInt32Storage", "uint32", .uint32),
    ("UInt64Storage", "uint64", .uint64), ("Float8_e4m3fnStorage", "float8_e4m3fn", .float8e4m3),
    ("Float8_e5m2Storage", "float8_e5m2", .float8e5m2),
  ]

  private static let passedOver: [(name: String, bytes: Int)] = [
    ("ComplexDoubleStorage", 16), ("ComplexFloatStorage", 8), ("ComplexHalfStorage", 4),
    ("QInt8Storage", 1), ("QUInt8Storage", 1), ("QInt32Storage", 4), ("QUInt4x2Storage", 1),
    ("QUInt2x4Storage", 1),
  ]

  private static let storages: [String: TorchElement] = Dictionary(
    uniqueKeysWithValues: plain.map {
      ($0.storage, TorchElement(name: $0.storage, bytes: $0.2.bytes, type: $0.2))
    }
      + passedOver.map { ($0.name, TorchElement(name: $0.name, bytes: $0.bytes, type: nil)) }
      + [("UntypedStorage", TorchElement(name: "UntypedStorage", bytes: 1, type: nil))])

  private static let types: [String: TorchElement] = Dictionary(
    uniqueKeysWithValues: plain.map {
      ($0.dtype, TorchElement(name: $0.dtype, bytes: $0.2.bytes, type: $0.2))
    })

  /// Of `torch.FloatStorage` and its like, those of CUDA's included.
  static func storage(_ global: PickleGlobal) -> TorchElement? {
    guard ["torch", "torch.storage", "torch.cuda"].contains(global.module) else { return nil }
    return storages[global.name]
  }

  /// Of `torch.float32` and its like.
  static func dtype(_ global: PickleGlobal) -> TorchElement? {
    global.module == "torch" ? types[global.name] : nil
  }
}

/// A run of elements, as a pickle mentions it. Its bytes stand elsewhere.
struct TorchStorage: Hashable, Sendable {
  /// Under which its bytes stand.
  let key: String
  let element: TorchElement
  /// Elements.
  let count: Int
  /// Elements before it, where it is a part of what stands under `key`.
  var start = 0
}

/// A tensor: a view of a storage. Whoever makes one has checked that it stays within it.
struct TorchTensor: Hashable, Sendable {
  /// A place in `Pickle.storages`.
  let storage: Int
  let element: TorchElement
  /// In elements, from the storage's first.
  let offset: Int
  let shape: [Int]
  let strides: [Int]
  let count: Int
  /// Elements of the storage from the first one that is seen to the last.
  let span: Int

  private static let maximumRank = 64
  /// Values of a tensor that sees the same elements again and again.
  private static let maximumExpanded = 1 << 20

  /// - Parameter available: elements of the storage.
  /// - Throws: `UnexpectedContent` for what does not lie within the storage.
  init(
    storage: Int, element: TorchElement, offset: Int, shape: [Int], strides: [Int],
    available: Int
  ) throws(UnexpectedContent) {
    func refused() -> UnexpectedContent {
      UnexpectedContent(
        expected: "a tensor within its storage of \(available) elements",
        found:
          "one of shape \(shape.prefix(8)), strides \(strides.prefix(8)) from element \(offset)")
    }
    guard shape.count <= Self.maximumRank, shape.count == strides.count, offset >= 0,
      (shape + strides).allSatisfy({ $0 >= 0 })
    else { throw refused() }
    var count = 1
    var last = 0
    for (size, stride) in zip(shape, strides) {
      let (product, isTooMany) = count.multipliedReportingOverflow(by: size)
      let (reach, isTooFar) = max(size - 1, 0).multipliedReportingOverflow(by: stride)
      let (sum, isBeyond) = last.addingReportingOverflow(reach)
      guard !isTooMany, !isTooFar, !isBeyond else { throw refused() }
      (count, last) = (product, sum)
    }
    let span = count == 0 ? 0 : last + 1
    let (end, isBeyond) = offset.addingReportingOverflow(span)
    guard !isBeyond, end <= available, count <= max(span, Self.maximumExpanded) else {
      throw refused()
    }
    self.storage = storage
    self.element = element
    self.offset = offset
    self.shape = shape
    self.strides = strides
    self.count = count
    self.span = span
  }

  /// Whether its values lie in the storage as they are numbered.
  var isContiguous: Bool {
    var expected = 1
    for (size, stride) in zip(shape, strides).reversed() where size != 1 {
      guard stride == expected else { return false }
      expected *= size
    }
    return true
  }
}
