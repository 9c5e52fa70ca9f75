// swift-tools-version: 6.2
import PackageDescription

/// Everything is Swift 6, and a warning is an error.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// Inner loops are compiled for the processor they are built on, and optimised in debug builds
/// too: an unoptimised loop is ten times slower, and the tests would be. So are those over the cells of a
/// screen.
let numeric: [SwiftSetting] =
  strict + [
    .unsafeFlags(["-Xcc", "-march=native", "-Xcc", "-mprefer-vector-width=512"]),
    // Square roots set no errno: without this they are calls, one element at a time.
    .unsafeFlags(["-Xcc", "-fno-math-errno"]),
    .unsafeFlags(
      ["-O", "-disable-batch-mode", "-wmo", "-num-threads", "2"], .when(configuration: .debug)),
  ]

/// Optimised in debug builds as well, file by file: it walks through the weights of whole networks.
let optimised: [SwiftSetting] =
  strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

func library(_ name: String, _ dependencies: [Target.Dependency], _ settings: [SwiftSetting])
  -> Target
{
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
  name: "thaw",
  products: [.executable(name: "thaw", targets: ["thaw"])],
  dependencies: [
    // The command line: sub-commands, --help, completion scripts.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // Lists of pictures.
    .package(url: "https://github.com/swiftcsv/SwiftCSV", from: "0.10.0"),
    // ONNX' and TensorFlow's messages.
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
  ],
  targets: [
    // Dense linear algebra: its LAPACK.
    .systemLibrary(
      name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    // The terminal. Without pkg-config: SwiftPM would drop the -D flags that give wide characters.
    .systemLibrary(name: "CNcurses", providers: [.apt(["libncursesw5-dev"])]),
    // Gives the terminal back when the program was killed: plain C, see its header.
    .target(name: "CTerminalGuard"),
    // Keras' container format.
    .systemLibrary(name: "CHDF5", pkgConfig: "hdf5-serial", providers: [.apt(["libhdf5-dev"])]),
    // Reads HDF5 files in a child process that may crash: plain C, see its header.
    .target(name: "CHDF5Extraction", dependencies: ["CHDF5"]),
    // Gzipped IDX files.
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    // NumPy's .npz, Keras' .keras.
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    // Blocks of TensorFlow's checkpoints that are compressed.
    .systemLibrary(name: "CSnappy", pkgConfig: "snappy", providers: [.apt(["libsnappy-dev"])]),

    // Photographs.
    .systemLibrary(
      name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .systemLibrary(name: "CWebP", pkgConfig: "libwebp", providers: [.apt(["libwebp-dev"])]),

    // Reading with bounds, out of zip archives too; writing whole or not at all.
    library("Files", ["CZip"], strict),
    // One scanner for JSON from strangers.
    library("JSON", ["Files"], strict),
    // What the processor can do that the program is compiled for.
    .systemLibrary(name: "CProcessor"),

    library("Kernels", ["COpenBLAS", "CProcessor"], numeric),
    library("Network", ["Kernels"], numeric),
    library("Safetensors", ["Kernels", "Files", "JSON"], strict),
    // How a picture is decoded and becomes what a network reads.
    library("Images", ["Kernels", "Files", "CTurboJPEG", "CPNG", "CWebP"], numeric),
    .target(
      name: "ModelFormats",
      dependencies: [
        "Network", "Images", "Kernels", "Files", "JSON", "Safetensors", "CHDF5Extraction",
        "CSnappy",
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      // What the Swift files beside them are made of.
      exclude: [
        "ONNX/Messages/onnx.proto", "TensorFlow/Messages/graph.proto", "Caffe/Messages/caffe.proto",
      ],
      swiftSettings: optimised),
    library(
      "Datasets",
      [
        "Kernels", "Images", "Files", "CZlib",
        .product(name: "SwiftCSV", package: "SwiftCSV"),
      ], numeric),
    library("EngineInterface", [], strict),
    library(
      "RunStore", ["Network", "Kernels", "Files", "Safetensors", "EngineInterface"], strict),
    library(
      "Training",
      [
        "Network", "Kernels", "Files", "JSON", "Images", "ModelFormats", "Datasets", "RunStore",
        "EngineInterface",
      ], numeric),
    library("TerminalUI", ["Files"], numeric),
    library("CursesTerminal", ["TerminalUI", "CNcurses", "CTerminalGuard"], strict),
    library("Workbench", ["TerminalUI", "EngineInterface", "Files"], strict),
    .executableTarget(
      name: "thaw",
      dependencies: [
        "CProcessor", "Kernels", "Files", "Images", "Network", "ModelFormats", "Datasets",
        "EngineInterface",
        "RunStore", "Training", "TerminalUI", "CursesTerminal", "Workbench",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      // The demo: a network that knows the digits 0 to 4, and real digits from 5 to 9.
      // The themes lie at the top, where people look for them.
      resources: [.copy("Demo"), .copy("../../themes")], swiftSettings: strict),

    // How fast it is, alone and beside others: see compare.py. And how much damage it bears.
    .executableTarget(
      name: "thaw-bench",
      dependencies: [
        "Kernels", "Files", "Images", "Network", "ModelFormats", "Datasets", "RunStore",
        "EngineInterface", "Training", "TerminalUI", "Workbench", "TestSupport",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      exclude: [
        "compare.py", "keras_applications.py", "keras_training.py", "Pictures/pictures.py",
      ],
      swiftSettings: strict),

    // Test targets, one for each target.
    .target(
      name: "TestSupport", dependencies: ["Files", "Kernels", "Network"],
      path: "Tests/TestSupport", swiftSettings: numeric),
    .testTarget(
      name: "NetworkTests", dependencies: ["Network", "Kernels", "TestSupport"],
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels"], swiftSettings: strict),
    .testTarget(
      name: "TrainingTests",
      dependencies: [
        "Training", "Network", "ModelFormats", "Kernels", "Files", "Images", "Datasets", "RunStore",
        "EngineInterface", "TestSupport",
      ], exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "RunStoreTests",
      dependencies: [
        "RunStore", "Network", "Kernels", "Files", "Safetensors", "EngineInterface", "TestSupport",
      ], swiftSettings: strict),
    .testTarget(
      name: "EngineInterfaceTests", dependencies: ["EngineInterface"],
      swiftSettings: strict),
    .testTarget(
      name: "ModelFormatsTests",
      dependencies: [
        "ModelFormats", "Network", "Images", "Kernels", "Datasets", "Files", "JSON", "Safetensors",
        "TestSupport",
        // Changes the graphs that it tests.
        .product(name: "SwiftProtobuf", package: "swift-protobuf"),
      ],
      exclude: ["Fixtures"], swiftSettings: strict),
    // The program as a person runs it, in a real pseudo-terminal.
    .testTarget(
      name: "EndToEndTests", dependencies: ["thaw", "thaw-bench", "Files", "TestSupport"],
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(name: "JSONTests", dependencies: ["JSON", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "SafetensorsTests", dependencies: ["Safetensors", "Files", "Kernels", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "ImagesTests", dependencies: ["Images", "Kernels", "Files", "TestSupport"],
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "FilesTests", dependencies: ["Files", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "WorkbenchTests",
      dependencies: ["Workbench", "TerminalUI", "EngineInterface", "Files"],
      exclude: ["Baselines"], swiftSettings: strict),
    .testTarget(
      name: "DatasetsTests",
      dependencies: ["Datasets", "Images", "Kernels", "Files", "CZlib", "TestSupport"],
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "TerminalUITests", dependencies: ["TerminalUI", "Files", "TestSupport"],
      exclude: ["Snapshots"], swiftSettings: strict),
    .testTarget(
      name: "CursesTerminalTests", dependencies: ["CursesTerminal", "TerminalUI", "TestSupport"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
