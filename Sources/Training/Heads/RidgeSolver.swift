import Files
import Glibc
import Kernels

/// A linear classifier in closed form: ridge regression of centred one-hot targets on features, its
/// strength chosen by the leave-one-out error, its values scaled so that their softmax is calibrated.
///
/// Features come a batch at a time, the same rows in the same order in each pass, and are not kept
/// unless they are more than the rows. Each call does one piece of work. The bits depend neither on the
/// batches nor on the number of threads. Belongs to one queue at a time.
///
/// Outputs that are no row's class have no weights, and a bias at which their share of any answer is
/// together no more than a millionth: the logits of the others have mean 0, so that their largest is
/// never below it.
package final class RidgeSolver {
  /// The most features or rows, whichever are fewer: finding the eigenvalues of as many takes minutes.
  package static let sizeLimit = 8192

  package enum Stage: Int, Sendable, Comparable {
    /// The first pass over the rows.
    case collecting
    case decomposing
    /// A pass where the rows are not kept.
    case measuring
    case solving
    /// The same.
    case calibrating
    case scaling
    case done

    package static func < (a: Stage, b: Stage) -> Bool { a.rawValue < b.rawValue }
  }

  package private(set) var stage = Stage.collecting
  /// `nil` until it is done.
  package private(set) var solution: RidgeSolution?

  private let outputs: Int
  private let width: Int
  private let targets: RidgeTargets
  private let pool: WorkerPool
  private let form: any RidgeForm
  private let blocks: RowBlocks
  private var leaveOneOut: LeaveOneOut?
  private var scale: SoftmaxScale
  private var chosen = 0
  private var weights = Matrix(rows: 0, columns: 0)
  private var bias: [Double] = []
  private var right = 0
  /// For the last pass: `[features, classes]` and what is added.
  private var kernel = FloatBuffer(count: 0)
  private var added = FloatBuffer(count: 0)
  private var predictions = FloatBuffer(count: 0)

  /// - Parameters:
  ///   - labels: one a row.
  ///   - width: features of a row.
  ///   - outputs: more than every label.
  ///   - available: bytes that can be taken.
  /// - Throws: `RidgeError.tooLarge`, `MemoryShortage`.
  package init(
    labels: [Int32], width: Int, outputs: Int, pool: WorkerPool,
    available: Int = SystemMemory.available
  ) throws {
    precondition(!labels.isEmpty && width > 0, "\(labels.count) rows of \(width) features")
    precondition(labels.allSatisfy { 0..<outputs ~= Int($0) }, "a label beyond \(outputs) outputs")
    targets = RidgeTargets(labels)
    guard min(width, targets.rows) <= Self.sizeLimit else {
      throw RidgeError.tooLarge(features: width, images: targets.rows)
    }
    let isDual = targets.rows < width
    let classes = targets.classes.count
    let own =
      isDual
      ? DualRidge.bytes(rows: targets.rows, width: width, classes: classes, threads: pool.threads)
      : PrimalRidge.bytes(width: width, classes: classes, threads: pool.threads)
    try MemoryShortage.check(
      own
        + LeaveOneOut.bytes(
          rows: targets.rows, coordinates: min(width, targets.rows), classes: classes),
      for: "solving a head on \(width) features", available: available)
    self.outputs = outputs
    self.width = width
    self.pool = pool
    form =
      isDual
      ? DualRidge(targets, width: width, pool: pool)
      : PrimalRidge(targets, width: width, pool: pool)
    blocks = RowBlocks(rows: targets.rows, width: width, pool: pool)
    scale = SoftmaxScale(rows: targets.rows, classes: classes)
  }

  /// Whether rows are wanted next, from the first of them on at the beginning of a stage; otherwise
  /// `compute` is.
  package var wantsRows: Bool {
    switch stage {
    case .collecting: true
    case .measuring, .calibrating: form.readsAgain
    case .decomposing, .solving, .scaling, .done: false
    }
  }

  /// 0…1, of the stage.
  package var shareDone: Double { Double(blocks.seen) / Double(targets.rows) }

  /// Takes the next rows.
  /// - Parameter values: `[rows, features]`
  package func add(_ rows: Int, _ values: UnsafePointer<Float>) {
    precondition(wantsRows, "rows in \(stage)")
    blocks.add(rows, values) { rows, values in
      switch stage {
      case .collecting: form.collect(rows, values)
      case .measuring: leaveOneOut!.measure(rows, values)
      default: calibrate(rows, values)
      }
    }
    if blocks.isAtEnd { goOn() }
  }

  /// Does the stage's work.
  /// - Throws: `RidgeError`, `LinearAlgebraError`.
  package func compute() throws {
    precondition(!wantsRows && stage != .done, "work in \(stage)")
    switch stage {
    case .decomposing:
      do {
        try form.decompose()
      } catch LinearAlgebraError.notFinite {
        throw RidgeError.featuresNotFinite
      }
      leaveOneOut = LeaveOneOut(form, targets: targets, pool: pool)
    case .measuring: forEachBlock { leaveOneOut!.measure($0, nil) }
    case .solving: try solve()
    case .calibrating: forEachBlock { calibrate($0, nil) }
    default: finish()
    }
    goOn()
  }

  private func goOn() {
    stage = Stage(rawValue: stage.rawValue + 1)!
    blocks.rewind()
  }

  private func forEachBlock(_ body: (Range<Int>) -> Void) {
    for start in stride(from: 0, to: targets.rows, by: RowBlocks.size) {
      body(start..<min(start + RowBlocks.size, targets.rows))
    }
  }

  private func solve() throws {
    chosen = leaveOneOut!.best
    let strength = leaveOneOut!.strengths[chosen]
    let classes = targets.classes.count
    predictions = FloatBuffer(count: min(RowBlocks.size, targets.rows) * classes)
    if form.readsAgain {
      (weights, bias) = try form.solve(strength: strength)
      kernel = FloatBuffer(weights.values.map(Float.init))
      added = FloatBuffer(bias.map(Float.init))
    } else {
      kernel = FloatBuffer(count: form.eigenvalues.count * classes)
      for (j, eigenvalue) in form.eigenvalues.enumerated() {
        let filter = form.filter(eigenvalue, strength: strength)
        for k in 0..<classes {
          kernel.pointer[j * classes + k] = Float(filter * form.projections[j, k])
        }
      }
      added = FloatBuffer(targets.means.map(Float.init))
      (weights, bias) = try form.solve(strength: strength)
    }
  }

  /// Looks at what each row is predicted as by all others.
  private func calibrate(_ rows: Range<Int>, _ values: UnsafePointer<Float>?) {
    let classes = targets.classes.count
    let input = values ?? form.coordinates(rows, nil)
    DenseKernel(
      rows: rows.count, inputs: kernel.count / classes, outputs: classes, pool: pool
    ).forward(
      input: input, weights: kernel.pointer, bias: added.pointer, output: predictions.pointer)
    for (number, row) in rows.enumerated() {
      let prediction = (0..<classes).map { k in
        leaveOneOut!.withoutItself(
          row, Double(predictions.pointer[number * classes + k]), class: k, strength: chosen)
      }
      let answer = prediction.indices.max { prediction[$0] < prediction[$1] }
      if answer == targets.places[row] { right += 1 }
      if scale.wants(row) { scale.add(prediction, class: targets.places[row]) }
    }
  }

  private func finish() {
    let factor = scale.best
    let classes = targets.classes
    var kernel = [Float](repeating: 0, count: width * outputs)
    let surplus = outputs - classes.count
    var bias = [Float](
      repeating: surplus > 0 ? Float(-log(1e6 * Double(surplus))) : 0, count: outputs)
    for (place, output) in classes.enumerated() {
      for c in 0..<width { kernel[c * outputs + output] = Float(factor * weights[c, place]) }
      // What was taken off the rows belongs to the bias.
      let shift = blocks.shift!
      let sum = (0..<width).reduce(self.bias[place]) { $0 - Double(shift[$1]) * weights[$1, place] }
      bias[output] = Float(factor * (sum - 1 / Double(classes.count)))
    }
    let rows = Double(targets.rows)
    let largest = form.eigenvalues.max() ?? 0
    solution = RidgeSolution(
      weights: kernel, bias: bias,
      strength: largest > 0 ? leaveOneOut!.strengths[chosen] / largest : 0,
      leaveOneOutError: leaveOneOut!.errors[chosen] / rows / Double(classes.count),
      leaveOneOutAccuracy: Double(right) / rows, leaveOneOutLoss: scale.loss(at: factor).value,
      scale: factor)
  }
}
