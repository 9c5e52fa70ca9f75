/// A named set of options. It changes values of a configuration; what a person sets afterwards
/// stands.
package struct Preset: Sendable {
  package let name: String
  package let summary: String
  let change: @Sendable (inout EngineConfiguration) -> Void

  package func apply(to configuration: inout EngineConfiguration) {
    change(&configuration)
  }

  package static let all = [fineTune, dropout]

  package static func named(_ name: String) throws(ConfigurationError) -> Preset {
    guard let preset = all.first(where: { $0.name == name }) else {
      throw ConfigurationError(
        option: "preset", expected: all.map(\.name).joined(separator: " or "), found: name)
    }
    return preset
  }

  /// Train the new head first; what was pre-trained moves at a tenth of the rate once thawed.
  package static let fineTune = Preset(
    name: "fine-tune",
    summary: "all but the head frozen, rate 1e-3; when thawed, 0.1 of it for what was pre-trained"
  ) {
    $0.freezeAllButHead = true
    $0.learningRate = 1e-3
    $0.pretrainedMultiplier = 0.1
  }

  /// The practice that came with dropout (Srivastava et al., JMLR 15, 2014, appendix A): a larger
  /// network, dropout on inputs and hidden layers, a large decaying rate with large momentum, and a
  /// limit on each unit's weights.
  package static let dropout = Preset(
    name: "dropout",
    summary: """
      dropout 0.2 on inputs and 0.5 on hidden layers, a large decaying rate with momentum 0.95, \
      max-norm 5, a larger network
      """
  ) {
    $0.optimizer = .sgd
    $0.learningRate = 0.05
    $0.momentum = 0.95
    $0.schedule = Schedule(.exponential(rate: 0.9))
    $0.maxNorm = 5
    $0.inputDropout = 0.2
    $0.hiddenDropout = 0.5
    $0.head = HeadRequest(
      outputs: $0.head?.outputs, hidden: [512], preset: $0.head == nil ? "dropout" : nil)
  }
}
