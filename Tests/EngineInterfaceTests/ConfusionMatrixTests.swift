import EngineInterface
import Testing

struct ConfusionMatrixTests {
  private var matrix: ConfusionMatrix {
    var matrix = ConfusionMatrix(classes: ["cat", "dog", "owl"])
    let said: [(Int, Int?, Int)] = [
      (0, 0, 8), (0, 1, 2), (1, 1, 3), (1, 0, 1), (1, nil, 1), (1, 7, 1),
    ]
    for (label, answer, count) in said {
      for _ in 0..<count { matrix.note(label: label, answer: answer) }
    }
    return matrix
  }

  @Test func sharesAreOfWhatThereIs() {
    #expect(matrix.images == 16 && matrix.correct == 11 && matrix.accuracy == 11.0 / 16)
    #expect(matrix.recall(0) == 0.8 && matrix.recall(1) == 0.5 && matrix.recall(2) == nil)
    #expect(matrix.precision(0) == 8.0 / 9 && matrix.precision(1) == 0.6)
    #expect(matrix.precision(2) == nil && matrix.balancedAccuracy == 0.65)
    #expect(matrix[1, nil] == 2)
  }

  /// Its formula, worked out in double precision elsewhere.
  @Test func theIntervalIsWilsons() throws {
    let interval = try #require(matrix.accuracyInterval)
    #expect(abs(interval.lowerBound - 0.444_043_6) < 1e-6)
    #expect(abs(interval.upperBound - 0.858_353_6) < 1e-6)
    #expect(ConfusionMatrix(classes: ["a"]).accuracyInterval == nil)
  }
}
