import Files

/// Data that cannot be trained on, beyond what `FormatError` says of a single file.
package enum DatasetError: Error, Equatable, CustomStringConvertible {
  case empty(path: String)
  case countMismatch(images: String, imageCount: Int, labels: String, labelCount: Int)
  /// A validation label that no training image has.
  case unknownClass(path: String, label: String, known: [String])
  case imageShape(path: String, expected: [Int], found: [Int])
  /// The network reads images of another size.
  case inputShape(path: String, network: [Int], images: [Int])
  case tooFewOutputs(path: String, classes: Int, outputs: Int)
  case fraction(Double)
  /// So many pictures are broken that something is wrong with the data.
  case tooManyBroken(path: String, broken: Int, of: Int, first: String)
  /// The network reads what pictures have not.
  case channels(path: String, channels: Int)
  /// Too few images to set some aside.
  case tooFewToSplit(path: String, count: Int)

  package var description: String {
    switch self {
    case .empty(let path):
      "\(printable(path)): expected images, found an empty data set"
    case .countMismatch(let images, let imageCount, let labels, let labelCount):
      "\(printable(labels)): expected \(imageCount) labels, one for each image of "
        + "\(printable(images)), found \(labelCount)"
    case .unknownClass(let path, let label, let known):
      "\(printable(path)): expected labels that the training data has "
        + "(\(printable(known.joined(separator: ", ")))), found '\(printable(label))'"
    case .imageShape(let path, let expected, let found):
      "\(printable(path)): expected images of \(words(expected)) as the training data has, found "
        + words(found)
    case .inputShape(let path, let network, let images):
      "\(printable(path)): expected images of \(words(network)), which the network reads, found "
        + words(images)
    case .tooFewOutputs(let path, let classes, let outputs):
      "\(printable(path)): expected at most \(outputs) classes, one for each output, found "
        + "\(classes); --head \(classes) or more gives the network enough"
    case .fraction(let value):
      "--validation: expected a path or a fraction between 0 and 1, found \(value)"
    case .tooManyBroken(let path, let broken, let of, let first):
      "\(printable(path)): expected at most 5 % of the pictures broken, found \(broken) of \(of), "
        + "such as \(first)"
    case .channels(let path, let channels):
      "\(printable(path)): expected a network of 1 or 3 channels, with a mean and a deviation for "
        + "each, found one of \(channels)"
    case .tooFewToSplit(let path, let count):
      "\(printable(path)): expected at least 2 images to set some aside for validation, found "
        + "\(count)"
    }
  }

  private func words(_ shape: [Int]) -> String {
    shape.map(String.init).joined(separator: "×")
  }
}
