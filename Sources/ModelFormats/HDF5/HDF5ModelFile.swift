/// Networks in HDF5, a container that says nothing of whose they are: Keras' models and weights, and
/// Caffe's weights.
enum HDF5ModelFile {
  /// - Throws: `FileError`; `FormatError` for whatever is wrong with the file or the model.
  static func read(path: String, options: OpeningOptions) throws -> ImportedModel {
    let archive = try HDF5Archive(path: path, skipping: KerasHDF5.trainingState)
    if archive.groups[""]?["model_config"] == nil, let weights = CaffeHDF5Weights(archive) {
      return try CaffeModelFile.readHDF5(weights, path: path, options: options)
    }
    return try KerasHDF5.read(archive, path: path, options: options)
  }
}
