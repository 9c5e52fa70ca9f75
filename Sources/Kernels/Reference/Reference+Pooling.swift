extension Reference {
  /// Calls `body(output index, input indices under its window)` for every output.
  private static func forEachWindow(
    _ geometry: PoolingGeometry, _ body: (_ output: Int, _ inputs: [Int]) -> Void
  ) {
    let g = geometry
    for n in 0..<g.batch {
      for oy in 0..<g.outputHeight {
        for ox in 0..<g.outputWidth {
          for c in 0..<g.channels {
            var inputs: [Int] = []
            for y in g.rows(of: oy) {
              for x in g.columns(of: ox) {
                inputs.append(((n * g.inputHeight + y) * g.inputWidth + x) * g.channels + c)
              }
            }
            body(((n * g.outputHeight + oy) * g.outputWidth + ox) * g.channels + c, inputs)
          }
        }
      }
    }
  }

  /// `places`: for each output the index of its maximum in the whole input, −1 for none.
  package static func maxPooling(
    _ geometry: PoolingGeometry, input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>,
    places: UnsafeMutablePointer<Int32>?
  ) {
    forEachWindow(geometry) { o, inputs in
      var best = inputs.first
      for i in inputs where input[i] > input[best!] { best = i }
      output[o] = best.map { input[$0] } ?? 0
      places?[o] = Int32(best ?? -1)
    }
  }

  package static func maxPoolingGradient(
    _ geometry: PoolingGeometry, outputGradient: UnsafePointer<Float>,
    places: UnsafePointer<Int32>, inputGradient: UnsafeMutablePointer<Float>
  ) {
    inputGradient.update(repeating: 0, count: geometry.inputCount)
    for o in 0..<geometry.outputCount where places[o] >= 0 {
      inputGradient[Int(places[o])] += outputGradient[o]
    }
  }

  /// Rows of the padded image without overhang are −top …, whatever the image.
  private static func divisor(
    _ g: PoolingGeometry, _ divisor: AveragePooling.Divisor, _ output: Int, _ inside: Int
  ) -> Double {
    switch divisor {
    case .fixed(let value): return Double(value)
    case .paddedPixels where !g.isAdaptive:
      let (y, x) = (output / g.channels / g.outputWidth % g.outputHeight, output / g.channels)
      let rows = (0..<g.windowHeight).count {
        y * g.strideHeight + $0 < g.padding.top + g.inputHeight + g.padding.bottom
          - g.overhangBottom
      }
      let columns = (0..<g.windowWidth).count {
        x % g.outputWidth * g.strideWidth + $0
          < g.padding.left + g.inputWidth + g.padding.right - g.overhangRight
      }
      return Double(rows * columns)
    default: return Double(max(inside, 1))
    }
  }

  package static func averagePooling(
    _ geometry: PoolingGeometry, divisor: AveragePooling.Divisor, input: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>
  ) {
    forEachWindow(geometry) { o, inputs in
      let sum = inputs.reduce(0.0) { $0 + Double(input[$1]) }
      output[o] = Float(sum / self.divisor(geometry, divisor, o, inputs.count))
    }
  }

  package static func averagePoolingGradient(
    _ geometry: PoolingGeometry, divisor: AveragePooling.Divisor,
    outputGradient: UnsafePointer<Float>, inputGradient: UnsafeMutablePointer<Float>
  ) {
    var sums = [Double](repeating: 0, count: geometry.inputCount)
    forEachWindow(geometry) { o, inputs in
      let share = Double(outputGradient[o]) / self.divisor(geometry, divisor, o, inputs.count)
      for i in inputs { sums[i] += share }
    }
    for i in 0..<sums.count { inputGradient[i] = Float(sums[i]) }
  }

  package static func globalAverage(
    batch: Int, positions: Int, channels: Int, input: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>
  ) {
    for n in 0..<batch {
      for c in 0..<channels {
        let sum = (0..<positions).reduce(0.0) {
          $0 + Double(input[(n * positions + $1) * channels + c])
        }
        output[n * channels + c] = Float(sum / Double(positions))
      }
    }
  }

  package static func globalAverageGradient(
    batch: Int, positions: Int, channels: Int, outputGradient: UnsafePointer<Float>,
    inputGradient: UnsafeMutablePointer<Float>
  ) {
    for i in 0..<batch * positions * channels {
      let image = i / (positions * channels)
      inputGradient[i] = outputGradient[image * channels + i % channels] / Float(positions)
    }
  }

  /// `places`: for each output the position of its maximum in the image.
  package static func globalMaximum(
    batch: Int, positions: Int, channels: Int, input: UnsafePointer<Float>,
    output: UnsafeMutablePointer<Float>, places: UnsafeMutablePointer<Int32>?
  ) {
    for n in 0..<batch {
      for c in 0..<channels {
        let value = { input[(n * positions + $0) * channels + c] }
        var best = 0
        for p in 1..<max(positions, 1) where value(p) > value(best) { best = p }
        output[n * channels + c] = value(best)
        places?[n * channels + c] = Int32(best)
      }
    }
  }

  package static func globalMaximumGradient(
    batch: Int, positions: Int, channels: Int, outputGradient: UnsafePointer<Float>,
    places: UnsafePointer<Int32>, inputGradient: UnsafeMutablePointer<Float>
  ) {
    inputGradient.update(repeating: 0, count: batch * positions * channels)
    for n in 0..<batch {
      for c in 0..<channels {
        let place = n * positions + Int(places[n * channels + c])
        inputGradient[place * channels + c] = outputGradient[n * channels + c]
      }
    }
  }
}
