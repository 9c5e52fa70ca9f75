import Files
import Images
import Network

/// ONNX models: graphs of operators, with weights in the file or beside it.
enum ONNXModelFile {
  /// Versions of ONNX' operators that are known to be read as they are meant.
  private static let opsets = 7...23

  /// - Throws: `FileError`; `FormatError` for whatever is wrong with the file or the model.
  static func read(path: String, options: OpeningOptions) throws -> ImportedModel {
    let input = try InputFile(path: path)
    return try naming(path) {
      try options.refuseArchitecture()
      let file = try ONNXFile(input)
      var imported = try model(file, options)
      let metadata = Dictionary(
        file.message.metadataProps.map { ($0.key, $0.value) },
        uniquingKeysWith: { first, _ in first })
      try ModelMetadata(metadata, path: path).apply(to: &imported)
      return imported
    }
  }

  static func model(_ file: ONNXFile, _ options: OpeningOptions = OpeningOptions()) throws
    -> ImportedModel
  {
    let message = file.message
    let opset = try opset(message)
    var report = ImportReport(format: format(message, opset: opset))
    let given = message.graph.node.map { ONNXNode(message: $0, opset: opset) }
    let spelled = ONNXSpelledNormalization(given, tensors: file.tensors)
    let nodes = try given.map { try spelled.recognized($0) }
    let chosen = options.outputLayer.flatMap { Self.output(named: $0, message.graph) }
    let output = try chosen ?? Self.output(message.graph, &report)
    let needed = try nodesLeading(to: output, among: nodes)
    let input = try ONNXInput(
      message.graph, initializers: Set(file.tensorNames), nodes: needed,
      imageSize: options.openSize)
    report.warnings += input.notes
    var readers = Dictionary(
      needed.flatMap(\.inputs).map { ($0, 1) }, uniquingKeysWith: +)
    readers[output, default: 0] += 1

    let draft = GraphDraft(input: input.shape)
    let conversion = ONNXConversion(
      tensors: MessageArchive(tensorNames: file.tensorNames, tensors: file.tensors), draft: draft,
      opset: opset, fixedBatch: input.fixedBatch, report: report,
      input: (input.name, input.feature), readers: readers)
    for node in needed { try conversion.convert(node) }
    let last = try conversion.answer(conversion.output(named: output), .channelsFirst)
    var imported = try conversion.model(named: modelName(message), output: last)
    imported.isAnswerChosen = chosen != nil
    return imported
  }

  private static func opset(_ message: ONNXModelProto) throws -> Int {
    let own = message.opsetImport.filter { $0.domain.isEmpty || $0.domain == "ai.onnx" }
    guard let version = own.map({ Int($0.version) }).max() else {
      throw UnexpectedContent(expected: "a version of ONNX' operators", found: "none")
    }
    guard opsets.contains(version), message.irVersion >= 3 else {
      throw UnexpectedContent(
        expected: "ONNX' operators of version \(opsets.lowerBound) to \(opsets.upperBound), in a "
          + "file of version 3 or later", found: "\(version) in \(message.irVersion)")
    }
    return version
  }

  private static func format(_ message: ONNXModelProto, opset: Int) -> String {
    let producer = [message.producerName, message.producerVersion].filter { !$0.isEmpty }
      .joined(separator: " ")
    return "ONNX (opset \(opset)"
      + (producer.isEmpty ? ")" : ", \(printable(producer, limit: 60)))")
  }

  private static func modelName(_ message: ONNXModelProto) -> String {
    let name = message.graph.name
    return ["", "main_graph", "torch_jit", "torch-jit-export", "main"].contains(name)
      ? "model" : printable(name, limit: 80)
  }

  /// The value that a person calls the answer: an output, a value within, or what a node gives.
  private static func output(named name: String, _ graph: ONNXGraphProto) -> String? {
    if graph.output.contains(where: { $0.name == name }) { return name }
    if graph.node.contains(where: { $0.output.contains(name) }) { return name }
    return graph.node.first { $0.name == name }?.output.first
  }

  private static func output(_ graph: ONNXGraphProto, _ report: inout ImportReport) throws -> String
  {
    let names = graph.output.map(\.name)
    guard let first = names.first else {
      throw UnexpectedContent(expected: "an output of the graph", found: "none")
    }
    if names.count > 1 {
      report.warnings.append(
        "the first of \(names.count) outputs is taken, '\(first)'; --output-layer takes another: "
          + names.dropFirst().map { "'\($0)'" }.joined(separator: ", "))
    }
    return first
  }

  /// The nodes that a value depends on, in the file's order.
  private static func nodesLeading(to output: String, among nodes: [ONNXNode]) throws -> [ONNXNode]
  {
    var wanted: Set<String> = [output]
    var kept: [ONNXNode] = []
    for node in nodes.reversed() where node.outputs.contains(where: { wanted.contains($0) }) {
      wanted.formUnion(node.inputs.filter { !$0.isEmpty })
      kept.append(node)
    }
    return kept.reversed()
  }
}
