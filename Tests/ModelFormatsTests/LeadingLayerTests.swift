import Images
import Kernels
import Network
import TestSupport
import Testing

@testable import ModelFormats

/// The range of pixels that a network expects, read from its first layers.
@Suite struct LeadingLayerTests {
  struct Case: Sendable, CustomStringConvertible {
    var description: String
    /// Scale and offset of each layer, for all channels or one by one.
    var layers: [([Float], [Float])]
    var pixels: PixelRange?
  }

  static let cases = [
    Case(description: "/ 255", layers: [([1 / 255], [0])], pixels: .bytes),
    Case(description: "/ 256", layers: [([1 / 256], [0])], pixels: .bytes),
    Case(description: "/ 127.5 - 1", layers: [([1 / 127.5], [-1])], pixels: .bytes),
    Case(description: "/ 127.5, - 1", layers: [([1 / 127.5], [0]), ([1], [-1])], pixels: .bytes),
    Case(
      description: "- 127.5, / 127.5", layers: [([1], [-127.5]), ([1 / 127.5], [0])], pixels: .bytes
    ),
    Case(description: "- 128, / 128", layers: [([1], [-128]), ([1 / 128], [0])], pixels: .bytes),
    Case(description: "1 - x / 255", layers: [([-1 / 255], [1])], pixels: .bytes),
    Case(description: "/ 255, - 0.5", layers: [([1 / 255], [0]), ([1], [-0.5])], pixels: .bytes),
    Case(description: "* 2 - 1", layers: [([2], [-1])], pixels: .unit),
    Case(description: "* 2, - 1", layers: [([2], [0]), ([1], [-1])], pixels: .unit),
    Case(description: "- 0.5, * 2", layers: [([1], [-0.5]), ([2], [0])], pixels: .unit),
    Case(description: "* 255", layers: [([255], [0])], pixels: .unit),
    Case(
      description: "* 255, - Caffe's means",
      layers: [([255], [0]), ([1], [-103.939, -116.779, -123.68])], pixels: .unit),
    Case(description: "+ 1, * 127.5", layers: [([1], [1]), ([127.5], [0])], pixels: .symmetric),
    Case(description: "* 127.5 + 127.5", layers: [([127.5], [127.5])], pixels: .symmetric),
    Case(description: "* 0.5 + 0.5", layers: [([0.5], [0.5])], pixels: .symmetric),
    Case(
      description: "Caffe's means", layers: [([1], [-103.939, -116.779, -123.68])], pixels: .bytes),
    Case(
      description: "ImageNet's statistics",
      layers: [
        ([1 / 0.229, 1 / 0.224, 1 / 0.225], [-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225])
      ], pixels: .unit),
    Case(
      description: "/ 255, ImageNet's statistics",
      layers: [
        ([1 / 255], [0]),
        ([1 / 0.229, 1 / 0.224, 1 / 0.225], [-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225]),
      ], pixels: .bytes),
    Case(
      description: "ImageNet's statistics of bytes",
      layers: [([1 / 58.4, 1 / 57.1, 1 / 57.4], [-123.7 / 58.4, -116.3 / 57.1, -103.5 / 57.4])],
      pixels: .bytes),
    Case(
      description: "MNIST's statistics", layers: [([1 / 0.3081], [-0.1307 / 0.3081])], pixels: .unit
    ),
    Case(
      description: "MNIST's statistics of bytes", layers: [([1 / 78.57], [-33.32 / 78.57])],
      pixels: .bytes),
    Case(
      description: "MNIST's statistics of -1..1", layers: [([1 / 0.6162], [0.7386 / 0.6162])],
      pixels: .symmetric),
    Case(description: "dark bytes", layers: [([1 / 8.0], [-0.9 / 8])], pixels: .bytes),
    Case(description: "nothing", layers: [], pixels: nil),
    Case(description: "the identity", layers: [([1], [0])], pixels: nil),
    Case(description: "a factor that says nothing", layers: [([3], [0])], pixels: nil),
    Case(description: "zero", layers: [([0], [0])], pixels: nil),
    Case(description: "no number", layers: [([.infinity], [.nan])], pixels: nil),
  ]

  private static func model(_ layers: [(String, any Layer)], input: Shape = Shape([8, 8, 3]))
    throws -> Model
  {
    var nodes: [Graph.Node] = []
    for (name, layer) in layers {
      nodes.append(Graph.Node(name: name, layer: layer, inputs: [nodes.last?.name ?? ""]))
    }
    return Model(
      initializing: try Graph(name: "led", inputShape: input, nodes: nodes), seed: 1,
      pool: WorkerPool(threads: 1))
  }

  private static let body: [(String, any Layer)] = [
    ("conv", Conv2D(filters: 2, window: Window(3))), ("flatten", Flatten()),
    ("output", Dense(units: 2)),
  ]

  @Test(arguments: cases) func rangeFollowsFromScalesAndOffsets(_ given: Case) throws {
    let layers: [(String, any Layer)] = given.layers.enumerated().map {
      ("scaling\($0)", Rescaling(scale: $1.0, offset: $1.1))
    }
    // What only moves pixels about may stand in between.
    let padded = layers.flatMap { [$0, ("\($0.0)_padding", ZeroPadding2D(.uniform(1)))] }
    for leading in [layers, padded] {
      let preparation = ImagePreparation(readFrom: try Self.model(leading + Self.body))
      #expect(preparation?.pixels == given.pixels, "\(preparation?.sentence ?? "nothing said")")
      guard let preparation, case .layers(let names, let effect) = preparation.origin else {
        #expect(preparation == nil)
        continue
      }
      #expect(names.first == "scaling0" && !effect.isEmpty)
    }
  }

  @Test func sentenceNamesLayerAndEffect() throws {
    let model = try Self.model(
      [("rescaling", Rescaling(scale: [1 / 127.5], offset: [-1]))] + Self.body)
    #expect(
      ImagePreparation(readFrom: model)?.sentence
        == "pixels enter as 0..255: rescaling makes -1..1 of it")
  }

  /// What a batch-norm at the entrance has measured says as much; a fresh one says nothing.
  @Test func leadingBatchNormTellsWhatItHasSeen() throws {
    for (mean, variance, pixels) in [
      (33.3, 6_170, .bytes), (0.13, 0.095, .unit), (-0.74, 0.38, .symmetric), (0, 1, nil),
    ] as [(Float, Float, PixelRange?)] {
      let model = try Self.model([("bn_data", BatchNormalization())] + Self.body)
      for parameter in model.parameters["bn_data"]! {
        switch parameter.specification.role {
        case .movingMean: parameter.values.pointer.update(repeating: mean, count: 3)
        case .movingVariance: parameter.values.pointer.update(repeating: variance, count: 3)
        default: break
        }
      }
      #expect(ImagePreparation(readFrom: model)?.pixels == pixels, "mean \(mean)")
    }
  }

  /// A layer behind weights says nothing of pixels, nor does one of two readers of them.
  @Test func onlyWhatLeadsSaysSomething() throws {
    let later = try Self.model(
      Self.body.prefix(1) + [("late", Rescaling(scale: [1 / 255], offset: [0]))]
        + Self.body.dropFirst())
    #expect(ImagePreparation(readFrom: later) == nil)
    let forked = try Graph(
      name: "forked", inputShape: Shape([8, 8, 3]),
      nodes: [
        .init(name: "a", layer: Rescaling(scale: [1 / 255], offset: [0]), inputs: [""]),
        .init(name: "b", layer: Add(), inputs: ["a", ""]),
        .init(name: "flatten", layer: Flatten(), inputs: ["b"]),
        .init(name: "output", layer: Dense(units: 2), inputs: ["flatten"]),
      ])
    let model = Model(initializing: forked, seed: 1, pool: WorkerPool(threads: 1))
    #expect(ImagePreparation(readFrom: model) == nil)
  }

  /// Factors for each channel, then for each value: they cannot be put together, and nothing traps.
  @Test func channelsThatAreCountedDifferentlyEndTheWalk() throws {
    let model = try Self.model([
      ("channels", Rescaling(scale: [1 / 255, 1 / 255, 1 / 255], offset: [0])),
      ("flatten", Flatten()),
      ("values", Rescaling(scale: Array(repeating: 2, count: 192), offset: [0])),
      ("norm", BatchNormalization()), ("output", Dense(units: 2)),
    ])
    #expect(ImagePreparation(readFrom: model)?.pixels == .bytes)
  }

  /// Keras' own files: adapted to numbers far from any picture, and to none.
  @Test func importedModelHasItWithItsOrigin() throws {
    let plain = try ModelFile.open(FixtureFile.path("pooling-keras3.h5"))
    #expect(plain.preparation == .assumed)
    let squeezed = try ModelFile.open(FixtureFile.demo("digits_0_to_4.h5"))
    #expect(squeezed.preparation.origin == .assumption)
  }
}
