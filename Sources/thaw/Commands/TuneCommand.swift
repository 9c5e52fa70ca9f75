import ArgumentParser
import Foundation
import Training

struct TuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune", abstract: "Open the workbench on a model and your images.",
    discussion: """
      MODEL is a file (a Keras model, .keras or .h5; weights of torchvision's or timm's networks, .pth or \
      .safetensors; ONNX; a TensorFlow graph, .pb; a .caffemodel or .prototxt), a folder (timm's, a \
      SavedModel, Caffe's), 'demo', or 'zoo:resnet50' (random weights). PATH is a folder \
      with a folder of pictures (JPEG, PNG, WebP) for each class, with or without 'train' and 'val' \
      around them; a CSV list of paths and labels; CIFAR's binary files; NumPy's .npz or pairs of \
      .npy; or IDX files: *train*-images-idx3-ubyte[.gz] with its labels, and *test* or *t10k* to \
      validate on. Without validation pictures a fifth of each class is set aside.
      """)

  @Argument(help: "A model file or folder, demo, or zoo:NAME.")
  var model: ModelSource

  @OptionGroup var architecture: ArchitectureOptions
  @OptionGroup var answer: AnswerOptions

  @Option(help: ArgumentHelp("The images to train on.", valueName: "path"))
  var data: String

  @Option(
    help: ArgumentHelp(
      "Images to validate on, or the share of the training images to set aside.",
      valueName: "path|fraction"))
  var validation: String?

  @OptionGroup var pixels: PixelOptions
  @OptionGroup var size: ImageSizeOptions
  @OptionGroup var tuning: TuningOptions
  @OptionGroup var options: RunOptions
  @OptionGroup var finder: FinderOptions

  func validate() throws { try finder.validate(with: options.display) }

  func run() throws {
    try UnreadableText.checkFolder(
      for: [model.path, data, validation.flatMap { Double($0) == nil ? $0 : nil }])
    var configuration = EngineConfiguration()
    try tuning.apply(to: &configuration)
    configuration.preparation = try pixels.preparation()
    configuration.architecture = try architecture.name()
    answer.apply(to: &configuration)
    let recipe = try Recipe(
      model: model, data: data, validation: validation, configuration: configuration,
      imageSize: size.size(), name: options.name, demo: .bundled)
    guard !finder.findLearningRate else {
      return try FinderSession(isJSON: options.display.json).run(recipe)
    }
    try TuningSession(display: options.display).begin(recipe, in: options.folder.open())
  }
}
