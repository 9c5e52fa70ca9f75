import Kernels
import ModelFormats
import Network

/// Which loss goes with a network's end: softmax cross-entropy with a softmax or with plain logits,
/// binary cross-entropy with sigmoids, and with logits that a file says were trained by it.
package struct Objective {
  package enum Kind: Sendable {
    case softmax, binary

    package var title: String {
      self == .softmax ? "softmax cross-entropy" : "binary cross-entropy"
    }
  }

  package let kind: Kind
  /// The network with what makes probabilities taken off, and what puts it back on.
  let logits: Graph
  let activation: FinalActivation?
  /// What the file says that is not done, for a person; `nil` where there is nothing.
  package let note: String?
  /// The file's own smoothing, where its loss is the one that goes on.
  let labelSmoothing: Double

  package init(_ imported: ImportedModel) {
    let graph = imported.model.graph
    let removed = graph.removingFinalActivation()
    logits = removed?.graph ?? graph
    activation = removed?.activation
    let recorded = imported.loss
    let wanted: Kind? =
      switch recorded?.name {
      case "categorical_crossentropy", "sparse_categorical_crossentropy": .softmax
      case "binary_crossentropy": .binary
      default: nil
      }
    kind =
      switch removed?.activation.kind {
      case .softmax: .softmax
      case .sigmoid: .binary
      case nil: wanted ?? .softmax
      }
    let isTheFiles = recorded == nil || wanted == kind
    labelSmoothing = isTheFiles ? recorded?.labelSmoothing ?? 0 : 0
    let ending =
      switch removed?.activation.kind {
      case .softmax: " of a softmax"
      case .sigmoid: " of sigmoids"
      case nil: ""
      }
    note =
      isTheFiles
      ? nil
      : "the file's loss is \(recorded?.name ?? "")\(wanted == nil ? "" : ending), which Thaw does "
        + "not have: training minimises \(kind.title)"
  }

  /// How many classes the network's outputs stand for.
  package var capacity: Int {
    let outputs = logits.outputShape.count
    return kind == .binary ? BinaryCrossEntropy.capacity(outputs: outputs) : outputs
  }
}
