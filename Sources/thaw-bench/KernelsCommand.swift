import ArgumentParser
import Glibc
import Kernels

/// Every implementation of the convolutions that networks are made of, pass by pass.
struct KernelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels",
    abstract: "Time each implementation of typical convolutions.",
    discussion: """
      Effective GFLOP/s: the multiplications and additions of the plain convolution over the \
      time, whatever an implementation saves of them; and their share of the rate of a large \
      matrix product on as many threads. A star marks what a network would run.
      """)

  @Option(help: "Threads. (default: one for each core)")
  var threads: Int?

  @Option(help: "Times each is run; the median counts.")
  var rounds = 5

  @Option(help: "Only the convolutions whose name holds this.")
  var only: String?

  @Option(help: "Only this pass: forward, inputGradient or weightGradient.")
  var pass: ConvolutionPass?

  func run() throws {
    guard rounds > 0 else { throw ValidationError("--rounds is at least 1") }
    let pool = WorkerPool(threads: threads)
    let peak = productPeak(pool)
    print("large matrix product: \(peak.tenths) GFLOP/s on \(pool.threads) threads\n")
    for (name, geometry) in Self.cases where only.map(name.contains) ?? true {
      print("\(name), batch \(geometry.batch)")
      let input = buffer(geometry.inputCount)
      let weights = buffer(geometry.weightCount)
      let output = buffer(geometry.outputCount)
      for pass in ConvolutionPass.allCases where self.pass ?? pass == pass {
        let chosen = ConvolutionImplementation.fastest(for: geometry)
        for implementation in ConvolutionImplementation.allCases
        where implementation != .reference && implementation.canRun(geometry) {
          let convolution = Convolution(geometry, pool: pool, implementation: implementation)
          let rate = rate(of: geometry) {
            switch pass {
            case .forward:
              convolution.forward(
                input: input.pointer, weights: weights.pointer, output: output.pointer)
            case .inputGradient:
              convolution.inputGradient(
                outputGradient: output.pointer, weights: weights.pointer,
                inputGradient: input.pointer)
            case .weightGradient:
              convolution.weightGradient(
                input: input.pointer, outputGradient: output.pointer,
                weightGradient: weights.pointer)
            }
          }
          let cells = [
            "  \(pass)".padded(18),
            "\(implementation)\(chosen == implementation ? " *" : "")".padded(14),
            rate.tenths.padded(8), "\(Int((rate / peak * 100).rounded())) %",
          ]
          print(cells.joined())
        }
      }
    }
  }

  /// GFLOP/s of the plain convolution's operations.
  private func rate(of geometry: ConvolutionGeometry, _ body: () -> Void) -> Double {
    body()
    let seconds = (0..<rounds).map { _ in Measurement.seconds(body) }
    return geometry.operations / Measurement.median(seconds) / 1e9
  }

  /// GFLOP/s of a dense layer of 2,048 rows and columns.
  private func productPeak(_ pool: WorkerPool) -> Double {
    let size = 2_048
    let geometry = ConvolutionGeometry(
      batch: 1, inputHeight: 1, inputWidth: size, inputChannels: size, outputChannels: size,
      kernelHeight: 1, kernelWidth: 1)
    let kernel = Convolution(geometry, pool: pool)
    let (input, weights) = (buffer(size * size), buffer(size * size))
    let output = buffer(size * size)
    return rate(of: geometry) {
      kernel.forward(input: input.pointer, weights: weights.pointer, output: output.pointer)
    }
  }

  private func buffer(_ count: Int) -> FloatBuffer {
    let buffer = FloatBuffer(count: count)
    let random = RandomStream(seed: 0, purpose: .test)
    for i in 0..<count { buffer.pointer[i] = random.uniform(UInt64(i)) - 0.5 }
    return buffer
  }

  private static func convolution(
    _ batch: Int, _ size: Int, _ inputs: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 1,
    groups: Int = 1
  ) -> ConvolutionGeometry {
    ConvolutionGeometry(
      batch: batch, inputHeight: size, inputWidth: size, inputChannels: inputs,
      outputChannels: outputs, kernelHeight: kernel, kernelWidth: kernel, strideHeight: stride,
      strideWidth: stride, padding: .uniform(kernel / 2), groups: groups)
  }

  private static let cases: [(String, ConvolutionGeometry)] = [
    ("demo 28² 1 → 16, 3×3", convolution(64, 28, 1, 16)),
    ("demo 28² 16 → 16, 3×3", convolution(64, 28, 16, 16)),
    ("demo 14² 16 → 32, 3×3", convolution(64, 14, 16, 32)),
    ("demo 14² 32 → 32, 3×3", convolution(64, 14, 32, 32)),
    ("vgg16 224² 3 → 64, 3×3", convolution(4, 224, 3, 64)),
    ("vgg16 224² 64 → 64, 3×3", convolution(2, 224, 64, 64)),
    ("vgg16 112² 64 → 128, 3×3", convolution(4, 112, 64, 128)),
    ("vgg16 56² 256 → 256, 3×3", convolution(4, 56, 256, 256)),
    ("vgg16 28² 512 → 512, 3×3", convolution(4, 28, 512, 512)),
    ("vgg16 14² 512 → 512, 3×3", convolution(8, 14, 512, 512)),
    ("resnet 56² 64 → 64, 3×3", convolution(16, 56, 64, 64)),
    ("resnet 28² 128 → 128, 3×3", convolution(16, 28, 128, 128)),
    ("resnet 14² 256 → 256, 3×3", convolution(16, 14, 256, 256)),
    ("resnet 7² 512 → 512, 3×3", convolution(16, 7, 512, 512)),
    ("resnet 224² 3 → 64, 7×7 by 2", convolution(16, 224, 3, 64, kernel: 7, stride: 2)),
    ("resnet 56² 64 → 128, 3×3 by 2", convolution(16, 56, 64, 128, stride: 2)),
    ("resnet 56² 64 → 256, 1×1", convolution(16, 56, 64, 256, kernel: 1)),
    ("resnet 14² 1024 → 256, 1×1", convolution(16, 14, 1024, 256, kernel: 1)),
    ("mobilenet 112² 16 → 96, 1×1", convolution(16, 112, 16, 96, kernel: 1)),
    ("mobilenet 56² 144 → 24, 1×1", convolution(16, 56, 144, 24, kernel: 1)),
    ("mobilenet 112² 96, depthwise by 2", convolution(16, 112, 96, 96, stride: 2, groups: 96)),
    ("mobilenet 28² 192, depthwise", convolution(16, 28, 192, 192, groups: 192)),
  ]
}

extension ConvolutionPass: ExpressibleByArgument {}
