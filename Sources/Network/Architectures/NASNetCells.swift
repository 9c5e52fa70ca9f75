import Kernels

/// The cells of a NASNet, in the order in which they are added.
struct NASNetCells {
  /// What a layer gives.
  struct Map {
    let name: String
    let height: Int
    let width: Int
    let channels: Int

    /// The same size, of another layer.
    func map(_ name: String, channels: Int) -> Map {
      Map(name: name, height: height, width: width, channels: channels)
    }
  }

  private(set) var network: BranchBuilder
  /// What the last cell gave, and what it read of the cell before it; none at first.
  private(set) var current: Map
  var previous: Map?

  init(_ network: BranchBuilder, input: Map) {
    self.network = network
    current = input
  }

  /// A cell that keeps height and width.
  mutating func addNormal(_ block: String, _ filters: Int) {
    let p = addAdjusted(block, filters)
    let h = addProjection("normal", block, filters)
    let first = add(
      "normal_add_1_\(block)",
      addSeparables("normal_left1_\(block)", filters, 5, reading: h),
      addSeparables("normal_right1_\(block)", filters, 3, reading: p))
    let second = add(
      "normal_add_2_\(block)",
      addSeparables("normal_left2_\(block)", filters, 5, reading: p),
      addSeparables("normal_right2_\(block)", filters, 3, reading: p))
    let third = add("normal_add_3_\(block)", addAverage("normal_left3_\(block)", reading: h), p)
    let fourth = add(
      "normal_add_4_\(block)", addAverage("normal_left4_\(block)", reading: p),
      addAverage("normal_right4_\(block)", reading: p))
    let fifth = add(
      "normal_add_5_\(block)",
      addSeparables("normal_left5_\(block)", filters, 3, reading: h), h)
    network.join([p, first, second, third, fourth, fifth], named: "normal_concat_\(block)")
    (current, previous) = (current.map(network.last, channels: 6 * filters), current)
  }

  /// A cell that halves height and width.
  mutating func addReduction(_ block: String, _ filters: Int) {
    let p = addAdjusted(block, filters)
    let h = addProjection("reduction", block, filters)
    // Zeros count here, in the largest of values below 0 and in means.
    func before(_ size: Int) -> Int { size % 2 }
    network.add(
      "reduction_pad_1_\(block)",
      ZeroPadding2D(
        Padding(top: before(current.height), bottom: 1, left: before(current.width), right: 1)))
    let padded = network.last
    func separables(_ name: String, _ size: Int, reading input: String) -> String {
      addSeparables("reduction_\(name)_\(block)", filters, size, stride: 2, reading: input)
    }
    let first = add(
      "reduction_add_1_\(block)", separables("left1", 5, reading: h),
      separables("right1", 7, reading: p))
    let second = add(
      "reduction_add_2_\(block)", addMaximum("reduction_left2_\(block)", reading: padded),
      separables("right2", 7, reading: p))
    network.add(
      "reduction_left3_\(block)", AveragePooling2D(window: Window(3, stride: 2)), reading: padded)
    let third = add(
      "reduction_add3_\(block)", network.last, separables("right3", 5, reading: p))
    let fourth = add(
      network.numbered("add"), second, addAverage("reduction_left4_\(block)", reading: first))
    let fifth = add(
      "reduction_add4_\(block)",
      addSeparables("reduction_left4_\(block)", filters, 3, reading: first),
      addMaximum("reduction_right5_\(block)", reading: padded))
    network.join([second, third, fourth, fifth], named: "reduction_concat_\(block)")
    let reduced = Map(
      name: network.last, height: (current.height + 1) / 2, width: (current.width + 1) / 2,
      channels: 4 * filters)
    (current, previous) = (reduced, current)
  }

  private mutating func add(_ name: String, _ left: String, _ right: String) -> String {
    network.add(name, Add(), reading: left, right)
  }

  private mutating func addAverage(_ name: String, reading input: String) -> String {
    network.add(name, AveragePooling2D(window: Window(3, padding: .same)), reading: input)
  }

  private mutating func addMaximum(_ name: String, reading input: String) -> String {
    network.add(name, MaxPooling2D(window: Window(3, stride: 2)), reading: input)
  }

  private mutating func addRectifier(reading input: String) -> String {
    network.add(network.numbered("activation"), ActivationLayer(.relu), reading: input)
  }

  /// What a cell reads of the one before it, in the channels of its branches.
  private mutating func addProjection(_ kind: String, _ block: String, _ filters: Int) -> String {
    let input = addRectifier(reading: current.name)
    return network.builder.addConvolution(
      "\(kind)_conv_1_\(block)", normalization: "\(kind)_bn_1_\(block)", filters: filters,
      window: Window(1), reading: input)
  }

  /// Two separable convolutions, each behind a rectifier.
  private mutating func addSeparables(
    _ block: String, _ filters: Int, _ size: Int, stride: Int = 1, reading input: String
  ) -> String {
    for (number, source) in [(1, input), (2, nil)] {
      let rectified = addRectifier(reading: source ?? network.last)
      network.addSeparable(
        "separable_conv_\(number)_\(block)", filters, size: size,
        stride: number == 1 ? stride : 1, normalization: "separable_conv_\(number)_bn_\(block)",
        reading: rectified)
    }
    return network.last
  }

  /// What a cell reads of the one before the last, in its own size and channels.
  private mutating func addAdjusted(_ block: String, _ filters: Int) -> String {
    guard let previous else { return current.name }
    if previous.width != current.width { return addHalved(previous, block, filters) }
    guard previous.channels != filters else { return previous.name }
    let input = addRectifier(reading: previous.name)
    return network.builder.addConvolution(
      "adjust_conv_projection_\(block)", normalization: "adjust_bn_\(block)", filters: filters,
      window: Window(1), reading: input)
  }

  /// Every second position, and the ones diagonally next to them, half of the channels each.
  private mutating func addHalved(_ map: Map, _ block: String, _ filters: Int) -> String {
    let input = network.add(
      "adjust_relu_1_\(block)", ActivationLayer(.relu), reading: map.name)
    var halves: [String] = []
    for number in 1...2 {
      var source = input
      if number == 2 {
        network.add(
          network.numbered("zero_padding2d"),
          ZeroPadding2D(Padding(top: 0, bottom: 1, left: 0, right: 1)), reading: input)
        source = network.add(
          network.numbered("cropping2d"),
          Cropping2D(Padding(top: 1, bottom: 0, left: 1, right: 0)))
      }
      network.add(
        "adjust_avg_pool_\(number)_\(block)", AveragePooling2D(window: Window(1, stride: 2)),
        reading: source)
      halves.append(
        network.add(
          "adjust_conv_\(number)_\(block)",
          Conv2D(
            filters: filters / 2, window: Window(1), hasBias: false,
            kernelInitialization: .heNormal)))
    }
    network.join(halves, named: network.numbered("concatenate"))
    return network.add("adjust_bn_\(block)", network.builder.normalization)
  }
}
