import Kernels

/// NASNet-A (Zoph et al., arXiv:1707.07012) as Keras Applications has it: two kinds of cells that a
/// search found, each of which reads the two before it.
struct NASNet {
  /// Cells of one size, one after the other.
  let cells: Int
  /// Channels of a cell's branches in the first of three sizes.
  let filters: Int
  let stemFilters: Int
  /// Whether a cell after a reduction reads what the reduction's second input was.
  let skipsReduction: Bool

  static let architectures: [Architecture] = [
    Architecture("nasnet_mobile", family: "NASNet", dialects: [.keras]) {
      NASNet(cells: 4, filters: 44, stemFilters: 32, skipsReduction: false).builder($0, $1)
    },
    Architecture("nasnet_large", family: "NASNet", dialects: [.keras], edge: 331) {
      NASNet(cells: 6, filters: 168, stemFilters: 96, skipsReduction: true).builder($0, $1)
    },
  ]

  func builder(_ dialect: Dialect, _ size: ArchitectureSize) -> ArchitectureBuilder {
    var network = BranchBuilder(
      ArchitectureBuilder(
        dialect, normalization: dialect.normalization(kerasMomentum: 0.9997)))
    network.builder.addConvolution(
      "stem_conv1", normalization: "stem_bn1", filters: stemFilters, window: Window(3, stride: 2))
    let stem = NASNetCells.Map(
      name: network.last, height: (size.input.dimensions[0] - 1) / 2,
      width: (size.input.dimensions[1] - 1) / 2, channels: stemFilters)
    var cells = NASNetCells(network, input: stem)
    cells.addReduction("stem_1", filters / 4)
    cells.addReduction("stem_2", filters / 2)
    for stage in 0..<3 {
      if stage > 0 {
        let before = cells.previous
        cells.addReduction("reduce_\(stage * self.cells)", filters << stage)
        if skipsReduction { cells.previous = before }
      }
      for cell in 0..<self.cells {
        cells.addNormal("\(stage * self.cells + cell + (stage > 0 ? 1 : 0))", filters << stage)
      }
    }
    network = cells.network
    network.add(network.numbered("activation"), ActivationLayer(.relu))
    network.add(network.numbered("global_average_pooling2d"), GlobalAveragePooling2D())
    network.builder.addClassifier("predictions", size.classes)
    return network.builder
  }
}
