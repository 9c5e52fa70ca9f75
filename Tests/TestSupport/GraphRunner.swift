import Kernels
import Network

/// Runs a model in inference mode, one batch size, the plain way: what an importer's tests compare,
/// and what a training plan's outputs are held against.
///
/// No product spans two images, so an image's output is the same bits in any batch.
package final class GraphRunner {
  package let model: Model
  package let batch: Int
  private let operations: [any Operation]
  /// For each node, how many others read its output; one more for the graph's output.
  private let readers: [Int]

  package init(model: Model, batch: Int, pool: WorkerPool) {
    precondition(batch > 0, "a batch of \(batch)")
    let graph = model.graph
    self.model = model
    self.batch = batch
    operations = graph.nodes.indices.map { index in
      graph.nodes[index].layer.makeOperation(
        at: OperationSite(
          batch: batch, inputs: graph.inputShapes(of: index), output: graph.shapes[index],
          mode: .inference, pool: pool))
    }
    var readers = graph.consumers.map(\.count)
    readers[readers.count - 1] += 1
    self.readers = readers
  }

  /// The graph's output, `[batch, shape…]`.
  ///
  /// - Parameters:
  ///   - input: `batch` images, `[batch, height, width, channels]`.
  ///   - observe: is handed each layer's output as soon as it stands.
  package func run(
    _ input: FloatBuffer, observe: ((Graph.Node, FloatBuffer) -> Void)? = nil
  ) -> FloatBuffer {
    let graph = model.graph
    precondition(input.count == batch * graph.inputShape.count, "\(input.count) values")
    var outputs = [FloatBuffer?](repeating: nil, count: graph.nodes.count)
    var pending = readers
    for (index, node) in graph.nodes.enumerated() {
      let inputs = graph.inputIndices[index].map { source in source.map { outputs[$0]! } ?? input }
      let output = FloatBuffer(count: batch * graph.shapes[index].count)
      operations[index].forward(
        ForwardPass(
          inputs: inputs.map { UnsafePointer($0.pointer) }, output: output.pointer,
          parameters: (model.parameters[node.name] ?? []).map(\.values.pointer), saved: nil,
          random: RandomStream(seed: 0, purpose: .dropout)))
      outputs[index] = output
      observe?(node, output)
      for case let source? in graph.inputIndices[index] {
        pending[source] -= 1
        if pending[source] == 0 { outputs[source] = nil }
      }
    }
    return outputs[graph.nodes.count - 1]!
  }
}
