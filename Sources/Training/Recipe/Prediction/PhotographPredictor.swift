import Datasets
import Files
import Images
import Network

/// Asks a model about pictures in files, as many at a time as run at once. Belongs to one queue at a time.
package final class PhotographPredictor {
  package typealias Answer = (path: String, result: Result<[Float], any Error>)

  private let predictor: Predictor
  private let preparer: PicturePreparer
  private let threads: Int
  private var pixels: [Float] = []
  private var answers: [Float] = []

  /// - Parameters:
  ///   - name: what messages call the model.
  ///   - shape: what the network reads.
  ///   - threads: that read pictures.
  /// - Throws: `FormatError` where the network reads no pictures.
  package init(
    _ predictor: Predictor, of name: String, shape: Shape, preparation: ImagePreparation,
    threads: Int
  ) throws {
    let sides = shape.dimensions
    guard sides.count == 3,
      let preparer = PicturePreparer(
        preparation, width: sides[1], height: sides[0], channels: sides[2])
    else {
      throw FormatError(
        path: name, expected: "a network that reads pictures of 1 or 3 channels",
        found: "one that reads \(shape)")
    }
    self.predictor = predictor
    self.preparer = preparer
    self.threads = threads
    pixels = Array(repeating: 0, count: predictor.batch * predictor.inputCount)
    answers = Array(repeating: 0, count: predictor.batch * predictor.outputCount)
  }

  /// - Parameter body: told of each file in their order: the network's answer, or what is wrong with it.
  package func predict(_ paths: [String], _ body: (Answer) throws -> Void) rethrows {
    for start in stride(from: 0, to: paths.count, by: predictor.batch) {
      let part = paths[start..<min(start + predictor.batch, paths.count)]
      let faults = read(part)
      answers.withUnsafeMutableBufferPointer { answers in
        pixels.withUnsafeBufferPointer {
          predictor.predict($0.baseAddress!, count: part.count, into: answers.baseAddress!)
        }
      }
      for (place, path) in part.enumerated() {
        let width = predictor.outputCount
        let values = Array(answers[place * width..<(place + 1) * width])
        try body((path, faults[place].map { .failure($0) } ?? .success(values)))
      }
    }
  }

  /// Fills `pixels`; a picture that cannot be read is black.
  /// - Returns: by place, what is wrong with it.
  private func read(_ paths: ArraySlice<String>) -> [(any Error)?] {
    let size = predictor.inputCount
    return pixels.withUnsafeMutableBufferPointer { pixels in
      let pixels = pixels.baseAddress!
      return ParallelReading.faults(
        Array(0..<paths.count), of: paths.count, workers: threads
      ) { place in
        let target = pixels + place * size
        do {
          preparer.write(try Picture.read(paths[paths.startIndex + place]), into: target)
        } catch {
          target.update(repeating: 0, count: size)
          throw error
        }
      }
    }
  }
}
