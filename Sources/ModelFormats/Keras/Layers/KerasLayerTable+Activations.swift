import JSON
import Kernels
import Network

extension KerasLayerTable {
  static let activations = [
    KerasLayerRow(
      "Activation", read: KerasLayerReading.activationLayer,
      write: KerasLayerWriter(ActivationLayer.self, KerasLayerWriting.activation)),
    KerasLayerRow("ReLU", read: KerasLayerReading.activationLayer),
    KerasLayerRow("ThresholdedReLU", read: KerasLayerReading.activationLayer),
    KerasLayerRow("LeakyReLU", read: KerasLayerReading.activationLayer),
    KerasLayerRow("ELU", read: KerasLayerReading.activationLayer),
    KerasLayerRow(
      "Softmax", read: KerasLayerReading.activationLayer,
      write: KerasLayerWriter(Softmax.self, KerasLayerWriting.softmax)),
  ]
}

extension KerasLayerReading {
  fileprivate func activationLayer() throws(UnexpectedContent) -> [Part] {
    switch try KerasActivation(layer: layer, major: builder.major, rank: rank) {
    case .elementwise(let function): [Part(layer: ActivationLayer(function))]
    case .softmax: [Part(layer: Softmax())]
    case nil: throw layer.unexpected("'\(layer.className)'", expected: "an activation")
    }
  }
}

extension KerasLayerWriting {
  fileprivate func activation(_ layer: ActivationLayer) throws(UnexpectedContent) -> [Written] {
    KerasActivation.written(layer.activation)
  }

  fileprivate func softmax(_ layer: Softmax) throws(UnexpectedContent) -> [Written] {
    [Written(className: "Softmax", configuration: ["axis": .whole(-1)])]
  }
}
