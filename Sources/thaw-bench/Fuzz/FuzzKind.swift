import ArgumentParser

/// What is damaged.
enum FuzzKind: String, CaseIterable, ExpressibleByArgument {
  case jpeg, png, webp, csv, npz
  /// torch's stream of pickles, its zip archives, safetensors, timm's `config.json`.
  case pickle, zip, safetensors, config
  /// Keras' archives, weights alone, and whole models; and the description in an archive whose zip is
  /// whole.
  case keras, kerasweights, kerash5, kerasconfig
  case onnx
  /// TensorFlow's frozen graphs, and the graphs of SavedModels.
  case graphdef
  /// TensorFlow's checkpoints: tables with their sums, right or wrong.
  case checkpoint
  /// Caffe's files of weights, and descriptions with whole weights beside them.
  case caffemodel, prototxt

  /// Where the tests keep whole files of it, and how their names end; `nil`: it is made here.
  var fixtures: (folder: String, endings: [String])? {
    switch self {
    case .jpeg: ("ImagesTests/Fixtures/pictures", [".jpg"])
    case .png, .webp: ("ImagesTests/Fixtures/pictures", [".\(rawValue)"])
    case .npz: ("DatasetsTests/Fixtures", [".npz"])
    case .pickle: ("ModelFormatsTests/Fixtures/torch", ["-stream.pth", "-stream4.pth", ".tar"])
    case .zip:
      (
        "ModelFormatsTests/Fixtures/torch",
        ["kinds.pth", "-protocol5.pth", "-deflated.pth", "big.pth", ".ckpt"]
      )
    case .safetensors: ("ModelFormatsTests/Fixtures/torch", [".safetensors"])
    case .keras, .kerasconfig: ("ModelFormatsTests/Fixtures/KerasArchives", [".keras"])
    case .kerasweights: ("ModelFormatsTests/Fixtures/KerasArchives", [".weights.h5"])
    case .kerash5: ("ModelFormatsTests/Fixtures", ["-keras2.h5", "-keras3.h5"])
    case .onnx: ("ModelFormatsTests/Fixtures/ONNX", [".onnx"])
    case .caffemodel: ("ModelFormatsTests/Fixtures/caffe", [".caffemodel"])
    case .prototxt: ("ModelFormatsTests/Fixtures/caffe", [".prototxt"])
    case .graphdef: ("ModelFormatsTests/Fixtures/tensorflow", [".pb"])
    case .checkpoint: ("ModelFormatsTests/Fixtures/tensorflow", [".ckpt", ".ckpt.index"])
    case .csv, .config: nil
    }
  }
}
