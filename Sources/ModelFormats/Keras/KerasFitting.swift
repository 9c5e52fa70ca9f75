import Images
import Network

/// How a network fits pictures of any size to its own: by a `Resizing` or `CenterCrop` among its first
/// layers. It stays in the graph, where numbers of another size enter unchanged; pictures are fitted
/// that way as they are read, once.
struct KerasFitting {
  let layer: String
  let size: ImageSize
  let fit: ImagePreparation.Fit
  /// `nil` where pictures are not read in that way.
  private let interpolation: Images.Interpolation?
  private let cutsOnly: Bool

  /// `nil` where the first layers do nothing of the kind.
  init?(_ flattening: KerasFlattening) throws(UnexpectedContent) {
    var source = KerasFlattening.Source.graphInput
    while let (index, layer) = Self.onlyReader(of: source, in: flattening) {
      let configuration = layer.configuration
      let className = configuration.className
      switch className {
      case "Resizing", "CenterCrop":
        self.layer = layer.name
        size = ImageSize(
          height: try configuration.integer("height"), width: try configuration.integer("width"))
        cutsOnly = className == "CenterCrop"
        let name = try configuration.text("interpolation", default: "bilinear")
        interpolation = cutsOnly ? nil : Images.Interpolation(rawValue: name.lowercased())
        let crops = try configuration.flag("crop_to_aspect_ratio", default: false)
        if cutsOnly || crops {
          fit = .crop
        } else {
          fit = try configuration.flag("pad_to_aspect_ratio", default: false) ? .pad : .squash
        }
        return
      case "Rescaling", "Normalization", "Identity": break
      default:
        guard KerasLayerTable.rows[className]?.reasonForDropping != nil else { return nil }
      }
      source = .layer(index)
    }
    return nil
  }

  private static func onlyReader(of source: KerasFlattening.Source, in flattening: KerasFlattening)
    -> (Int, KerasFlattening.Layer)?
  {
    let readers = flattening.layers.enumerated().filter { $0.element.inputs.contains(source) }
    return readers.count == 1 ? (readers[0].offset, readers[0].element) : nil
  }

  /// Tells a model how its pictures are fitted.
  func complete(_ imported: inout ImportedModel) {
    let origin = ImagePreparation.Origin.layers(
      [layer], effect: "makes \(size.height)×\(size.width) of pictures of any size")
    imported.preparation.fit = fit
    imported.preparation.fitOrigin = origin
    if let interpolation {
      imported.preparation.interpolation = interpolation
      imported.preparation.interpolationOrigin = origin
    }
    if cutsOnly {
      imported.report.warnings.append(
        "layer \(layer) (CenterCrop) cuts the middle out of pictures as large as they are: here they "
          + "are made as small as it first")
    }
  }
}
