import Files

/// What a file is, told by what is in it and never by its name, in a person's words: a file that
/// cannot be opened is at least called what it is.
struct FileContent: Hashable, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }

  static let hdf5 = FileContent("an HDF5 file")
  static let kerasArchive = FileContent("a zip archive (Keras 3's .keras)")
  static let pytorch = FileContent("a PyTorch file")
  static let pickle = FileContent("a Python pickle, which may be an older PyTorch file")
  static let safetensors = FileContent("a safetensors file")
  static let onnx = FileContent("an ONNX model")
  static let caffe = FileContent("a Caffe model")
  static let caffeText = FileContent("a Caffe model's description (.prototxt)")
  static let tensorFlowGraph = FileContent("a TensorFlow graph")
  static let tensorFlowText = FileContent("a TensorFlow graph as text")
  static let savedModel = FileContent("a TensorFlow SavedModel")
  static let metaGraph = FileContent("a TensorFlow checkpoint's graph (.meta)")
  static let checkpoint = FileContent("a TensorFlow checkpoint")
  static let tensorFlowLite = FileContent("a TensorFlow Lite model")
  static let tensorFlowJS = FileContent("a TensorFlow.js model")
  static let coreML = FileContent("a Core ML model")
  static let image = FileContent("an image")
  static let text = FileContent("a text file")
  static let empty = FileContent("an empty file")
  static let other = FileContent("something else")

}
