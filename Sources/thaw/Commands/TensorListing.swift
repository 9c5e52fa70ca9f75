import Files
import ModelFormats

/// A file of weights of a network that is not known, as `inspect` shows it.
struct TensorListing: Encodable {
  struct Tensor: Encodable {
    let name: String
    let shape: [Int]
    let type: String
  }

  /// The known network that comes nearest.
  struct Nearest: Encodable {
    let architecture: String
    let dialect: String
    /// Weights that are as they should be.
    let matches: Int
    /// The first few of the others.
    let differences: [String]
    let differenceCount: Int
  }

  let format: String
  let tensors: [Tensor]
  let skipped: [String]
  let nearest: Nearest?

  init(_ weights: UnrecognizedWeights) {
    format = weights.format
    skipped = weights.skipped
    tensors = weights.tensors.map {
      Tensor(name: $0.name, shape: $0.stored.shape, type: $0.stored.type)
    }
    nearest = weights.nearest.map {
      Nearest(
        architecture: $0.name, dialect: $0.dialect.rawValue, matches: $0.matches,
        differences: $0.differences, differenceCount: $0.differenceCount)
    }
  }

  /// A table for a person.
  var lines: [String] {
    let rows =
      [["tensor", "shape", "type"]]
      + tensors.map { [$0.name, $0.shape.isEmpty ? "–" : NumberText.shape($0.shape), $0.type] }
    var lines = [
      "\(NumberText.quantity(tensors.count, "tensor")) of a network that is not known: \(format)"
    ]
    if let nearest {
      let more = nearest.differenceCount - nearest.differences.count
      lines.append(
        "nearest is \(nearest.architecture) (\(nearest.dialect)), with "
          + "\(NumberText.quantity(nearest.matches, "weight")) in common")
      lines += nearest.differences.map { "  but \($0)" }
      if more > 0 { lines.append("  and \(NumberText.quantity(more, "difference")) more") }
    } else {
      lines.append("nothing in common with any network that Thaw knows")
    }
    return lines + [""] + TextTable.lines(rows, right: []) + skipped.map { "skipped: \($0)" }
  }
}
