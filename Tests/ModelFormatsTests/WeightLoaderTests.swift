import Files
import Kernels
import Network
import Safetensors
import TestSupport
import Testing

@testable import ModelFormats

@Suite struct WeightLoaderTests {
  private static func moved(_ values: [Float], _ layout: WeightLayout, _ shape: [Int]) -> [Float] {
    let arrangement = layout.arrangement(of: shape)
    var result = [Float](repeating: .nan, count: values.count)
    values.withUnsafeBufferPointer { source in
      result.withUnsafeMutableBufferPointer {
        arrangement.copy(
          from: source.baseAddress!, to: $0.baseAddress!, count: values.count)
      }
    }
    return result
  }

  private static func counted(_ count: Int) -> [Float] { (0..<count).map { Float($0) } }

  @Test func convolutionsTurnFromOutputsFirst() {
    // [height, width, in, out] from [out, in, height, width].
    let shape = [2, 3, 4, 5]
    let found = Self.moved(Self.counted(120), .outputsFirst, shape)
    for (h, w, i, o) in [(0, 0, 0, 1), (1, 2, 3, 4), (1, 0, 2, 3), (0, 2, 1, 0)] {
      #expect(found[((h * 3 + w) * 4 + i) * 5 + o] == Float(((o * 4 + i) * 2 + h) * 3 + w))
    }
  }

  @Test func denseLayersAreTransposed() {
    #expect(Self.moved([1, 2, 3, 4, 5, 6], .outputsFirst, [3, 2]) == [1, 4, 2, 5, 3, 6])
  }

  @Test func flattenedImagesChangeTheirOrder() {
    // One output that reads 2×1 positions of 3 channels: c0p0 c0p1 c1p0 … → p0c0 p0c1 p0c2 p1c0 ….
    let layout = WeightLayout.outputsFirstFlattened(Shape(height: 2, width: 1, channels: 3))
    #expect(Self.moved([1, 2, 3, 4, 5, 6], layout, [6, 1]) == [1, 3, 5, 2, 4, 6])
  }

  @Test func depthwiseKernelsTurnTheirChannels() {
    // [height, width, channels, multiplier] from [channels · multiplier, 1, height, width].
    let found = Self.moved(Self.counted(24), .depthwiseFirst, [2, 1, 3, 4])
    for (h, c, m) in [(0, 0, 1), (1, 2, 3), (1, 0, 2)] {
      #expect(found[(h * 3 + c) * 4 + m] == Float((c * 4 + m) * 2 + h))
    }
  }

  @Test func kernelsAreTurnedBy180Degrees() {
    #expect(
      Self.moved([1, 2, 3, 4, 5, 6, 7, 8], .turned, [2, 2, 1, 2]) == [7, 8, 5, 6, 3, 4, 1, 2])
    #expect(Self.moved([1, 2], .turned, [2]) == [1, 2])
  }

  /// What is stored is what was read.
  @Test(arguments: [
    (WeightLayout.outputsFirst, [3, 5, 7, 37]), (.outputsFirst, [19, 33]), (.native, [4, 5]),
    (.outputsFirstFlattened(Shape(height: 2, width: 3, channels: 5)), [30, 17]),
    (.depthwiseFirst, [3, 3, 9, 2]), (.turned, [3, 2, 4, 18]), (.native, [7]),
  ])
  func storingIsTheInverse(layout: WeightLayout, shape: [Int]) {
    let count = shape.reduce(1, *)
    let values = Self.counted(count)
    let arrangement = layout.arrangement(of: shape)
    #expect(arrangement.storedShape.reduce(1, *) == count)
    let moved = Self.moved(values, layout, shape)
    #expect(moved.sorted() == values)
    var stored = [Float](repeating: .nan, count: count)
    moved.withUnsafeBufferPointer { source in
      stored.withUnsafeMutableBufferPointer { target in
        guard let start = source.baseAddress, let place = target.baseAddress else { return }
        arrangement.store(from: start, to: place, count: count)
      }
    }
    #expect(stored == values)
  }

  private let folder = TemporaryFolder()

  private func dense() throws -> (graph: Graph, places: [ParameterPlace]) {
    let graph = try Graph(
      name: "g", inputShape: Shape([3]),
      nodes: [Graph.Node(name: "fc", layer: Dense(units: 2), inputs: [""])])
    return (graph, StateDictionary.places(of: graph))
  }

  private func archive(_ tensors: [OutgoingTensor]) throws -> SafetensorsArchive {
    let path = folder.path + "/model.safetensors"
    try SafetensorsWriter.write(tensors, to: path)
    return try SafetensorsArchive(path: path)
  }

  @Test func aReportTellsWhatWasLoadedSkippedAndUnused() throws {
    let (graph, places) = try dense()
    var loader = WeightLoader(
      try archive([
        OutgoingTensor(name: "fc.weight", shape: [2, 3], values: .floats([1, 2, 3, 4, 5, 6])),
        OutgoingTensor(name: "fc.bias", shape: [2], values: .floats([7, .nan])),
        OutgoingTensor(name: "bn.num_batches_tracked", shape: [], values: .integers([9])),
        OutgoingTensor(name: "aux.weight", shape: [1], values: .floats([0])),
      ]), report: ImportReport(format: "safetensors"))
    let model = try loader.model(graph, places: places, skipping: StateDictionary.isCounter)
    #expect(model.allParameters[0].values.values == [1, 4, 2, 5, 3, 6])
    let report = loader.report
    #expect(report.loaded == ["fc/kernel", "fc/bias"])
    #expect(report.skipped == ["bn.num_batches_tracked"] && report.unused == ["aux.weight"])
    #expect(report.warnings == ["fc/bias has 1 values that are no numbers"])
  }

  @Test func missingAndMisshapenTensorsAreNamed() throws {
    let (graph, places) = try dense()
    let bias = OutgoingTensor(name: "fc.bias", shape: [2], values: .floats([1, 2]))
    let cases: [([OutgoingTensor], UnexpectedContent)] = [
      (
        [bias],
        UnexpectedContent(expected: "a tensor 'fc.weight' for fc/kernel", found: "none")
      ),
      (
        [
          bias,
          OutgoingTensor(name: "fc.weight", shape: [3, 2], values: .floats([1, 2, 3, 4, 5, 6])),
        ],
        UnexpectedContent(expected: "fc/kernel of shape 2×3", found: "3×2")
      ),
    ]
    for (tensors, error) in cases {
      var loader = WeightLoader(try archive(tensors), report: ImportReport(format: ""))
      #expect(throws: error) { try loader.model(graph, places: places) }
    }
  }

  @Test func valuesThatAreNoFloatsAreRefused() throws {
    let (graph, places) = try dense()
    var loader = WeightLoader(
      try archive([
        OutgoingTensor(name: "fc.weight", shape: [2, 3], values: .integers([1, 2, 3, 4, 5, 6])),
        OutgoingTensor(name: "fc.bias", shape: [2], values: .floats([1, 2])),
      ]), report: ImportReport(format: ""))
    #expect(throws: FormatError.self) { try loader.model(graph, places: places) }
  }
}
