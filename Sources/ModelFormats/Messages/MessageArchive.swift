/// The constants of a file of messages: ONNX' initializers, TensorFlow's frozen weights.
struct MessageArchive: TensorArchive {
  let tensorNames: [String]
  let tensors: [String: MessageTensor]

  func tensor(named name: String) -> StoredTensor? {
    tensors[name].map { StoredTensor(shape: $0.shape, type: $0.type.name) }
  }

  func read(_ name: String, into destination: UnsafeMutableBufferPointer<Float>) throws {
    guard let tensor = tensors[name], tensor.count == destination.count else {
      throw UnexpectedContent(
        expected: "a tensor '\(name)' of \(destination.count) values", found: "none")
    }
    try tensor.read(into: destination)
  }
}
