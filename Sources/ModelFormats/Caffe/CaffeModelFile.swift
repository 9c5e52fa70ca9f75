import Files
import Images
import Kernels
import Network

/// Caffe's networks: a `.caffemodel` alone or with a prototxt, a prototxt with the weights beside it, a
/// folder with both, weights in HDF5.
enum CaffeModelFile {
  /// Weights and the file that they are in.
  private struct Weights {
    let path: String
    let archive: any TensorArchive
    /// The net that came with them.
    var net: CaffeNet?
  }

  /// A file of weights, which holds the net that they were trained in.
  static func readWeights(path: String, options: OpeningOptions) throws -> ImportedModel {
    try read(weights(path: path), options: options)
  }

  /// Weights in HDF5, without a net.
  static func readHDF5(
    _ archive: CaffeHDF5Weights, path: String, options: OpeningOptions
  ) throws -> ImportedModel {
    try read(Weights(path: path, archive: archive), options: options)
  }

  /// A description, with the one file of weights that lies beside it.
  static func readText(path: String, options: OpeningOptions) throws -> ImportedModel {
    let net = try CaffeNet.text(path: path)
    let folder = splitPath(path).folder
    let found = try weightNames(in: folder)
    guard found.count <= 1 else {
      throw FormatError(
        path: path, expected: "one file of weights beside it",
        found: "\(list(found)); open the one that is meant")
    }
    let none = MessageArchive(tensorNames: [], tensors: [:])
    let weights = try found.first.map { try Self.weights(path: joinPath(folder, $0)) }
    return try naming(path) {
      try model(
        net, described: path, weights ?? Weights(path: path, archive: none), options: options)
    }
  }

  /// A folder with both.
  static func readFolder(path: String, options: OpeningOptions) throws -> ImportedModel {
    let found = try weightNames(in: path)
    guard found.count == 1 else {
      throw FormatError(
        path: path, expected: "one file of Caffe's weights in the folder", found: list(found))
    }
    let weights = try weights(path: joinPath(path, found[0]))
    guard let (net, description) = try description(in: path) else {
      return try read(weights, options: options)
    }
    return try naming(description) {
      try model(net, described: description, weights, options: options)
    }
  }

  /// Names of files with Caffe's weights.
  static func weightNames(in folder: String) throws -> [String] {
    try Folder.names(in: folder).filter {
      $0.hasSuffix(".caffemodel") || $0.hasSuffix(".caffemodel.h5")
    }
  }

  private static func weights(path: String) throws -> Weights {
    let file = try InputFile(path: path)
    if path.hasSuffix(".h5") {
      guard let archive = CaffeHDF5Weights(try HDF5Archive(path: path)) else {
        throw FormatError(path: path, expected: "Caffe's weights in HDF5", found: "others")
      }
      return Weights(path: path, archive: archive)
    }
    return try naming(path) {
      let net = try CaffeNet(file)
      return Weights(path: path, archive: net.archive, net: net)
    }
  }

  /// The net that came with the weights, else the one that lies beside them.
  private static func read(_ weights: Weights, options: OpeningOptions) throws -> ImportedModel {
    let folder = splitPath(weights.path).folder
    var problem: UnexpectedContent?
    if let net = weights.net, !net.layers.isEmpty {
      do {
        return try model(net, described: weights.path, weights, options: options)
      } catch let error as UnexpectedContent {
        problem = error
      }
    }
    // A net that was trained often does not say how large its images are: a description for use does.
    guard let (net, path) = try description(in: folder) else {
      let none = UnexpectedContent(
        expected: "a net in the file, or one .prototxt beside it", found: "none")
      throw (problem ?? none).formatError(path: weights.path)
    }
    return try naming(path) {
      try model(net, described: path, weights, options: options)
    }
  }

  /// The one description in a folder, or the one of several that is for use.
  private static func description(in folder: String) throws -> (CaffeNet, String)? {
    let paths = try Folder.names(in: folder).filter { $0.hasSuffix(".prototxt") }.map {
      joinPath(folder, $0)
    }
    // Solvers are prototxt, too, and have no layers.
    let nets = try paths.map { (try CaffeNet.text(path: $0), $0) }.filter { !$0.0.layers.isEmpty }
    guard nets.count > 1 else { return nets.first }
    let used = nets.filter { net, _ in
      net.message.has("input") || net.layers.contains { $0.type == "Input" }
    }
    guard used.count == 1 else {
      throw FormatError(
        path: folder, expected: "one deploy.prototxt",
        found: list(nets.map { splitPath($0.1).name }))
    }
    return used[0]
  }

  private static func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.map { "'\(printable($0, limit: 80))'" }.joined(separator: ", ")
  }
}

/// The model.
extension CaffeModelFile {
  /// What nobody misses: how and where a net was trained.
  private static let ignored: Set<String> = [
    "name", "type", "bottom", "top", "include", "exclude", "phase", "param", "blobs_lr",
    "weight_decay", "loss_weight", "propagate_down", "engine", "weight_filler", "bias_filler",
    "filler", "force_nd_im2col", "stable_prod_grad", "use_global_stats", "force_backward",
    "debug_info", "state", "blob_share_mode", "decay_mult", "mirror", "loss_param", "blobs",
    "input", "input_dim", "input_shape", "layer", "layers", "sigmoid_param", "tanh_param",
  ]

  private static func model(
    _ net: CaffeNet, described path: String, _ weights: Weights, options: OpeningOptions
  ) throws -> ImportedModel {
    try options.refuseArchitecture()
    let way = try CaffePath(net, to: options.outputLayer)
    let input = try CaffeInput(way, net: net, weights: weights.archive, options: options)
    var report = ImportReport(format: format(net, path, weights))
    report.warnings += way.notes
    let conversion = CaffeConversion(
      path: way, input: input, weights: weights.archive, report: report,
      pool: WorkerPool(threads: 1))
    for node in way.nodes { try conversion.convert(node) }
    let output = try conversion.answer()
    let name = try net.message.text("name") ?? ""
    var imported = try conversion.model(
      named: name.isEmpty ? "model" : printable(name, limit: 80), output: output)
    imported.isAnswerChosen = true
    sortOut(&imported.report, way)
    try noteUnread(&imported.report, net, way)
    if !conversion.filled.isEmpty {
      imported.report.warnings.append(
        "layers without weights in the file begin as their fillers say: "
          + conversion.filled.joined(separator: ", "))
    }
    try prepare(&imported, net, described: path, weights)
    learn(&imported, conversion.multipliers)
    return imported
  }

  private static func format(_ net: CaffeNet, _ path: String, _ weights: Weights) -> String {
    let generation = net.generation.isEmpty ? "Caffe" : "Caffe (\(net.generation))"
    if weights.path == path { return generation }
    let name = printable(splitPath(weights.path).name, limit: 80)
    return "\(generation), \(printable(splitPath(path).name, limit: 80)) with \(name)"
  }

  /// Weights of layers that lead elsewhere are known, and of no use.
  private static func sortOut(_ report: inout ImportReport, _ way: CaffePath) {
    let names = Set(way.left.map(\.name))
    let isKnown: (String) -> Bool = { key in
      key.lastIndex(of: "/").map { names.contains(String(key[..<$0])) } ?? false
    }
    report.skipped += report.unused.filter(isKnown)
    report.unused.removeAll(where: isKnown)
  }

  private static func noteUnread(
    _ report: inout ImportReport, _ net: CaffeNet, _ way: CaffePath
  ) throws {
    var places: [String: [String]] = [:]
    for node in way.nodes {
      for field in node.message.unread(ignoring: ignored) {
        places[field, default: []].append(node.name)
      }
    }
    for field in net.message.unread(ignoring: ignored) {
      places[field, default: []].append("the net")
    }
    for (field, layers) in places.sorted(by: { $0.key < $1.key }) {
      // Of a field that stands in bytes no name is known.
      let what = field.first?.isNumber == true ? "field \(field)" : "'\(field)'"
      let more = layers.count > 1 ? " and \(layers.count - 1) more" : ""
      report.skipped.append("\(what) of \(layers[0])\(more)")
    }
  }

  private static func prepare(
    _ imported: inout ImportedModel, _ net: CaffeNet, described path: String, _ weights: Weights
  ) throws {
    if ImagePreparation(readFrom: imported.model) != nil { return }
    var nets = [(net: net, file: splitPath(path).name)]
    if let embedded = weights.net, weights.path != path {
      nets.append((embedded, splitPath(weights.path).name))
    }
    let prepared = try CaffePreparation(
      nets, input: imported.model.graph.inputShape, beside: path)
    imported.preparation = prepared.preparation
    imported.report.warnings += prepared.notes
  }

  /// What the net says of how fast its layers learn.
  private static func learn(_ imported: inout ImportedModel, _ multipliers: [String: Float]) {
    let weighted = imported.model.graph.nodes.map(\.name).filter { multipliers[$0] != nil }
    imported.frozenLayers = weighted.filter { multipliers[$0] == 0 }
    for name in weighted where multipliers[name] != 0 {
      imported.multipliers[name] = multipliers[name].map { Double("\($0)") ?? Double($0) }
    }
  }
}
