import Files
import Images
import JSON
import Kernels
import Network
import TestSupport
import Testing

@testable import ModelFormats

/// Models written for Keras, and read again. That Keras' own loader takes such files is what
/// `Tests/Interoperability` checks.
@Suite struct KerasExportTests {
  private static let containers: [(container: KerasExport.Container, ending: String)] = [
    (.archive, "keras"), (.hdf5, "h5"),
  ]

  /// All layers that Keras has and Thaw reads. One with resizing that Keras' layer does not have is
  /// left out, and those of an open size.
  static let names = KerasOutputTests.names.filter {
    $0 != "preparing-keras2" && !$0.hasPrefix("open_size")
  }

  private func again(
    _ model: Model, _ export: KerasExport = KerasExport(), as container: KerasExport.Container
  ) throws -> ImportedModel {
    let folder = TemporaryFolder()
    let path = folder("model")
    try export.write(model, as: container, to: path)
    #expect(try Folder.names(in: folder(".")) == ["model"])
    return try ModelFile.open(path)
  }

  @Test(arguments: names) func whatIsWrittenReadsTheSame(name: String) throws {
    let expected = try #require(try KerasExpectation.all()[name])
    let imported = try ModelFile.open(FixtureFile.path("\(name).h5"))
    for (container, _) in Self.containers {
      var export = KerasExport()
      export.frozenLayers = imported.frozenLayers
      export.trainingRules = imported.trainingRules
      let read = try again(imported.model, export, as: container)
      #expect(expected.distance(from: read.model) <= 2e-5)
      #expect(read.report.unused.isEmpty && read.report.mismatched.isEmpty)
      // The same bits, layer by layer.
      func values(_ model: Model) -> [[UInt32]] {
        model.allParameters.map { $0.values.values.map(\.bitPattern) }.sorted {
          $0.lexicographicallyPrecedes($1)
        }
      }
      #expect(values(read.model) == values(imported.model))
      #expect(read.frozenLayers.count == imported.frozenLayers.count)
      let limits = imported.trainingRules.constraints.filter {
        if case .maxNorm = $0.value { true } else { false }
      }
      #expect(read.trainingRules.constraints.count == limits.count)
      let norms = imported.trainingRules.regularizers.filter {
        if case .norms = $0.value { true } else { false }
      }
      #expect(read.trainingRules.regularizers.count == norms.count)
    }
  }

  @Test func classNamesAndPreparationTravelAlong() throws {
    let imported = try ModelFile.open(FixtureFile.path("pooling-keras3.h5"))
    var export = KerasExport()
    let classes = imported.model.graph.outputShape.channels
    export.classNames = (0..<classes).map { "class \"\($0)\" é" }
    var preparation = ImagePreparation(pixels: .unit, origin: .family("torchvision's ResNets"))
    (preparation.mean, preparation.deviation) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    (preparation.fit, preparation.fraction) = (.crop, 0.875)
    export.preparation = preparation
    for (container, _) in Self.containers {
      let read = try again(imported.model, export, as: container)
      #expect(read.classNames == export.classNames && read.preparation == preparation)
    }
  }

  private func model(_ layers: [(String, any Layer)], input: Shape) throws -> Model {
    var nodes: [Graph.Node] = []
    for (name, layer) in layers {
      nodes.append(Graph.Node(name: name, layer: layer, inputs: [nodes.last?.name ?? ""]))
    }
    return Model(
      initializing: try Graph(name: "net", inputShape: input, nodes: nodes), seed: 3,
      pool: WorkerPool(threads: 1))
  }

  private func distance(_ model: Model, _ other: Model) -> Float {
    let count = model.graph.inputShape.count
    let image = FloatBuffer((0..<count).map { Float($0 * 7919 % 1009) / 1009 * 2 - 1 })
    func run(_ model: Model) -> [Float] {
      GraphRunner(model: model, batch: 1, pool: WorkerPool(threads: 1)).run(image).values
    }
    let (found, expected) = (run(other), run(model))
    guard found.count == expected.count else { return .infinity }
    return zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
  }

  /// What other frameworks have and Keras has in another way.
  @Test func paddingAndWindowsOfOtherFrameworksAreExpressed() throws {
    let layers: [(String, any Layer)] = [
      // Of values of both signs: zeros would win against some.
      ("pool.first", MaxPooling2D(window: Window(3, stride: 2, padding: .all(1)))),
      ("conv.1", Conv2D(filters: 4, window: Window(3, stride: 2, padding: .all(1)))),
      ("relu.1", ActivationLayer(.relu)),
      ("pool.1", MaxPooling2D(window: Window(2, stride: 2, rounding: .up))),
      ("shuffle", ChannelShuffle(groups: 2)),
      ("mean", AveragePooling2D(window: Window(3, padding: .all(1)), countsPadding: true)),
      ("same", AveragePooling2D(window: Window(3, padding: .all(1)))),
      ("act", ActivationLayer(.hardSigmoid(slope: 0.2, offset: 0.5))),
      ("power", ActivationLayer(.power(exponent: 3, scale: 2, shift: 1))),
      ("mirror", Padding2D(.uniform(1), content: .reflect)),
      ("slope", PReLU(sharing: .all)), ("group", GroupNormalization(groups: 2)),
      ("drop", Dropout(rate: 0.25, sharedAxes: [0, 1])), ("flat", Flatten()),
      ("head/dense", Dense(units: 3, appliesSoftmax: true)),
    ]
    let model = try model(layers, input: Shape(height: 21, width: 18, channels: 3))
    for (container, _) in Self.containers {
      let read = try again(model, as: container).model
      #expect(distance(model, read) < 1e-6)
      let drop = read.graph.nodes.compactMap { $0.layer as? Dropout }
      #expect(drop == [Dropout(rate: 0.25, sharedAxes: [0, 1])])
      // Keras takes no slash in a name.
      #expect(read.graph.index(of: "head_dense") != nil && read.graph.index(of: "conv.1") != nil)
    }
  }

  @Test func whatKerasHasNotIsNamed() throws {
    let cases: [(layer: any Layer, found: String)] = [
      (
        AveragePooling2D(window: Window(3, stride: 2, padding: .all(1))),
        "3×3/2 with 1, 1 rows and 1, 1 columns that do not count"
      ),
      (Conv2D(filters: 2, window: Window(3, stride: 2, dilation: 2)), "both, 3×3/2·2"),
      (Padding2D(.uniform(2), content: .circular), "2 2 · 2 2 circular"),
    ]
    for (layer, found) in cases {
      let model = try model([("odd", layer)], input: Shape(height: 10, width: 10, channels: 2))
      let folder = TemporaryFolder()
      let path = folder("model.keras")
      let error = #expect(throws: FormatError.self) {
        try KerasExport().write(model, as: .archive, to: path)
      }
      #expect(error?.found == found)
      #expect(error?.expected.hasPrefix("layer 'odd' (\(layer.kind)) as Keras has it: ") == true)
      #expect(try Folder.names(in: folder(".")).isEmpty)
    }
  }

  @Test func aPlaceThatCannotBeWrittenIsAnError() throws {
    let model = try model([("flat", Flatten())], input: Shape(height: 2, width: 2, channels: 1))
    for (container, ending) in Self.containers {
      #expect(throws: FileError.self) {
        try KerasExport().write(model, as: container, to: "/nowhere/model.\(ending)")
      }
    }
  }

  /// Keras writes layers in the order in which it keeps them, which is not that of their making.
  @Test(arguments: ["branches-keras3.json"]) func orderIsThatOfKeras(name: String) throws {
    let config = try JSONValue.parse(FixtureFile.bytes("KerasArchives/\(name)"))
    let model = try KerasModelDefinition(config)
    guard case .functional(_, let output) = model.wiring else { return }
    // Beginning where the file does not: the order must not come from there.
    let names = model.layers.map(\.name).sorted()
    var sorted: [String] = []
    var left = names
    while !left.isEmpty {
      let next = try #require(
        left.first { name in
          let layer = model.layers.first { $0.name == name }
          return layer?.calls.allSatisfy { $0.inputs.allSatisfy { sorted.contains($0.layer) } }
            ?? false && name != output.layer || left.count == 1
        })
      left.removeAll { $0 == next }
      sorted.append(next)
    }
    let reads = sorted.map { name in
      model.layers.first { $0.name == name }?.calls.first?.inputs.compactMap {
        sorted.firstIndex(of: $0.layer)
      } ?? []
    }
    #expect(KerasLayerOrder.sorted(reads).map { sorted[$0] } == model.layers.map(\.name))
  }
}
