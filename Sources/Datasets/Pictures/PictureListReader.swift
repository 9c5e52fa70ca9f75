import Files
import Images

/// Makes pictures in files of their own into data: folders of classes, or a list.
struct PictureListReader {
  private let options: ReadingOptions
  private let progress: @Sendable (ReadingProgress) -> Void

  init(_ options: ReadingOptions, _ progress: @escaping @Sendable (ReadingProgress) -> Void) {
    self.options = options
    self.progress = progress
  }

  /// Files of one purpose, looked at.
  private struct Part {
    /// The folder or list that they come from.
    let path: String
    var files: PictureFiles
    var findings: [DatasetFinding]
    var classes: [String]
  }

  // MARK: - Class folders

  func folders(_ path: String) throws -> PictureData {
    let split = try SplitFolders(path: path)
    let train = try folder(split.train)
    var findings = split.others.isEmpty ? [] : [DatasetFinding.otherFolders(split.others)]
    if let first = split.beside.first {
      findings.append(.beside(folder: path, count: split.beside.count, first: first))
    }
    findings += train.findings
    guard train.classes.count > 1 else {
      throw Self.oneClass(train.classes.first, in: split.train)
    }
    switch options.validation {
    case .fraction(let fraction):
      return try setAside(fraction, of: train, path: path, findings)
    case .included:
      guard let validation = split.validation else {
        return try setAside(
          StratifiedSplit.usualFraction, of: train, path: path, findings, isSaid: true)
      }
      return try paired(train, folder(validation), path: path, findings)
    case .path(let other):
      if case .list = try DataKind(of: other) {
        return try paired(train, list(of: other), path: path, findings)
      }
      let inner = try SplitFolders(path: other)
      return try paired(
        train, folder(inner.validation ?? inner.train), path: path, findings)
    }
  }

  private func folder(_ path: String) throws -> Part {
    let progress = progress
    let listing = try ClassFolders(path: path) { progress(.listing($0)) }
    let files = PictureFiles(folder: path, paths: listing.paths, labels: listing.labels)
    var part = Part(path: path, files: files, findings: listing.findings, classes: listing.classes)
    try survey(&part)
    return part
  }

  // MARK: - A list

  func list(_ path: String) throws -> PictureData {
    let train = try list(of: path)
    guard train.classes.count > 1 else { throw Self.oneClass(train.classes.first, in: path) }
    switch options.validation {
    case .fraction(let fraction):
      return try setAside(fraction, of: train, path: path, train.findings)
    case .included:
      return try setAside(
        StratifiedSplit.usualFraction, of: train, path: path, train.findings, isSaid: true)
    case .path(let other):
      let validation =
        if case .list = try DataKind(of: other) {
          try list(of: other)
        } else {
          try folder(other)
        }
      return try paired(train, validation, path: path, train.findings)
    }
  }

  private func list(of path: String) throws -> Part {
    let list = try PictureList(path: path)
    let files = PictureFiles(
      folder: splitPath(path).folder, paths: list.paths, labels: list.labels)
    var part = Part(path: path, files: files, findings: list.findings, classes: list.classes)
    try survey(&part)
    return part
  }

  // MARK: - All of it

  /// Everything that a folder or list has, in one part; of a folder that was split, what training has
  /// seen least of.
  func whole(_ path: String) throws -> PictureData {
    let part: Part
    if case .list = try DataKind(of: path) {
      part = try list(of: path)
    } else {
      let split = try SplitFolders(path: path)
      guard split.tests.count < 2 else {
        throw FormatError(
          path: path, expected: "one folder for each purpose",
          found: split.tests.map { splitPath($0).name }.joined(separator: " and "))
      }
      part = try folder(split.tests.first ?? split.validation ?? split.train)
    }
    return PictureData(
      path: path, classes: part.classes, train: part.files, validation: nil,
      findings: part.findings)
  }

  // MARK: - What both have in common

  /// Looks at the files, and leaves out what is no picture, and classes that have none.
  private func survey(_ part: inout Part) throws {
    let path = part.path
    let progress = progress
    let total = part.files.count
    let survey = try PictureSurvey(
      part.files, isStrict: options.isStrict, workers: options.workers
    ) { progress(.checking($0, of: total)) }
    guard !survey.isTooBroken else {
      throw DatasetError.tooManyBroken(
        path: path, broken: survey.broken.count, of: survey.kept.count + survey.broken.count,
        first: survey.broken.first ?? "")
    }
    part.findings += survey.findings
    guard !survey.kept.isEmpty else {
      throw FormatError(
        path: path, expected: "JPEG, PNG or WebP",
        found: total == 0
          ? "no file in any class folder"
          : survey.findings.map(\.description).joined(separator: "; "))
    }
    if survey.kept.count < total { part.files = part.files.files(survey.kept) }
    // Classes that nothing is left of are none.
    var counts = [Int](repeating: 0, count: part.classes.count)
    for label in part.files.labels { counts[Int(label)] += 1 }
    let empty = counts.indices.filter { counts[$0] == 0 }
    guard !empty.isEmpty else { return }
    part.findings.append(.emptyClasses(empty.map { part.classes[$0] }))
    var numbers: [Int32] = []
    var next: Int32 = 0
    for count in counts {
      numbers.append(next)
      if count > 0 { next += 1 }
    }
    part.classes = counts.indices.filter { counts[$0] > 0 }.map { part.classes[$0] }
    part.files = part.files.relabelled { numbers[Int($0)] }
  }

  private func setAside(
    _ fraction: Double, of part: Part, path: String, _ findings: [DatasetFinding],
    isSaid: Bool = false
  ) throws -> PictureData {
    guard fraction > 0, fraction < 1 else { throw DatasetError.fraction(fraction) }
    let split = StratifiedSplit(
      labels: part.files.labels, classes: part.classes.count, fraction: fraction,
      seed: options.seed)
    guard !split.validation.isEmpty else {
      throw DatasetError.tooFewToSplit(path: path, count: part.files.count)
    }
    let said: [DatasetFinding] =
      isSaid ? [.setAside(count: split.validation.count, of: part.files.count)] : []
    return data(
      path, part.classes, part.files.files(split.train), part.files.files(split.validation),
      findings + said)
  }

  private func paired(
    _ train: Part, _ validation: Part, path: String, _ findings: [DatasetFinding]
  ) throws -> PictureData {
    let known = Dictionary(uniqueKeysWithValues: zip(train.classes, 0..<Int32(train.classes.count)))
    let numbers = try validation.classes.map { name in
      guard let number = known[name] else {
        throw DatasetError.unknownClass(
          path: validation.path, label: name, known: train.classes)
      }
      return number
    }
    let files = validation.files.relabelled { numbers[Int($0)] }
    let present = Set(validation.classes)
    let missing = train.classes.filter { !present.contains($0) }
    return data(
      path, train.classes, train.files, files,
      findings + validation.findings + (missing.isEmpty ? [] : [.missingInValidation(missing)]))
  }

  private func data(
    _ path: String, _ classes: [String], _ train: PictureFiles, _ validation: PictureFiles,
    _ findings: [DatasetFinding]
  ) -> PictureData {
    var findings = findings
    var counts = [Int](repeating: 0, count: classes.count)
    for label in train.labels { counts[Int(label)] += 1 }
    let single = counts.indices.filter { counts[$0] == 1 }.map { classes[$0] }
    if !single.isEmpty { findings.append(.singlePicture(single)) }
    let duplicates = Duplicates(train: train, validation: validation) {
      progress(.comparing($0, of: train.count))
    }
    if let first = duplicates.first {
      findings.append(
        .duplicates(
          count: duplicates.count, train: first.train, validation: first.validation))
    }
    return PictureData(
      path: path, classes: classes, train: train, validation: validation, findings: findings)
  }

  private static func oneClass(_ name: String?, in path: String) -> FormatError {
    let found = name.map { "one: '\($0)'" } ?? "none"
    // An archive that was unpacked has one folder, in which the classes lie.
    let inner = name.map { joinPath(path, $0) }
    let isWrapped =
      inner.flatMap { try? FolderContent(of: $0) { _ in } }
      .map { $0.folders.count > 1 } ?? false
    return FormatError(
      path: path, expected: "two classes or more",
      found: isWrapped ? "\(found), with folders in it: is \(inner!) meant?" : found)
  }
}
