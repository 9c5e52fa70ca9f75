import Files
import Images
import Network

/// How pictures enter a net of Caffe's: as its data layers say, and mean images beside it.
struct CaffePreparation {
  private(set) var preparation: ImagePreparation
  private(set) var notes: [String] = []

  private static let meanLimit = 1 << 28
  /// ImageNet's means of blue, green and red, which most of Caffe's nets are trained with.
  private static let usualMean: [Float] = [104, 117, 123]

  /// - Parameters:
  ///   - net: where its data layers are found.
  ///   - path: of the file that it came from, beside which mean images lie.
  init(_ nets: [(net: CaffeNet, file: String)], input: Shape, beside path: String) throws {
    preparation = ImagePreparation(pixels: .bytes, origin: .family("Caffe's networks"))
    let family = ImagePreparation.Origin.family("Caffe's networks")
    (preparation.normalizationOrigin, preparation.channelOrderOrigin) = (family, family)
    preparation.fitOrigin = family
    guard input.rank == 3 else { return }
    if input.channels == 3 { preparation.channelOrder = .bgr }
    let side = min(input.dimensions[0], input.dimensions[1])
    // Pictures are brought to 256, of which the middle is taken.
    if (200..<256).contains(side) { preparation.fraction = Double(side) / 256 }

    let folder = splitPath(path).folder
    for (net, file) in nets {
      guard let said = try Self.transformation(of: net) else { continue }
      try take(said, of: file, input, folder: folder)
      return
    }
    if let mean = Self.means(in: folder).first, Self.means(in: folder).count == 1,
      take(meanFile: joinPath(folder, mean), input)
    {
      return
    }
    if input.channels == 3 {
      preparation.mean = Self.usualMean
      notes.append(
        "nothing says how pictures enter: taken are bytes, blue first, less 104, 117 and 123, as most "
          + "of Caffe's networks were trained")
    } else {
      notes.append(
        "nothing says how pictures enter: bytes are taken as they are; many of Caffe's networks for "
          + "digits were trained on 0..1 (--pixels 0..1)")
    }
  }

  /// The words of the data layer that a test reads, else of one that training reads.
  private static func transformation(of net: CaffeNet) throws -> CaffeMessage? {
    let sources = net.layers.filter { $0.bottoms.isEmpty }
    let tested = try sources.filter { try CaffeTestPhase.includes($0) }
    for layer in tested + sources {
      for name in ["transform_param", "image_data_param", "data_param"] {
        let message = try layer.message.message(name)
        if message.has("mean_value") || message.has("mean_file") || message.has("scale") {
          return message
        }
      }
    }
    return nil
  }

  private mutating func take(
    _ said: CaffeMessage, of file: String, _ input: Shape, folder: String
  ) throws {
    let origin = ImagePreparation.Origin.file(file)
    (preparation.origin, preparation.normalizationOrigin) = (origin, origin)
    let means = try said.numbers("mean_value")
    if !means.isEmpty {
      guard means.count == 1 || means.count == input.channels else {
        throw UnexpectedContent(
          expected: "1 or \(input.channels) of 'mean_value' of \(said.label)",
          found: "\(means.count)")
      }
      preparation.mean = means
    } else if let name = try said.text("mean_file") {
      // Paths are those of the machine that trained.
      let beside = joinPath(folder, splitPath(name).name)
      let isTaken =
        take(meanFile: beside, input)
        || Self.means(in: folder).count == 1
          && take(meanFile: joinPath(folder, Self.means(in: folder)[0]), input)
      if !isTaken {
        if input.channels == 3 { preparation.mean = Self.usualMean }
        notes.append(
          "the mean image '\(splitPath(name).name)' is not beside the network: "
            + (input.channels == 3
              ? "104, 117 and 123 are taken, ImageNet's means" : "no mean is taken"))
      }
    }
    let scale = try said.number("scale", default: 1)
    guard scale > 0, (1 / scale).isFinite else {
      throw UnexpectedContent(expected: "a 'scale' above 0 of \(said.label)", found: "\(scale)")
    }
    if scale != 1 { preparation.deviation = [1 / scale] }
  }

  private static func means(in folder: String) -> [String] {
    ((try? Folder.names(in: folder)) ?? []).filter {
      $0.lowercased().hasSuffix(".binaryproto")
    }
  }

  /// A mean image: of each channel, or of each pixel, whose mean over the image is taken.
  /// - Returns: whether there is one that fits.
  private mutating func take(meanFile path: String, _ input: Shape) -> Bool {
    guard let file = try? InputFile(path: path), file.size <= Self.meanLimit else { return false }
    let name = printable(splitPath(path).name, limit: 80)
    let channels = input.channels
    do {
      let tensor = try CaffeBlob.tensor(MessageWalker(file), at: 0..<file.size, name: name)
      let shape = tensor.shape.count == 4 ? Array(tensor.shape.dropFirst()) : tensor.shape
      guard shape.first == channels, tensor.count > 0, tensor.count <= Self.meanLimit / 4,
        tensor.count % channels == 0
      else {
        throw UnexpectedContent(
          expected: "a mean of \(channels) channels", found: "\(Shape(tensor.shape))")
      }
      let values = try [Float](unsafeUninitializedCapacity: tensor.count) { buffer, count in
        try tensor.read(into: UnsafeMutableBufferPointer(rebasing: buffer[..<tensor.count]))
        count = tensor.count
      }
      let size = tensor.count / channels
      var largest: Float = 0
      let means = (0..<channels).map { channel in
        let part = values[(channel * size)..<((channel + 1) * size)]
        let mean = Float(part.reduce(0.0) { $0 + Double($1) } / Double(size))
        largest = part.reduce(largest) { max($0, abs($1 - mean)) }
        return mean
      }
      guard means.allSatisfy(\.isFinite) else {
        throw UnexpectedContent(expected: "a mean of numbers", found: "others")
      }
      preparation.mean = means
      let origin = ImagePreparation.Origin.file(name)
      (preparation.origin, preparation.normalizationOrigin) = (origin, origin)
      if largest > 0.01 {
        notes.append(
          "\(name) has a mean for each pixel: that of each channel is taken, from which single pixels "
            + "are up to \(NumberText.significant(Double(largest), digits: 3)) away")
      }
      return true
    } catch {
      let found = (error as? UnexpectedContent)?.found ?? "damage"
      notes.append("\(name) is left out: it is no mean of \(channels) channels (\(found))")
      return false
    }
  }
}
