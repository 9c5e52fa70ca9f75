import ArgumentParser
import Datasets
import Files
import Images
import Network
import Training

/// Predicts input after input and prints what comes of it.
struct PredictionSession {
  enum Format {
    case text, json, csv
    case numPy(String)
  }

  let source: PredictionModel
  let predictor: Predictor
  let preparation: ImagePreparation
  /// Whether the person has said how pixels enter.
  let isAsked: Bool
  let threads: Int
  let format: Format
  let top: Int?
  /// As the person calls it.
  let model: String
  private var isAssumptionSaid = false
  private var answered = 0
  private var unreadable = 0

  init(
    source: PredictionModel, predictor: Predictor, preparation: ImagePreparation, isAsked: Bool,
    threads: Int, format: Format, top: Int?, model: String
  ) {
    self.source = source
    self.predictor = predictor
    self.preparation = preparation
    self.isAsked = isAsked
    self.threads = threads
    self.format = format
    self.top = top
    self.model = model
  }

  /// Predicts one of many inputs: what cannot be read is named and passed over.
  mutating func predictOneOfMany(_ path: String) throws {
    do {
      try predict(path)
    } catch  where error is FileError || error is FormatError {
      note(error)
    }
  }

  /// - Throws: what is wrong with an input as a whole; single pictures of a folder are named and passed
  ///   over.
  mutating func predict(_ path: String) throws {
    if try PredictionInput.isOfPictures(path) {
      try predictPictures(path)
    } else {
      try predictArray(path)
    }
  }

  private mutating func note(_ error: any Error) {
    // In the order of the pictures, also where both go to one place.
    StandardOutput.flush()
    printError("\(error)")
    unreadable += 1
  }

  /// - Throws: `ExitCode.failure` where some pictures could not be read.
  func end() throws {
    guard unreadable > 0 else { return }
    try StandardOutput.finish()
    throw ExitCode(answered == 0 ? 2 : 1)
  }

  private mutating func predictPictures(_ path: String) throws {
    let photographs = try PhotographPredictor(
      predictor, of: model, shape: source.graph.inputShape, preparation: preparation,
      threads: threads)
    let files = try PictureWalk.files(at: path)
    sayAssumption()
    var rows: [Float] = []
    let before = answered
    photographs.predict(files) { file, result in
      switch result {
      case .failure(let error): note(error)
      case .success(let values):
        answered += 1
        if case .numPy = format { rows += values } else { print(file, 0, values, digits: nil) }
      }
    }
    if case .numPy(let output) = format, answered > before {
      try write(rows, count: answered - before, to: output)
    }
  }

  private mutating func predictArray(_ path: String) throws {
    let input = try PredictionInput(
      path: path, shape: source.graph.inputShape, preparation: preparation)
    guard !isAsked || input.isPrepared else {
      throw ConfigurationError(
        option: "pixels", expected: "pictures; a NumPy file enters unchanged", found: path)
    }
    if input.isPrepared { sayAssumption() }
    let answers = predictor.predict(input.values)
    answered += input.count
    if case .numPy(let output) = format {
      return try write(answers, count: input.count, to: output)
    }
    // The path once, and the images' numbers under it.
    if case .text = format { StandardOutput.print(printable(path, limit: nil)) }
    let digits = String(max(input.count - 1, 0)).count
    let width = predictor.outputCount
    for index in 0..<input.count {
      print(path, index, Array(answers[index * width..<(index + 1) * width]), digits: digits)
    }
  }

  private mutating func sayAssumption() {
    guard preparation.origin == .assumption, !isAssumptionSaid else { return }
    isAssumptionSaid = true
    printError(preparation.sentence)
  }

  /// - Parameter digits: of the largest number; `nil` for a picture in a file of its own.
  private func print(_ path: String, _ index: Int, _ values: [Float], digits: Int?) {
    let lineCount = top ?? Prediction.lineCount
    let prediction = Prediction(
      input: path, index: index, values: values, classes: source.classes,
      ending: source.graph.finalActivationKind, count: top ?? Prediction.topCount)
    let line =
      switch format {
      case .json: JSONLine.encode(prediction)
      case .csv: printable(prediction.record, limit: nil)
      case .text, .numPy:
        digits.map { prediction.line(digits: $0, count: lineCount) }
          ?? prediction.line(count: lineCount)
      }
    StandardOutput.print(line)
  }

  private func write(_ answers: [Float], count: Int, to path: String) throws {
    let shape = [count] + source.graph.outputShape.dimensions
    try NumPyArray(shape: shape, values: answers).write(to: path)
  }
}
