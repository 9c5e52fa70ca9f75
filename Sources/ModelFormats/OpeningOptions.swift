import Network

/// What is asked of a model file when it is opened.
package struct OpeningOptions: Hashable, Sendable {
  /// Height and width that a person asked for, where the model takes images of any size.
  package var imageSize: ImageSize?
  /// The size of the images that it is opened for, where all have one: taken where nobody asked.
  package var dataSize: ImageSize?
  /// The size for a model that takes any and was made for none.
  package var usualSize: ImageSize?
  /// The network that a file of weights is of, in the words of any dialect; `nil`: recognised.
  package var architecture: String?
  /// The layer whose output is taken for the network's answer, by the name that the file has for it;
  /// `nil`: the file's own.
  package var outputLayer: String?
  /// A text file with a name for each output.
  package var labels: String?
  /// Refuses a file of which anything is missing, of another shape, or left over.
  package var isStrict = false

  package init(
    imageSize: ImageSize? = nil, dataSize: ImageSize? = nil, usualSize: ImageSize? = nil,
    architecture: String? = nil, outputLayer: String? = nil, labels: String? = nil,
    isStrict: Bool = false
  ) {
    self.imageSize = imageSize
    self.dataSize = dataSize
    self.usualSize = usualSize
    self.architecture = architecture
    self.outputLayer = outputLayer
    self.labels = labels
    self.isStrict = isStrict
  }

  /// Height and width where a model leaves them open.
  var openSize: ImageSize? { imageSize ?? dataSize ?? usualSize }

  /// The image of a network that was made for one of `standard`, and takes any.
  package func inputShape(standard: Shape) -> Shape {
    guard let size = imageSize ?? dataSize else { return standard }
    return Shape(height: size.height, width: size.width, channels: standard.channels)
  }

  /// For readers of files that describe their network.
  /// - Throws: `UnexpectedContent` where a network was asked for.
  func refuseArchitecture() throws(UnexpectedContent) {
    guard let architecture else { return }
    throw UnexpectedContent(
      expected: "weights alone, for --architecture \(architecture)",
      found: "a file that describes its network itself")
  }
}
