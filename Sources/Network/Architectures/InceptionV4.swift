import Kernels

/// Inception V4 (Szegedy et al., arXiv:1602.07261) as slim has it. The classifier half-way, which helps in
/// training alone, is left out.
struct InceptionV4 {
  static let architectures: [Architecture] = [
    Architecture("inception_v4", family: "InceptionV4", dialects: [.slim], edge: 299) {
      InceptionV4($0).builder(classes: $1.classes)
    }
  ]

  private var network: BranchBuilder

  init(_ dialect: Dialect) {
    var normalization = dialect.normalization()
    normalization.hasGamma = false
    network = BranchBuilder(ArchitectureBuilder(dialect, normalization: normalization))
  }

  func builder(classes: Int?) -> ArchitectureBuilder {
    var built = self
    built.addStem()
    for letter in "bcde" { built.addSmall("Mixed_5\(letter)") }
    built.addFirstReduction()
    for letter in "bcdefgh" { built.addMedium("Mixed_6\(letter)") }
    built.addSecondReduction()
    for letter in "bcd" { built.addLarge("Mixed_7\(letter)") }
    built.addClassifier(classes)
    return built.network.builder
  }

  /// Its classifier is no convolution, as those of slim's others are, but reads a row of features.
  private mutating func addClassifier(_ classes: Int?) {
    network.add("Logits/AvgPool", GlobalAveragePooling2D(keepsDimensions: classes != nil))
    guard classes != nil else { return }
    network.add("Logits/Dropout", Dropout(rate: 0.2))
    network.add("Logits/PreLogitsFlatten", Flatten())
    network.builder.addClassifier("Logits/Logits", classes)
  }

  private mutating func addStem() {
    network.add(
      .init("Conv2d_1a_3x3", 32, valid: 3, stride: 2), .init("Conv2d_2a_3x3", 32, valid: 3),
      .init("Conv2d_2b_3x3", 64, 3))
    var input = network.last
    network.join(
      [
        addPooling("Mixed_3a/Branch_0/MaxPool_0a_3x3", reading: input),
        network.add(
          .init("Branch_1/Conv2d_0a_3x3", 96, valid: 3, stride: 2), block: "Mixed_3a",
          reading: input),
      ], named: "Mixed_3a/concat")
    input = network.last
    network.join(
      [
        network.add(
          .init("Branch_0/Conv2d_0a_1x1", 64, 1), .init("Branch_0/Conv2d_1a_3x3", 96, valid: 3),
          block: "Mixed_4a", reading: input),
        network.add(
          .init("Branch_1/Conv2d_0a_1x1", 64, 1),
          .init("Branch_1/Conv2d_0b_1x7", 64, height: 1, width: 7),
          .init("Branch_1/Conv2d_0c_7x1", 64, height: 7, width: 1),
          .init("Branch_1/Conv2d_1a_3x3", 96, valid: 3), block: "Mixed_4a", reading: input),
      ], named: "Mixed_4a/concat")
    input = network.last
    network.join(
      [
        network.add(
          .init("Branch_0/Conv2d_1a_3x3", 192, valid: 3, stride: 2), block: "Mixed_5a",
          reading: input),
        addPooling("Mixed_5a/Branch_1/MaxPool_1a_3x3", reading: input),
      ], named: "Mixed_5a/concat")
  }

  private mutating func addPooling(_ name: String, reading input: String) -> String {
    network.add(name, MaxPooling2D(window: Window(3, stride: 2)), reading: input)
  }

  /// A mean around every position and a 1×1 convolution of it.
  private mutating func addPooledBranch(_ block: String, _ filters: Int, reading input: String)
    -> String
  {
    network.add(
      "\(block)/Branch_3/AvgPool_0a_3x3",
      AveragePooling2D(window: Window(3, padding: .all(1)), countsPadding: false), reading: input)
    return network.add(.init("Branch_3/Conv2d_0b_1x1", filters, 1), block: block)
  }

  /// Of 35 × 35 positions.
  private mutating func addSmall(_ block: String) {
    let input = network.last
    network.join(
      [
        network.add(.init("Branch_0/Conv2d_0a_1x1", 96, 1), block: block, reading: input),
        network.add(
          .init("Branch_1/Conv2d_0a_1x1", 64, 1), .init("Branch_1/Conv2d_0b_3x3", 96, 3),
          block: block, reading: input),
        network.add(
          .init("Branch_2/Conv2d_0a_1x1", 64, 1), .init("Branch_2/Conv2d_0b_3x3", 96, 3),
          .init("Branch_2/Conv2d_0c_3x3", 96, 3), block: block, reading: input),
        addPooledBranch(block, 96, reading: input),
      ], named: "\(block)/concat")
  }

  private mutating func addFirstReduction() {
    let (block, input) = ("Mixed_6a", network.last)
    network.join(
      [
        network.add(
          .init("Branch_0/Conv2d_1a_3x3", 384, valid: 3, stride: 2), block: block, reading: input),
        network.add(
          .init("Branch_1/Conv2d_0a_1x1", 192, 1), .init("Branch_1/Conv2d_0b_3x3", 224, 3),
          .init("Branch_1/Conv2d_1a_3x3", 256, valid: 3, stride: 2), block: block, reading: input),
        addPooling("\(block)/Branch_2/MaxPool_1a_3x3", reading: input),
      ], named: "\(block)/concat")
  }

  /// Of 17 × 17 positions.
  private mutating func addMedium(_ block: String) {
    let input = network.last
    network.join(
      [
        network.add(.init("Branch_0/Conv2d_0a_1x1", 384, 1), block: block, reading: input),
        network.add(
          .init("Branch_1/Conv2d_0a_1x1", 192, 1),
          .init("Branch_1/Conv2d_0b_1x7", 224, height: 1, width: 7),
          .init("Branch_1/Conv2d_0c_7x1", 256, height: 7, width: 1), block: block, reading: input),
        network.add(
          .init("Branch_2/Conv2d_0a_1x1", 192, 1),
          .init("Branch_2/Conv2d_0b_7x1", 192, height: 7, width: 1),
          .init("Branch_2/Conv2d_0c_1x7", 224, height: 1, width: 7),
          .init("Branch_2/Conv2d_0d_7x1", 224, height: 7, width: 1),
          .init("Branch_2/Conv2d_0e_1x7", 256, height: 1, width: 7), block: block, reading: input),
        addPooledBranch(block, 128, reading: input),
      ], named: "\(block)/concat")
  }

  private mutating func addSecondReduction() {
    let (block, input) = ("Mixed_7a", network.last)
    network.join(
      [
        network.add(
          .init("Branch_0/Conv2d_0a_1x1", 192, 1),
          .init("Branch_0/Conv2d_1a_3x3", 192, valid: 3, stride: 2), block: block, reading: input),
        network.add(
          .init("Branch_1/Conv2d_0a_1x1", 256, 1),
          .init("Branch_1/Conv2d_0b_1x7", 256, height: 1, width: 7),
          .init("Branch_1/Conv2d_0c_7x1", 320, height: 7, width: 1),
          .init("Branch_1/Conv2d_1a_3x3", 320, valid: 3, stride: 2), block: block, reading: input),
        addPooling("\(block)/Branch_2/MaxPool_1a_3x3", reading: input),
      ], named: "\(block)/concat")
  }

  /// Of 8 × 8 positions: two of the branches fork at their ends.
  private mutating func addLarge(_ block: String) {
    let input = network.last
    var branches = [
      network.add(.init("Branch_0/Conv2d_0a_1x1", 256, 1), block: block, reading: input)
    ]
    network.add(.init("Branch_1/Conv2d_0a_1x1", 384, 1), block: block, reading: input)
    branches.append(addFork(block, "Branch_1", "b", "c"))
    network.add(
      .init("Branch_2/Conv2d_0a_1x1", 384, 1),
      .init("Branch_2/Conv2d_0b_3x1", 448, height: 3, width: 1),
      .init("Branch_2/Conv2d_0c_1x3", 512, height: 1, width: 3), block: block, reading: input)
    branches.append(addFork(block, "Branch_2", "d", "e"))
    branches.append(addPooledBranch(block, 256, reading: input))
    network.join(branches, named: "\(block)/concat")
  }

  /// A 1×3 and a 3×1 convolution of what was added last.
  private mutating func addFork(
    _ block: String, _ branch: String, _ first: String, _ second: String
  ) -> String {
    let input = network.last
    let forks = [
      network.add(
        .init("\(branch)/Conv2d_0\(first)_1x3", 256, height: 1, width: 3), block: block,
        reading: input),
      network.add(
        .init("\(branch)/Conv2d_0\(second)_3x1", 256, height: 3, width: 1), block: block,
        reading: input),
    ]
    return network.join(forks, named: "\(block)/\(branch)/concat")
  }
}
