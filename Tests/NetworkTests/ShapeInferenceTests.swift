import Kernels
import Testing

@testable import Network

@Suite struct ShapeInferenceTests {
  /// ⌈size / stride⌉, the odd zero at the end: TensorFlow's own examples.
  @Test(arguments: [
    (224, 7, 2, 1, 112, 2, 3), (224, 3, 2, 1, 112, 0, 1), (5, 3, 1, 1, 5, 1, 1),
    (6, 2, 3, 1, 2, 0, 0), (7, 3, 1, 2, 7, 2, 2), (3, 1, 2, 1, 2, 0, 0),
  ])
  func samePaddingFollowsTensorFlow(
    size: Int, kernel: Int, stride: Int, dilation: Int, output: Int, before: Int, after: Int
  ) throws {
    let window = Window(kernel, stride: stride, dilation: dilation, padding: .same)
    let placed = try window.placed(height: size, width: size)
    #expect(placed.outputHeight == output)
    #expect(placed.padding == Padding(top: before, bottom: after, left: before, right: after))
  }

  @Test func roundingUpKeepsALastWindowThatStartsInside() throws {
    let up = try Window(3, stride: 2, rounding: .up).placed(height: 112, width: 113)
    #expect(up.outputHeight == 56 && up.outputWidth == 56)
    #expect(up.overhangBottom == 1 && up.overhangRight == 0)
    // Torch and Caffe drop a window that would start in the padding behind the image.
    let dropped = try Window(2, stride: 3, padding: .all(1), rounding: .up)
      .placed(height: 5, width: 6)
    #expect(dropped.outputHeight == 2 && dropped.outputWidth == 3)
  }

  struct Refusal: CustomTestStringConvertible, Sendable {
    let layer: any Layer
    let inputs: [Shape]
    let message: String
    init(_ layer: any Layer, _ inputs: [[Int]], _ message: String) {
      self.layer = layer
      self.inputs = inputs.map { Shape($0) }
      self.message = message
    }
    var testDescription: String { "\(layer.kind) on \(inputs)" }
  }

  static let huge = 1 << 40
  static let refusals = [
    Refusal(Dense(units: huge), [[3]], "a number of units"),
    Refusal(Dense(units: 0), [[3]], "a number of units"),
    Refusal(Dense(units: 1 << 20), [[1 << 20]], "values"),
    Refusal(Dense(units: 2, activation: .relu, appliesSoftmax: true), [[3]], "one activation"),
    Refusal(Conv2D(filters: huge, window: Window(3)), [[5, 5, 3]], "filters"),
    Refusal(Conv2D(filters: -1, window: Window(3)), [[5, 5, 3]], "filters"),
    Refusal(Conv2D(filters: 4, window: Window(huge)), [[5, 5, 3]], "a kernel size"),
    Refusal(Conv2D(filters: 4, window: Window(0)), [[5, 5, 3]], "a kernel size"),
    Refusal(Conv2D(filters: 4, window: Window(3, stride: 0)), [[5, 5, 3]], "a stride"),
    Refusal(Conv2D(filters: 4, window: Window(3, stride: .max)), [[5, 5, 3]], "a stride"),
    Refusal(Conv2D(filters: 4, window: Window(3, dilation: huge)), [[5, 5, 3]], "a dilation"),
    Refusal(Conv2D(filters: 4, window: Window(1, padding: .all(huge))), [[5, 5, 3]], "a padding"),
    Refusal(Conv2D(filters: 4, window: Window(1, padding: .all(-1))), [[5, 5, 3]], "a padding"),
    Refusal(Conv2D(filters: 4, window: Window(6)), [[5, 5, 3]], "at least 6 pixels, found 5"),
    Refusal(Conv2D(filters: 4, window: Window(1), groups: 0), [[5, 5, 3]], "groups"),
    Refusal(Conv2D(filters: 4, window: Window(1), groups: 2), [[5, 5, 3]], "2 groups divide"),
    Refusal(Conv2D(filters: 1 << 24, window: Window(1)), [[64, 64, 1]], "values"),
    Refusal(Conv2D(filters: 4, window: Window(1)), [[5]], "height × width × channels, found 5"),
    Refusal(Conv2D(filters: 4, window: Window(1)), [], "1 input, found 0"),
    Refusal(DepthwiseConv2D(window: Window(1), multiplier: huge), [[5, 5, 3]], "multiplier"),
    Refusal(DepthwiseConv2D(window: Window(1), multiplier: 1 << 23), [[5, 5, 3]], "a dimension"),
    Refusal(MaxPooling2D(window: Window(2, dilation: 2)), [[5, 5, 3]], "without dilation"),
    Refusal(
      MaxPooling2D(window: Window(1 << 12, padding: .all(1 << 11))), [[5, 5, 3]],
      "a window of fewer"
    ),
    Refusal(AveragePooling2D(window: Window(2), divisor: 0), [[5, 5, 3]], "a divisor"),
    Refusal(AdaptiveAveragePooling2D(height: 0, width: 1), [[5, 5, 3]], "a height or width"),
    Refusal(AdaptiveMaxPooling2D(height: 1, width: huge), [[5, 5, 3]], "a height or width"),
    Refusal(AdaptiveMaxPooling2D(height: 1, width: 1), [[1 << 13, 1 << 13, 1]], "parts of fewer"),
    Refusal(LocalResponseNormalization(size: 0), [[5, 5, 3]], "a size"),
    Refusal(LocalResponseNormalization(size: huge), [[5, 5, 3]], "a size"),
    Refusal(LocalResponseNormalization(size: 4, region: .space), [[5, 5, 3]], "an odd size"),
    Refusal(
      LocalResponseNormalization(size: 3, region: .channels(before: 3)), [[5, 5, 3]],
      "channels before"),
    Refusal(LocalResponseNormalization(size: 3, alpha: .nan), [[5, 5, 3]], "finite numbers"),
    Refusal(GroupNormalization(groups: 2), [[5, 5, 3]], "2 groups divide"),
    Refusal(GroupNormalization(groups: 0), [[5, 5, 3]], "a number of groups"),
    Refusal(ChannelShuffle(groups: 2), [[5, 5, 3]], "2 groups divide"),
    Refusal(Scale(hasGamma: false, hasBeta: false), [[5]], "a factor or an offset"),
    Refusal(BlurPooling2D(size: huge), [[5, 5, 3]], "a filter's size"),
    Refusal(BlurPooling2D(size: 5), [[2, 9, 3]], "at most 1 rows or columns of reflect"),
    Refusal(BlurPooling2D(content: .constant(1)), [[5, 5, 3]], "zeros or the image"),
    Refusal(Padding2D(.uniform(-2), content: .replicate), [[4, 9, 3]], "larger than what is cut"),
    Refusal(ZeroPadding2D(.uniform(-huge)), [[4, 9, 3]], "a padding"),
    Refusal(Padding2D(.uniform(1), content: .replicate), [[1 << 14, 9, 3]], "a padded height"),
    Refusal(Padding2D(.uniform(3), content: .reflect), [[3, 9, 3]], "at most 2 rows or columns"),
    Refusal(Padding2D(.uniform(4), content: .circular), [[3, 9, 3]], "at most 3 rows or columns"),
    Refusal(
      Slice([Slice.Axis(start: huge, step: huge, count: huge)]), [[5]], "a slice within 5 values"),
    Refusal(
      Slice([Slice.Axis(start: 0, step: .min, count: 2)]), [[5]], "a slice within 5 values"),
    Refusal(ZeroPadding2D(.uniform(huge)), [[5, 5, 3]], "a padding"),
    Refusal(Reshape([huge, huge]), [[6]], "a dimension"),
    Refusal(Reshape([-1, -1]), [[6]], "a dimension"),
    Refusal(Reshape([-1, 4]), [[6]], "a shape of 6 values"),
    Refusal(Reshape([0]), [[6]], "a dimension"),
    Refusal(Reshape([]), [[6]], "dimensions"),
    Refusal(Add(), [[2, 2, 3]], "2 inputs or more"),
    Refusal(Add(), [[2, 2, 3], [2, 2, 1]], "one shape"),
    Refusal(Multiply(), [[2, 2, 3], [2, 1, 3]], "1×1×3"),
    Refusal(Concatenate(), [[2, 2, 3], [2, 1, 3]], "channels only"),
    Refusal(
      Concatenate(), [[2, 2, 1 << 24], [2, 2, 1 << 24]], "a dimension"),
    Refusal(Rescaling(scale: [1, 2], offset: [0]), [[2, 2, 3]], "1 or 3"),
    Refusal(GlobalMaxPooling2D(), [[4]], "height × width × channels"),
  ]

  @Test(arguments: refusals)
  func senselessSizesAreRefusedWithExpectedAndFound(refusal: Refusal) {
    #expect {
      try refusal.layer.outputShape(for: refusal.inputs)
    } throws: { error in
      "\(error)".contains(refusal.message) && "\(error)".contains("found")
    }
  }

  @Test func productsThatDoNotFitDoNotTrap() {
    #expect(Shape([.max, .max, 2]).count == .max)
    #expect(Shape([.max, 2, 2]).positions == .max)
    #expect(throws: ShapeError.self) { try Shape([.max, 2]).checked() }
    #expect(throws: ShapeError.self) { try Shape([1 << 20, 1 << 20]).checked() }
    #expect(throws: ShapeError.self) { try Shape([3, 0]).checked() }
  }

  @Test func fansFollowKeras() {
    func initializer(_ layer: any Layer, _ input: [Int]) -> Initializer {
      layer.parameters(for: [Shape(input)])[0].initializer
    }
    #expect(
      initializer(Conv2D(filters: 8, window: Window(3), groups: 2), [5, 5, 4])
        == .glorotUniform(fanIn: 18, fanOut: 72))
    #expect(initializer(Dense(units: 5), [7]) == .glorotUniform(fanIn: 7, fanOut: 5))
    #expect(
      initializer(DepthwiseConv2D(window: Window(3), multiplier: 2), [5, 5, 4])
        == .glorotUniform(fanIn: 36, fanOut: 18))
  }
}

/// What one layer may give for one image.
struct OutputLimitTests {
  @Test(arguments: [(1 << 13, 4, true), (1 << 13, 5, false), (1 << 14, 4, false)])
  func aLayerBeyondAGigabyteAnImageIsRefused(side: Int, channels: Int, fits: Bool) throws {
    let shape = Shape(height: side, width: side, channels: channels)
    let node = Graph.Node(name: "x", layer: ActivationLayer(.relu), inputs: [Graph.inputName])
    let small = Shape(height: side - 2, width: side - 2, channels: channels)
    let pad = Graph.Node(
      name: "x", layer: ZeroPadding2D(.uniform(1)),
      inputs: [Graph.inputName])
    for (input, node) in [(shape, node), (small, pad)] {
      if fits {
        _ = try Graph(name: "g", inputShape: input, nodes: [node])
      } else {
        let error = #expect(throws: GraphError.self) {
          try Graph(name: "g", inputShape: input, nodes: [node])
        }
        #expect("\(try #require(error))".contains("GB"))
      }
    }
  }
}
