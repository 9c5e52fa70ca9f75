import JSON
import Kernels
import Network

/// One layer of Keras', of those that one of ours becomes. The first reads what ours reads, each other
/// the one before it.
struct KerasWrittenLayer {
  /// What its name adds to that of our layer. The one with the weights adds nothing.
  var suffix = ""
  let className: String
  /// Where Keras finds the class.
  var module = "keras.layers"
  /// Beside name, type and whether it is trained.
  var configuration: [String: JSONValue] = [:]
  /// What it is called with beside the tensors.
  var arguments: [JSONValue] = []
  var keywords: [String: JSONValue] = [:]
  /// Of its output, where it is not our layer's.
  var shape: Shape?

  /// Whether it is a function of tensors, and no layer.
  var isOperation: Bool { module.hasPrefix("keras.src.ops") }
}

/// Writes the layers of one kind of ours: what a row of `KerasLayerTable` has beside its reading.
struct KerasLayerWriter: Sendable {
  typealias Write<L> =
    @Sendable (KerasLayerWriting) -> (L) throws(UnexpectedContent) -> [KerasWrittenLayer]

  let kind: String
  let write:
    @Sendable (any Layer, KerasLayerWriting) throws(UnexpectedContent) -> [KerasWrittenLayer]

  init<L: Layer>(_ type: L.Type, _ write: @escaping Write<L>) {
    kind = L.kind
    self.write = { (layer, writing) throws(UnexpectedContent) in
      guard let layer = layer as? L else {
        preconditionFailure("\(layer.kind) as \(L.kind)")
      }
      return try write(writing)(layer)
    }
  }
}

/// One layer of ours at its place in a graph, of which rows of `KerasLayerTable` make layers of Keras'.
struct KerasLayerWriting {
  typealias Written = KerasWrittenLayer

  let inputs: [Shape]
  let output: Shape
  /// Whether nothing that it reads is below 0.
  let isNonNegative: Bool

  var input: Shape { inputs[0] }

  /// An error that says all that Keras has.
  func lacking(_ what: String, found: String) -> UnexpectedContent {
    UnexpectedContent(expected: what, found: found)
  }

  /// A layer of this class with nothing else to say.
  static func plain(_ className: String) -> [Written] { [Written(className: className)] }

  static func pair(_ first: Int, _ second: Int) -> JSONValue {
    .array([.whole(first), .whole(second)])
  }

  /// One number where all are the same, else a list.
  static func numbers(_ values: [Float]) -> JSONValue {
    values.count == 1 ? .single(values[0]) : .array(values.map { .single($0) })
  }
}

extension KerasLayerWriting {
  static let channelsLast = JSONValue.string("channels_last")

  /// The window of a convolution, and the zeros that go around the image first.
  func convolutionWindow(_ window: Window) throws(UnexpectedContent)
    -> (padding: [Written], settings: [String: JSONValue])
  {
    let isStrided = window.strideHeight > 1 || window.strideWidth > 1
    guard !isStrided || window.dilationHeight == 1 && window.dilationWidth == 1 else {
      throw lacking("a stride or a dilation", found: "both, \(window.description)")
    }
    let (padding, isSame) = try framing(window, .zeros)
    return (
      padding,
      [
        "kernel_size": Self.pair(window.height, window.width),
        "strides": Self.pair(window.strideHeight, window.strideWidth),
        "dilation_rate": Self.pair(window.dilationHeight, window.dilationWidth),
        "padding": .string(isSame ? "same" : "valid"), "data_format": Self.channelsLast,
      ]
    )
  }

  /// What a window finds beyond the edges of an image.
  enum Beyond {
    /// Zeros of a convolution.
    case zeros
    /// Zeros that an average counts.
    case countedZeros
    /// Nothing: an average does not count it.
    case nothing
    /// Less than any value: a maximum never takes it.
    case lowest
  }

  /// How the image is made larger before a window moves over it without padding: by a layer in front,
  /// or by the rule SAME.
  func framing(_ window: Window, _ beyond: Beyond) throws(UnexpectedContent)
    -> (layers: [Written], isSame: Bool)
  {
    if window.padding == .same, beyond != .countedZeros { return ([], true) }
    let (height, width) = (input.dimensions[0], input.dimensions[1])
    let placed: PlacedWindow
    do throws(ShapeError) {
      placed = try window.placed(height: height, width: width)
    } catch {
      throw UnexpectedContent(expected: error.expected, found: error.found)
    }
    let hasOverhang = placed.overhangBottom > 0 || placed.overhangRight > 0
    var amounts = placed.padding
    amounts.bottom += placed.overhangBottom
    amounts.right += placed.overhangRight
    guard amounts != .none else { return ([], false) }
    let isSame = Self.isSame(window, amounts, height: height, width: width)
    let isUnstrided = window.strideHeight == 1 && window.strideWidth == 1
    let shape = Shape(
      height: height + amounts.top + amounts.bottom, width: width + amounts.left + amounts.right,
      channels: input.channels)
    let zeros = Self.zeroPadding(amounts, suffix: "_pad", shape: shape)
    switch beyond {
    case .zeros: return isSame && isUnstrided ? ([], true) : ([zeros], false)
    case .lowest where isSame, .nothing where isSame: return ([], true)
    case .lowest:
      // What no maximum is lower than.
      let lowest = Self.pad(
        amounts, mode: "constant", value: -.greatestFiniteMagnitude, suffix: "_pad", shape: shape)
      return ([isNonNegative ? zeros : lowest], false)
    case .countedZeros where !hasOverhang: return ([zeros], false)
    case .countedZeros, .nothing:
      throw lacking(
        "an average over whole windows, over those of the padding SAME, or over zeros that count",
        found: "\(window.description) with \(amounts.top), \(amounts.bottom) rows and "
          + "\(amounts.left), \(amounts.right) columns that do not count")
    }
  }

  /// Whether TensorFlow's rule puts the same amounts around an image of this size.
  private static func isSame(_ window: Window, _ amounts: Padding, height: Int, width: Int) -> Bool
  {
    let rows = Padding.same(
      size: height, kernel: window.height, stride: window.strideHeight,
      dilation: window.dilationHeight)
    let columns = Padding.same(
      size: width, kernel: window.width, stride: window.strideWidth,
      dilation: window.dilationWidth)
    return (rows.before, rows.after, columns.before, columns.after)
      == (amounts.top, amounts.bottom, amounts.left, amounts.right)
  }

  static func zeroPadding(_ amounts: Padding, suffix: String = "", shape: Shape? = nil) -> Written {
    Written(
      suffix: suffix, className: "ZeroPadding2D",
      configuration: [
        "padding": .array([pair(amounts.top, amounts.bottom), pair(amounts.left, amounts.right)]),
        "data_format": channelsLast,
      ], shape: shape)
  }

  /// Keras 3's operation.
  static func pad(
    _ amounts: Padding, mode: String, value: Float = 0, suffix: String = "", shape: Shape
  ) -> Written {
    Written(
      suffix: suffix, className: "Pad", module: "keras.src.ops.numpy",
      configuration: [
        "pad_width": .array([
          pair(0, 0), pair(amounts.top, amounts.bottom), pair(amounts.left, amounts.right),
          pair(0, 0),
        ]), "mode": .string(mode),
      ], keywords: ["constant_values": mode == "constant" ? .single(value) : .null], shape: shape)
  }
}
