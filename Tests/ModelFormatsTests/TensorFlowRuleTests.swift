import Files
import Foundation
import SwiftProtobuf
import TestSupport
import Testing

@testable import ModelFormats

/// That the right class comes first proves nothing: each rule of TensorFlow's, taken otherwise, is another
/// network, and its numbers say so.
@Suite struct TensorFlowRuleTests {
  struct Change: CustomTestStringConvertible, Sendable {
    let file: String
    let node: String
    let words: String
    let make: @Sendable (inout TFNodeDef) -> Void

    var testDescription: String { "\(file): \(node) \(words)" }

    static func number(_ file: String, _ node: String, _ key: String, _ value: Float) -> Change {
      Change(file: file, node: node, words: "\(key) \(value)") { $0.attr[key]?.f = value }
    }

    static func count(_ file: String, _ node: String, _ key: String, _ value: Int64) -> Change {
      Change(file: file, node: node, words: "\(key) \(value)") { $0.attr[key]?.i = value }
    }

    static func counts(_ file: String, _ node: String, _ key: String, _ values: [Int64]) -> Change {
      Change(file: file, node: node, words: "\(key) \(values)") { $0.attr[key]?.list.i = values }
    }

    static func flag(_ file: String, _ node: String, _ key: String, _ value: Bool) -> Change {
      Change(file: file, node: node, words: "\(key) \(value)") { $0.attr[key]?.b = value }
    }

    static func word(_ file: String, _ node: String, _ key: String, _ value: String) -> Change {
      Change(file: file, node: node, words: "\(key) \(value)") {
        $0.attr[key]?.s = Data(value.utf8)
      }
    }

    static func operation(_ file: String, _ node: String, _ name: String) -> Change {
      Change(file: file, node: node, words: "is a \(name)") { $0.op = name }
    }

    static func order(_ file: String, _ node: String, _ first: Int, _ second: Int) -> Change {
      Change(file: file, node: node, words: "takes \(second) for \(first)") {
        $0.input.swapAt(first, second)
      }
    }

    static func constant(_ file: String, _ node: String, _ value: Float) -> Change {
      Change(file: file, node: node, words: "\(value)") {
        $0.attr["value"]?.tensor.floatVal = [value]
      }
    }

    static func constants(_ file: String, _ node: String, _ values: [Int32]) -> Change {
      Change(file: file, node: node, words: "\(values)") { node in
        node.attr["value"]?.tensor.tensorContent = values.withUnsafeBytes { Data($0) }
      }
    }
  }

  static let changes: [Change] = [
    .word("windows", "same2/Conv2D", "padding", "VALID"),
    .counts("windows", "explicit/Conv2D", "explicit_paddings", [0, 0, 0, 1, 2, 0, 0, 0]),
    .counts("windows", "gaps/Conv2D", "dilations", [1, 1, 1, 1]),
    .counts("windows", "gaps/Conv2D", "dilations", [1, 2, 1, 1]),
    .word("windows", "depth/depthwise", "padding", "VALID"),
    .operation("windows", "average", "MaxPool"), .operation("windows", "largest", "AvgPool"),
    .order("windows", "both", 0, 1),
    .constants("windows", "border/paddings", [0, 0, 1, 0, 0, 2, 0, 0]),
    .operation("windows", "explicit/Elu", "Selu"), .operation("windows", "gaps/Relu6", "Elu"),
    .constants("gaps", "SpaceToBatchND/paddings", [3, 2, 3, 3]),
    .number("norms", "one/BatchNorm/FusedBatchNorm", "epsilon", 0.2),
    .order("norms", "one/BatchNorm/FusedBatchNorm", 1, 2),
    .order("norms", "one/BatchNorm/FusedBatchNorm", 3, 4),
    .constant("norms", "two/bn/batchnorm/add/y", 0.1),
    .constant("norms", "three/bn/batchnorm/add/y", 0.001),
    .number("norms", "four/bn/scaled", "variance_epsilon", 0.3),
    .flag("norms", "four/bn/scaled", "scale_after_normalization", false),
    .flag("norms", "five/bn/plain", "scale_after_normalization", true),
    .order("norms", "four/bn/scaled", 1, 3), .order("norms", "four/bn/scaled", 3, 4),
    .number("norms", "three/LeakyRelu", "alpha", 0.2),
    .number("norms", "lrn", "alpha", 0.3 / 5), .number("norms", "lrn", "bias", 1),
    .number("norms", "lrn", "beta", 0.75), .count("norms", "lrn", "depth_radius", 1),
    .order("branches", "grouped/concat", 0, 1),
    .flag("branches", "legacy", "half_pixel_centers", true),
    .flag("branches", "near", "half_pixel_centers", false),
    .flag("branches", "corners", "align_corners", false),
  ]

  @Test(arguments: changes) func aWrongRuleShows(change: Change) throws {
    var graph = try TFGraphDef(
      serializedBytes: FixtureFile.bytes("tensorflow/\(change.file).pb"))
    let place = try #require(
      graph.node.firstIndex { $0.name == change.node }, "\(graph.node.map(\.name))")
    let before = graph.node[place]
    change.make(&graph.node[place])
    #expect(try graph.node[place].serializedData() != before.serializedData())
    let folder = TemporaryFolder()
    let path = try folder.write(Array(graph.serializedData()), to: "graph.pb")
    do {
      let model = try ModelFile.open(path).model
      let expected = try TensorFlowGraphTests.expected(change.file)
      let answers = TensorFlowGraphTests.answers(model, batch: expected.shape[0])
      #expect(TensorFlowGraphTests.difference(answers, expected.values) > 1e-3)
    } catch is FormatError {
      // What no longer fits tells by itself.
    }
  }
}
