import EngineInterface

extension EngineConfiguration {
  /// What goes without saying for a network that ends in features: its new head is trained alone on what
  /// the frozen backbone gives (a linear probe), and begins as the best there is by ridge regression, where
  /// that is kept. Whatever a person has said stands.
  mutating func settleProbe() {
    guard head?.keepsTrained != true else { return }
    let isProbe = freezesBackbone ?? (freeze.isEmpty && freezeFirst == 0)
    freezesBackbone = isProbe
    guard isProbe, headStart == nil else { return }
    let isSingle = head?.hidden.isEmpty ?? true
    headStart = isSingle && cacheBudget != 0 ? .ridge : .random
  }

  /// What that comes to, for a person.
  var probeNotice: String {
    "a linear probe: only the new head trains, on the frozen network"
      + (headStart == .ridge ? ", and begins solved by ridge regression" : "")
      + "; thaw layers, or give --freeze-first 0, to train all of it"
  }

  /// All that the network came with starts frozen.
  var freezesAllButHead: Bool { freezeAllButHead || freezesBackbone == true }
}
