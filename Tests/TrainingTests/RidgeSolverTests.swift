import Files
import Foundation
import Kernels
import TestSupport
import Testing

@testable import Training

/// A head in closed form against the same equations solved one by one.
struct RidgeSolverTests {
  struct Problem: Sendable {
    var labels: [Int32]
    var width: Int
    var values: [Float]

    var rows: Int { labels.count }

    /// Rows whose features tell something of their class, around 3.
    init(rows: Int, width: Int, classes: Int, seed: UInt64 = 3) {
      let random = RandomStream(seed: seed, purpose: .test)
      labels = (0..<rows).map { Int32($0 * 7 % classes) }
      self.width = width
      values = []
      for row in 0..<rows {
        for c in 0..<width {
          let noise = random.uniform(UInt64(row * width + c)) * 2 - 1
          let signal: Float = c % classes == Int(labels[row]) ? 0.5 : 0
          values.append(3 + noise + signal * (1 + Float(c % 5)) / 3)
        }
      }
    }
  }

  private static func solve(
    _ problem: Problem, outputs: Int, batch: Int = 13, threads: Int = 2,
    available: Int = SystemMemory.available
  ) throws -> RidgeSolution {
    let solver = try RidgeSolver(
      labels: problem.labels, width: problem.width, outputs: outputs,
      pool: WorkerPool(threads: threads), available: available)
    while solver.stage != .done {
      guard solver.wantsRows else {
        try solver.compute()
        continue
      }
      for start in stride(from: 0, to: problem.rows, by: batch) {
        let count = min(batch, problem.rows - start)
        problem.values.withUnsafeBufferPointer {
          solver.add(count, $0.baseAddress! + start * problem.width)
        }
      }
    }
    return solver.solution!
  }

  /// Ridge regression on centred rows, in the way of the books.
  private static func regression(
    _ problem: Problem, rows: [Int], strength: Double, classes: Int
  ) -> (weights: Matrix, bias: [Double]) {
    let width = problem.width
    func value(_ row: Int, _ c: Int) -> Double { Double(problem.values[row * width + c]) }
    let count = Double(rows.count)
    let means = (0..<width).map { c in rows.reduce(0.0) { $0 + value($1, c) } / count }
    let targets = (0..<classes).map { k in
      Double(rows.count { problem.labels[$0] == k }) / count
    }
    let matrix = Matrix(rows: width, columns: width)
    let sides = Matrix(rows: width, columns: classes)
    for i in 0..<width {
      for j in 0..<width {
        matrix[i, j] = rows.reduce(i == j ? strength : 0) {
          $0 + (value($1, i) - means[i]) * (value($1, j) - means[j])
        }
      }
      for k in 0..<classes {
        sides[i, k] = rows.reduce(0.0) {
          $0 + (value($1, i) - means[i]) * ((problem.labels[$1] == k ? 1 : 0) - targets[k])
        }
      }
    }
    let weights = Reference.solve(matrix, sides)!
    let bias = (0..<classes).map { k in
      (0..<width).reduce(targets[k]) { $0 - means[$1] * weights[$1, k] }
    }
    return (weights, bias)
  }

  private static func largestEigenvalue(_ problem: Problem) -> Double {
    let (rows, width) = (problem.rows, problem.width)
    let centered = FloatBuffer(problem.values)
    for c in 0..<width {
      let mean =
        (0..<rows).reduce(0.0) { $0 + Double(problem.values[$1 * width + c]) } / Double(rows)
      for row in 0..<rows { centered.pointer[row * width + c] -= Float(mean) }
    }
    let gram = Reference.gram(rows: rows, columns: width, centered.pointer)
    return Reference.symmetricEigen(gram).values.last!
  }

  static let shapes = [(40, 7, 3), (33, 21, 4), (20, 37, 3), (9, 50, 2), (700, 18, 5)]

  @Test(arguments: shapes)
  func solutionIsThatOfTheEquations(_ rows: Int, _ width: Int, _ classes: Int) throws {
    let problem = Problem(rows: rows, width: width, classes: classes)
    let found = try Self.solve(problem, outputs: classes)
    let largest = Self.largestEigenvalue(problem)
    let wanted = Self.regression(
      problem, rows: Array(0..<rows), strength: found.strength * largest, classes: classes)
    let size = wanted.weights.values.map(abs).max()!
    for c in 0..<width {
      for k in 0..<classes {
        let value = Double(found.weights[c * classes + k]) / found.scale
        #expect(abs(value - wanted.weights[c, k]) < 1e-3 * size)
      }
    }
    for k in 0..<classes {
      let value = Double(found.bias[k]) / found.scale + 1 / Double(classes)
      #expect(abs(value - wanted.bias[k]) < 2e-3 * max(1, abs(wanted.bias[k])))
    }
  }

  /// Each row is really left out, and the equations are solved anew.
  @Test(arguments: shapes.prefix(4))
  func strengthHasTheLeastErrorOfRowsThatWereLeftOut(
    _ rows: Int, _ width: Int, _ classes: Int
  ) throws {
    let problem = Problem(rows: rows, width: width, classes: classes)
    let found = try Self.solve(problem, outputs: classes)
    let largest = Self.largestEigenvalue(problem)
    var errors: [(relative: Double, error: Double, right: Int)] = []
    for relative in LeaveOneOut.relativeStrengths {
      var sum = 0.0
      var right = 0
      for out in 0..<rows {
        let (weights, bias) = Self.regression(
          problem, rows: (0..<rows).filter { $0 != out }, strength: relative * largest,
          classes: classes)
        let prediction = (0..<classes).map { k in
          (0..<width).reduce(bias[k]) {
            $0 + Double(problem.values[out * width + $1]) * weights[$1, k]
          }
        }
        for k in 0..<classes {
          let residual = (problem.labels[out] == k ? 1 : 0) - prediction[k]
          sum += residual * residual
        }
        if prediction.firstIndex(of: prediction.max()!) == Int(problem.labels[out]) { right += 1 }
      }
      errors.append((relative, sum / Double(rows * classes), right))
    }
    let best = errors.min { $0.error < $1.error }!
    #expect(abs(found.strength / best.relative - 1) < 1e-5)
    // Where rows are fewer than features, hardly anything is left of 1 − h in float32.
    #expect(abs(found.leaveOneOutError / best.error - 1) < (rows < width ? 2e-2 : 1e-3))
    #expect(abs(found.leaveOneOutAccuracy - Double(best.right) / Double(rows)) < 1e-9)
  }

  @Test(arguments: [(1100, 70, 4), (60, 130, 3)])
  func bitsDependNeitherOnThreadsNorOnBatches(_ rows: Int, _ width: Int, _ classes: Int) throws {
    let problem = Problem(rows: rows, width: width, classes: classes)
    let wanted = try Self.solve(problem, outputs: classes, batch: rows, threads: 1)
    for (batch, threads) in [(1, 1), (64, 2), (513, 3), (100, 5)] {
      #expect(try Self.solve(problem, outputs: classes, batch: batch, threads: threads) == wanted)
    }
  }

  @Test func scaleGivesTheLeastLossOfRowsThatWereLeftOut() {
    var scale = SoftmaxScale(rows: 50, classes: 3)
    let random = RandomStream(seed: 8, purpose: .test)
    for row in 0..<50 {
      let values = (0..<3).map { Double(random.uniform(UInt64(row * 3 + $0))) }
      // Four of five are right.
      let place = values.firstIndex(of: row % 5 == 0 ? values.min()! : values.max()!)!
      scale.add(values, class: place)
    }
    let best = scale.best
    #expect(best > 0.5 && best < 100)
    for factor in [0.5, 0.9, 1.1, 2] {
      #expect(scale.loss(at: best * factor).value > scale.loss(at: best).value)
    }
    let slope = (scale.loss(at: best + 1e-4).value - scale.loss(at: best - 1e-4).value) / 2e-4
    #expect(abs(slope) < 1e-6)
  }

  @Test func valuesWorseThanNoneAreScaledAway() {
    var scale = SoftmaxScale(rows: 4, classes: 2)
    for _ in 0..<4 { scale.add([1, 0], class: 1) }
    #expect(scale.best == 0)
    var perfect = SoftmaxScale(rows: 4, classes: 2)
    for _ in 0..<4 { perfect.add([1, 0], class: 0) }
    #expect(perfect.best.isFinite && perfect.best > 20)
  }

  /// Outputs without images: beyond the classes, or a class among them.
  @Test func outputsThatAreNoTargetAreNoAnswerEither() throws {
    var problem = Problem(rows: 60, width: 9, classes: 3)
    problem.labels = problem.labels.map { [0, 2, 3][Int($0)] }
    let outputs = 7
    let found = try Self.solve(problem, outputs: outputs)
    for row in 0..<problem.rows {
      let logits = (0..<outputs).map { k in
        (0..<problem.width).reduce(Double(found.bias[k])) {
          $0 + Double(problem.values[row * problem.width + $1])
            * Double(found.weights[$1 * outputs + k])
        }
      }
      let parts = logits.map { exp($0) }
      let surplus = [1, 4, 5, 6].reduce(0.0) { $0 + parts[$1] }
      #expect(surplus / parts.reduce(0, +) <= 1.01e-6)
    }
    #expect(
      [1, 4, 5, 6].allSatisfy { k in
        (0..<problem.width).allSatisfy { found.weights[$0 * outputs + k] == 0 }
      })
  }

  @Test(arguments: [1, 2, 5])
  func degenerateDataGivesNumbers(rows: Int) throws {
    var constant = Problem(rows: rows, width: 3, classes: 2)
    constant.values = constant.values.map { _ in 4 }
    var single = Problem(rows: rows, width: 3, classes: 2)
    single.labels = single.labels.map { _ in 1 }
    for problem in [constant, single] {
      let found = try Self.solve(problem, outputs: 2)
      #expect((found.weights + found.bias).allSatisfy { $0.isFinite })
      #expect(found.leaveOneOutError.isFinite && found.leaveOneOutLoss.isFinite)
    }
    // Nothing known but how often each class is.
    #expect(try Self.solve(constant, outputs: 2).weights.allSatisfy { $0 == 0 })
  }

  @Test(arguments: [Float.nan, .infinity], [(30, 4), (4, 30)])
  func featuresThatAreNoNumbersAreRefused(_ value: Float, _ shape: (Int, Int)) {
    var problem = Problem(rows: shape.0, width: shape.1, classes: 2)
    problem.values[17] = value
    #expect(throws: RidgeError.featuresNotFinite) { try Self.solve(problem, outputs: 2) }
  }

  @Test func whatDoesNotFitIsRefusedBeforeItIsTaken() {
    let labels = (0..<20_000).map { Int32($0 % 2) }
    let pool = WorkerPool(threads: 1)
    #expect(throws: RidgeError.tooLarge(features: 10_000, images: 20_000)) {
      try RidgeSolver(labels: labels, width: 10_000, outputs: 2, pool: pool)
    }
    #expect(throws: MemoryShortage.self) {
      try RidgeSolver(labels: labels, width: 1000, outputs: 2, pool: pool, available: 10_000_000)
    }
  }
}
