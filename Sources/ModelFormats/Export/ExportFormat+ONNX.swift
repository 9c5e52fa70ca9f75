extension ExportFormat {
  /// A graph of ONNX' operators, as onnxruntime and others run it.
  static let onnx = ExportFormat(
    name: "onnx", summary: "a network for ONNX' runtimes, channels first, any batch",
    write: { model, path in
      var writer = ONNXWriter(
        model.model, classNames: model.classNames, preparation: model.preparation)
      writer.graph = model.graph
      writer.includesPreparation = model.includesPreparation
      let notes = try writer.write(to: path)
      var summary = "\(model.graph.nodes.count) layers as ONNX' operators"
      if model.includesPreparation {
        let size = model.graph.inputShape.dimensions
        summary +=
          ", which take pictures of \(size[0])×\(size[1]) as bytes [N, height, width, \(size[2])]"
      }
      return ExportReport(summary: summary, warnings: notes)
    }, copy: nil)
}
