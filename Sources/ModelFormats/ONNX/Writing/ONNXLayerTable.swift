import Kernels
import Network

/// One layer where it stands in a network, for those who write it.
struct ONNXSite {
  let layer: any Layer
  /// Values of the file that it reads, and their shapes here.
  let inputs: [String]
  let shapes: [Shape]
  let output: Shape
  let parameters: [Parameter]

  var input: String { inputs[0] }
  var shape: Shape { shapes[0] }

  func parameter(_ name: String) -> Parameter? {
    parameters.first { $0.specification.name == name }
  }
}

/// How each layer is written in ONNX' operators, one row a layer, by its kind.
enum ONNXLayerTable {
  /// Gives the name of the layer's value in the file.
  typealias Row = @Sendable (ONNXGraphWriter, ONNXSite) throws -> String

  static let rows: [String: Row] = weighted.merging(moving) { $1 }.merging(windows) { $1 }
    .merging(merging) { $1 }.merging(normalizations) { $1 }

  /// A row for layers of one type.
  static func row<L: Layer>(
    _ type: L.Type, _ write: @escaping @Sendable (ONNXGraphWriter, L, ONNXSite) throws -> String
  ) -> (String, Row) {
    (
      L.kind,
      { writer, site in
        guard let layer = site.layer as? L else {
          preconditionFailure("\(site.layer.kind) in the row of \(L.kind)")
        }
        return try write(writer, layer, site)
      }
    )
  }

  static func table(_ rows: [(String, Row)]) -> [String: Row] {
    Dictionary(uniqueKeysWithValues: rows)
  }
}
