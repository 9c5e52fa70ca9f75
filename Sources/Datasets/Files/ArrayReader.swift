import Files

/// Makes data whose pictures lie in one file into data.
struct ArrayReader {
  private let options: ReadingOptions
  /// Whether some pictures are set aside where nothing was brought along to validate on.
  private let setsAside: Bool

  init(_ options: ReadingOptions, setsAside: Bool = true) {
    self.options = options
    self.setsAside = setsAside
  }

  func cifar(_ path: String) throws -> PictureData {
    let folder = try CIFARFolder(path: path)
    func source(_ part: CIFARFolder.Part) -> PicturesInMemory {
      PicturesInMemory(imageShape: CIFARFolder.imageShape, pixels: part.pixels, labels: part.labels)
    }
    let validation: PicturesInMemory?
    switch options.validation {
    case .included: validation = folder.test.map(source)
    case .fraction: validation = nil
    case .path(let other):
      let other = try CIFARFolder(path: checked(other, .cifar))
      validation = source(other.test ?? other.train)
    }
    return try data(path, folder.classes, source(folder.train), validation)
  }

  func numPy(_ path: String) throws -> PictureData {
    let arrays = try NumPyPair(path: path)
    let values = Set(arrays.train.labels).sorted()
    guard values.count > 1 else {
      throw FormatError(
        path: arrays.train.labelsPath, expected: "two classes or more", found: "\(values.count)")
    }
    let classes = values.map { String($0) }
    let numbers = Dictionary(uniqueKeysWithValues: zip(values, 0..<Int32(values.count)))
    func source(_ part: NumPyPair.Part) throws -> PicturesInMemory {
      guard part.imageShape == arrays.train.imageShape else {
        throw DatasetError.imageShape(
          path: part.labelsPath, expected: arrays.train.imageShape, found: part.imageShape)
      }
      return PicturesInMemory(
        imageShape: part.imageShape, pixels: part.pixels,
        labels: try part.labels.map { label in
          guard let number = numbers[label] else {
            throw DatasetError.unknownClass(
              path: part.labelsPath, label: String(label), known: classes)
          }
          return number
        })
    }
    let validation: PicturesInMemory?
    switch options.validation {
    case .included: validation = try arrays.validation.map(source)
    case .fraction: validation = nil
    case .path(let other):
      let other = try NumPyPair(path: checked(other, .numPy))
      validation = try source(other.validation ?? other.train)
    }
    return try data(path, classes, source(arrays.train), validation)
  }

  private func checked(_ path: String, _ kind: DataKind) throws -> String {
    guard try DataKind(of: path) == kind else {
      throw FormatError(
        path: path, expected: "validation data of the training data's kind", found: "another kind")
    }
    return path
  }

  private func data(
    _ path: String, _ classes: [String], _ train: PicturesInMemory, _ validation: PicturesInMemory?
  ) throws -> PictureData {
    var findings: [DatasetFinding] = []
    var counts = [Int](repeating: 0, count: classes.count)
    for label in train.labels { counts[Int(label)] += 1 }
    let single = counts.indices.filter { counts[$0] == 1 }.map { classes[$0] }
    if !single.isEmpty { findings.append(.singlePicture(single)) }
    if let validation {
      let present = Set(validation.labels)
      let missing = counts.indices.filter { counts[$0] > 0 && !present.contains(Int32($0)) }
      if !missing.isEmpty { findings.append(.missingInValidation(missing.map { classes[$0] })) }
      return PictureData(
        path: path, classes: classes, train: train, validation: validation, findings: findings,
        imageShape: train.imageShape)
    }
    guard setsAside else {
      return PictureData(
        path: path, classes: classes, train: train, validation: nil, findings: findings,
        imageShape: train.imageShape)
    }
    var fraction = StratifiedSplit.usualFraction
    if case .fraction(let asked) = options.validation {
      guard asked > 0, asked < 1 else { throw DatasetError.fraction(asked) }
      fraction = asked
    }
    let split = StratifiedSplit(
      labels: train.labels, classes: classes.count, fraction: fraction, seed: options.seed)
    guard !split.validation.isEmpty else {
      throw DatasetError.tooFewToSplit(path: path, count: train.count)
    }
    if options.validation == .included {
      findings.append(.setAside(count: split.validation.count, of: train.count))
    }
    return PictureData(
      path: path, classes: classes, train: train.subset(split.train),
      validation: train.subset(split.validation), findings: findings, imageShape: train.imageShape)
  }
}
