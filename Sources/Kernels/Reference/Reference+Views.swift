extension Reference {
  /// Where value `index` of a view stands in its source.
  private static func place(of index: Int, in view: StridedView) -> Int {
    var rest = index
    var place = view.offset
    for (dimension, stride) in zip(view.dimensions, view.strides).reversed() {
      place += rest % dimension * stride
      rest /= dimension
    }
    return place
  }

  package static func view(
    _ view: StridedView, batch: Int, input: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>
  ) {
    for n in 0..<batch {
      for i in 0..<view.count {
        output[n * view.count + i] = input[n * view.sourceCount + place(of: i, in: view)]
      }
    }
  }

  package static func viewGradient(
    _ view: StridedView, batch: Int, outputGradient: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    for n in 0..<batch {
      var sums = [Double](repeating: 0, count: view.sourceCount)
      for i in 0..<view.count {
        sums[place(of: i, in: view)] += Double(outputGradient[n * view.count + i])
      }
      for i in 0..<view.sourceCount { inputGradient[n * view.sourceCount + i] = Float(sums[i]) }
    }
  }

  /// Each position of each axis as a full row of weights over the old positions.
  package static func resample(
    _ resampling: Resampling, batch: Int, input: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>
  ) {
    let (rows, columns, channels) = (resampling.rows, resampling.columns, resampling.channels)
    for i in 0..<batch * rows.count * columns.count * channels {
      let c = i % channels
      let x = i / channels % columns.count
      let y = i / channels / columns.count % rows.count
      let n = i / channels / columns.count / rows.count
      var sum = 0.0
      for v in 0..<rows.sourceCount {
        for u in 0..<columns.sourceCount {
          let source = ((n * rows.sourceCount + v) * columns.sourceCount + u) * channels + c
          sum += weight(rows, y, v) * weight(columns, x, u) * Double(input[source])
        }
      }
      output[i] = Float(sum)
    }
  }

  package static func resampleGradient(
    _ resampling: Resampling, batch: Int, outputGradient: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    let (rows, columns, channels) = (resampling.rows, resampling.columns, resampling.channels)
    for i in 0..<batch * rows.sourceCount * columns.sourceCount * channels {
      let c = i % channels
      let u = i / channels % columns.sourceCount
      let v = i / channels / columns.sourceCount % rows.sourceCount
      let n = i / channels / columns.sourceCount / rows.sourceCount
      var sum = 0.0
      for y in 0..<rows.count {
        for x in 0..<columns.count {
          let place = ((n * rows.count + y) * columns.count + x) * channels + c
          sum += weight(rows, y, v) * weight(columns, x, u) * Double(outputGradient[place])
        }
      }
      inputGradient[i] = Float(sum)
    }
  }

  private static func weight(_ axis: Resampling.Axis, _ new: Int, _ old: Int) -> Double {
    let weights = axis.weights[new]
    let index = old - axis.starts[new]
    return weights.indices.contains(index) ? Double(weights[index]) : 0
  }
}
