import Files
import Foundation
import Images
import Network

/// TensorFlow's models that describe themselves: frozen graphs, graphs of checkpoints, SavedModels.
enum TensorFlowModelFile {
  static let savedModelName = "saved_model.pb"

  /// A frozen graph: `GraphDef`.
  static func readGraph(path: String, options: OpeningOptions) throws -> ImportedModel {
    try naming(path) {
      let file = try InputFile(path: path)
      let graph = try TensorFlowGraphFile(MessageWalker(file), in: 0..<file.size)
      return try model(
        TensorFlowDescription(graph: graph), named: path, format: "TensorFlow graph",
        options: options)
    }
  }

  /// The same as text.
  static func readText(path: String, options: OpeningOptions) throws -> ImportedModel {
    try naming(path) {
      let bytes = try InputFile.contents(of: path, limit: textLimit)
      let graph = try TensorFlowGraphFile(text: String(decoding: bytes, as: UTF8.self))
      return try model(
        TensorFlowDescription(graph: graph), named: path, format: "TensorFlow graph as text",
        options: options)
    }
  }

  private static let textLimit = 1 << 28

  /// A checkpoint's graph, `.meta`, with the checkpoint beside it.
  static func readMetaGraph(path: String, options: OpeningOptions) throws -> ImportedModel {
    try naming(path) {
      let file = try InputFile(path: path)
      var description = try TensorFlowDescription(MessageWalker(file), in: 0..<file.size)
      description.checkpoint = TensorFlowCheckpointFiles.beside(metaGraph: path)
      return try model(
        description, named: path, format: "TensorFlow checkpoint with its graph", options: options)
    }
  }

  /// A checkpoint: with its graph, where that is beside it and no network is asked for; else of a network
  /// that is recognised by its variables.
  /// - Throws: `UnrecognizedWeights`, beside the others.
  static func readCheckpoint(path: String, options: OpeningOptions) throws -> ImportedModel {
    if options.architecture == nil,
      let graph = TensorFlowCheckpointFiles.of(path: path).metaGraph
    {
      return try readMetaGraph(path: graph, options: options)
    }
    return try StateDictionaryFile.read(
      TensorFlowCheckpointFiles.tensors(path: path), options: options)
  }

  /// A folder of checkpoints: the newest one.
  static func readCheckpointFolder(path: String, options: OpeningOptions) throws -> ImportedModel {
    try readCheckpoint(
      path: TensorFlowCheckpointFiles.newest(in: path).prefix, options: options)
  }

  /// The tensors of the newest checkpoint of a folder.
  static func tensors(ofFolder path: String) throws -> TensorFile {
    try TensorFlowCheckpointFiles.tensors(
      path: TensorFlowCheckpointFiles.newest(in: path).prefix)
  }

  /// A SavedModel: its folder, or the file in it.
  static func readSavedModel(path: String, options: OpeningOptions) throws -> ImportedModel {
    let folder = Folder.exists(path) ? path : splitPath(path).folder
    let filePath = Folder.exists(path) ? joinPath(path, savedModelName) : path
    return try naming(filePath) {
      let file = try InputFile(path: filePath)
      let walker = MessageWalker(file)
      let graphs = try walker.fields(in: 0..<file.size).filter { $0.number == 2 && $0.wire == 2 }
      guard !graphs.isEmpty else {
        throw UnexpectedContent(expected: "a graph", found: "none")
      }
      let all = try graphs.prefix(16).map { try TensorFlowDescription(walker, in: $0.value) }
      var description = all.first { $0.tags.contains("serve") } ?? all[0]
      description.checkpoint = TensorFlowCheckpointFiles.variables(ofSavedModel: folder)
      return try model(
        description, named: folder, format: "TensorFlow SavedModel", options: options)
    }
  }

  private static func model(
    _ description: TensorFlowDescription, named path: String, format: String,
    options: OpeningOptions
  ) throws -> ImportedModel {
    try options.refuseArchitecture()
    let graph = try TensorFlowGraph(description.graph)
    var report = ImportReport(
      format: description.version.isEmpty
        ? format : "\(format) (TensorFlow \(printable(description.version, limit: 40)))")
    let output = try answer(of: graph, description, options, &report)
    let path = (path: path, way: try TensorFlowPath(to: output, in: graph))
    let input = try TensorFlowInput(path.way, graph: graph, options: options)
    report.warnings += path.way.notes + input.notes
    let variables = try variables(of: path.way, graph, description)
    let conversion = TensorFlowConversion(
      path: path.way, graph: graph, input: input, variables: variables,
      draft: GraphDraft(input: input.shape), report: report)
    for node in try TensorFlowSpreading.linked(path.way.nodes) { try conversion.convert(node) }
    let last = try conversion.answer(
      try conversion.output(named: path.way.output), .channelsLast)
    var imported = try conversion.model(named: name(of: path.path), output: last)
    imported.isAnswerChosen = true
    sortOut(&imported.report, known: variables)
    prepare(&imported, graph, input, file: splitPath(path.path).name)
    return imported
  }

  private static func name(of path: String) -> String {
    let name = splitPath(path).name
    return printable(name.split(separator: ".").first.map(String.init) ?? name, limit: 80)
  }

  /// What training keeps beside the weights is no surplus, nor are variables that the graph has for
  /// something else than its answer.
  private static func sortOut(_ report: inout ImportReport, known variables: TensorFlowVariables?) {
    let (kept, unused) = report.unused.reduce(into: ([String](), [String]())) { lists, name in
      if variables?.keys[name] != nil || SlimVariables.isOfTraining(name) {
        lists.0.append(name)
      } else {
        lists.1.append(name)
      }
    }
    report.skipped += kept
    report.unused = unused
  }

  private static func prepare(
    _ imported: inout ImportedModel, _ graph: TensorFlowGraph, _ input: TensorFlowInput,
    file: String
  ) {
    let isSaid: Bool = if case .layers = imported.preparation.origin { true } else { false }
    let family = isSaid ? nil : TensorFlowFamily(graph)
    if let family { imported.preparation = family.preparation }
    guard let fitting = input.fitting else { return }
    if !isSaid, family == nil {
      imported.preparation.pixels = .bytes
      imported.preparation.origin = .file(file)
    }
    imported.preparation.fit = .squash
    imported.preparation.interpolation = fitting.interpolation
    (imported.preparation.fitOrigin, imported.preparation.interpolationOrigin) = (
      .file(file), .file(file)
    )
  }

  private static func variables(
    of path: TensorFlowPath, _ graph: TensorFlowGraph, _ description: TensorFlowDescription
  ) throws -> TensorFlowVariables? {
    let operations: Set<String> = ["Variable", "VariableV2", "VarHandleOp"]
    guard path.nodes.contains(where: { operations.contains($0.operation) }) else { return nil }
    guard let checkpoint = description.checkpoint else { return nil }
    return TensorFlowVariables(
      archive: try checkpoint.archive(),
      keys: TensorFlowVariables.keys(in: graph, restoring: description.restoreOperation))
  }
}

/// Which value is the network's answer.
extension TensorFlowModelFile {
  private static func answer(
    of graph: TensorFlowGraph, _ description: TensorFlowDescription, _ options: OpeningOptions,
    _ report: inout ImportReport
  ) throws -> String {
    let signature = description.signature
    if let name = options.outputLayer {
      if let output = signature?.outputs[name] { return TensorFlowNode.reference(output) }
      let reference = TensorFlowNode.reference(name)
      if graph.nodes[TensorFlowNode.parts(of: reference).node] != nil { return reference }
      throw UnexpectedContent(
        expected: "an output or a node for --output-layer \(name)",
        found: "none of that name"
          + suggestions(
            signature.map { $0.outputs.keys.sorted() } ?? TensorFlowAnswers(graph).names))
    }
    if let signature {
      guard signature.outputs.count == 1 else {
        throw several(signature.outputs.keys.sorted())
      }
      return TensorFlowNode.reference(signature.outputs.first!.value)
    }
    let answers = TensorFlowAnswers(graph)
    guard answers.names.count <= 1 else { throw several(answers.names) }
    guard let only = answers.names.first else {
      throw UnexpectedContent(
        expected: "an answer that is computed of an image with weights", found: "none")
    }
    if !answers.auxiliary.isEmpty, answers.auxiliary != answers.names {
      report.warnings.append(
        "what only training needs is left out: "
          + answers.auxiliary.map { "'\($0)'" }.joined(separator: ", "))
    }
    return TensorFlowNode.reference(only)
  }

  private static func several(_ names: [String]) -> UnexpectedContent {
    let shown = names.prefix(12).map { "'\(printable($0, limit: 80))'" }.joined(separator: ", ")
    return UnexpectedContent(
      expected: "one output, or one of them chosen with --output-layer NAME",
      found: "\(names.count): \(shown)" + (names.count > 12 ? " and others" : ""))
  }

  private static func suggestions(_ names: [String]) -> String {
    guard !names.isEmpty else { return "" }
    return "; there are "
      + names.prefix(12).map { "'\(printable($0, limit: 80))'" }.joined(separator: ", ")
  }
}
