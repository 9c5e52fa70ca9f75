/// What a person says of an image that its data do not.
package struct ImageCorrection: Sendable, Codable, Equatable {
  package var image: ImageReference
  /// Nothing is trained on it, or validated.
  package var isLeftOut = false
  /// The name of the class that it has in truth; `nil`: as the data say.
  package var label: String?

  fileprivate var saysNothing: Bool { !isLeftOut && label == nil }

  package init(image: ImageReference, isLeftOut: Bool = false, label: String? = nil) {
    self.image = image
    self.isLeftOut = isLeftOut
    self.label = label
  }
}

/// What a person says of images. They hold from the epoch on that begins next; the files stay as they are.
package struct ImageCorrections: Sendable, Equatable {
  /// In the order of the data, an image once.
  package private(set) var all: [ImageCorrection] = []

  package init() {}

  package var isEmpty: Bool { all.isEmpty }

  /// - Parameter corrections: of an image named more than once the last counts.
  package init(_ corrections: [ImageCorrection]) {
    for correction in corrections {
      change(correction.image) { $0 = correction }
    }
  }

  package subscript(image: ImageReference) -> ImageCorrection? {
    let place = place(of: image)
    return place < all.count && all[place].image == image ? all[place] : nil
  }

  package func leavesOut(_ image: ImageReference) -> Bool { self[image]?.isLeftOut ?? false }

  package mutating func leaveOut(_ images: [ImageReference], _ isLeftOut: Bool) {
    for image in images { change(image) { $0.isLeftOut = isLeftOut } }
  }

  /// - Parameter label: the name of a class; `nil`: as the data say.
  package mutating func relabel(_ images: [ImageReference], _ label: String?) {
    for image in images { change(image) { $0.label = label } }
  }

  private mutating func change(_ image: ImageReference, _ body: (inout ImageCorrection) -> Void) {
    let place = place(of: image)
    let isThere = place < all.count && all[place].image == image
    var correction = isThere ? all[place] : ImageCorrection(image: image)
    body(&correction)
    let replacement = correction.saysNothing ? [] : [correction]
    all.replaceSubrange(place..<(isThere ? place + 1 : place), with: replacement)
  }

  /// Where an image stands, or would.
  private func place(of image: ImageReference) -> Int {
    var (low, high) = (0, all.count)
    while low < high {
      let middle = (low + high) / 2
      if all[middle].image < image { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension ImageCorrections: Codable {
  package init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode([ImageCorrection].self))
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(all)
  }
}
