import EngineInterface

@testable import Workbench

/// Data as an engine would describe it: classes, images, and what was said of them, from numbers alone.
struct SampleData {
  var names: [String]
  var trainCounts: [Int]
  var validationCounts: [Int]
  var findings: [String] = []
  var views: Int?
  var hasPictures = true
  var hasValidated = true

  static let digits = SampleData(
    names: ["5", "6", "7", "8", "9"], trainCounts: [600, 580, 611, 602, 607],
    validationCounts: [98, 101, 97, 104, 100])

  static var photographs: SampleData {
    var data = SampleData(
      names: [
        "arrows", "computer icons", "fruit", "geography", "office", "people", "signs and symbols",
        "stars", "tools", "transportation",
      ],
      trainCounts: [46, 48, 12, 48, 47, 48, 48, 1, 48, 44],
      validationCounts: [12, 12, 3, 12, 12, 12, 12, 0, 12, 11])
    data.views = 4
    data.findings = [
      "2 pictures broken and left out, such as people/broken.png: expected PNG, found its end",
      "one picture only of 'stars': it is trained on, and nothing validates it",
    ]
    return data
  }

  static func many(_ count: Int) -> SampleData {
    SampleData(
      names: (0..<count).map { "class \($0)" },
      trainCounts: (0..<count).map { 50 + $0 * 37 % 300 },
      validationCounts: (0..<count).map { 10 + $0 * 17 % 50 })
  }

  var summary: DataSummary {
    var steps = [
      DataSummary.PreparationStep(.size, "64×64 colour", source: "the network"),
      DataSummary.PreparationStep(.fit, "the middle, 87.5 %", source: "config.json"),
      DataSummary.PreparationStep(.pixels, "0..1", source: "assumed"),
      DataSummary.PreparationStep(
        .normalization, "− 0.485 0.456 0.406  ÷ 0.229 0.224 0.225", source: "torchvision's ResNets"),
    ]
    if let views {
      steps.append(
        DataSummary.PreparationStep(.views, "\(views) of each picture, in turn", source: ""))
    }
    return DataSummary(
      path: "/data/pictures",
      classes: names.indices.map {
        DataSummary.ClassCount(
          name: names[$0], train: trainCounts[$0], validation: validationCounts[$0])
      }, findings: findings, unreadable: [], preparation: steps, views: views,
      hasPictures: hasPictures)
  }

  var confusion: ConfusionMatrix {
    var confusion = ConfusionMatrix(classes: names)
    for label in names.indices {
      for image in 0..<validationCounts[label] {
        confusion.note(label: label, answer: answer(label, image))
      }
    }
    return confusion
  }

  private func answer(_ label: Int, _ image: Int) -> Int {
    image % 9 == 4 ? (label + image) % names.count : label
  }

  func list(_ selection: ImageSelection, first: Int, count: Int) -> ImageList {
    let all: [ImageEntry]
    switch selection {
    case .ofClass(let label, let part):
      let number = part == .train ? trainCounts[label] : validationCounts[label]
      all = (0..<number).map { entry(label, $0, part) }
    case .cell(let label, let answer):
      all = (0..<validationCounts[label]).filter { self.answer(label, $0) == answer }
        .map { entry(label, $0, .validation) }
    case .worst(let part):
      all = (0..<ImageSelection.worstCount).map { place in
        var entry = entry(place % names.count, place / names.count * 9 + 4, part)
        entry.outcome?.loss = 5 - Float(place) / 12
        return entry
      }
    }
    let end = min(first + count, all.count)
    return ImageList(
      selection: selection, count: all.count, first: first,
      entries: first < end ? Array(all[first..<end]) : [])
  }

  private func entry(_ label: Int, _ image: Int, _ part: DataPart) -> ImageEntry {
    let said = answer(label, image)
    return ImageEntry(
      image: ImageReference(
        part: part, index: label * 10_000 + image, name: "\(names[label])/\(image).png"),
      label: label,
      outcome: hasValidated
        ? ImageOutcome(
          loss: said == label ? 0.02 : 2.4, answer: said,
          probability: said == label ? 0.98 : 0.91) : nil)
  }

  /// A disc whose colour says which image it is.
  static func thumbnail(_ wish: PictureWish) -> Thumbnail {
    var bytes: [UInt8] = []
    for y in 0..<wish.height {
      for x in 0..<wish.width {
        let (dx, dy) = (2 * x + 1 - wish.width, 2 * y + 1 - wish.height)
        let isIn = dx * dx + dy * dy < wish.width * wish.width * 2 / 3
        let shade = UInt8(truncatingIfNeeded: wish.index * 37 % 200 + 55)
        bytes += isIn ? [shade, 255 - shade, 120] : [0, 0, 0]
      }
    }
    return Thumbnail(wish, width: wish.width, height: wish.height, bytes: bytes)
  }

  func answer(_ question: Question) -> Answer? {
    switch question {
    case .data: return .data(summary)
    case .validation:
      return .validation(hasValidated ? ValidationDetails(epoch: 6, confusion: confusion) : nil)
    case .images(let selection, let first, let count):
      return .images(list(selection, first: first, count: count))
    case .pictures(let wishes): return .pictures(wishes.map(Self.thumbnail))
    case .runs, .run: return nil
    }
  }
}

extension Driver {
  var data: DataScreen { model[screen: DataScreen.self] }

  /// Answers everything that was asked and what is asked then, as an engine with this data would.
  mutating func answer(_ data: SampleData, from first: Int = 0) {
    var answered = first
    send(.tick(model.now))
    while answered < effects.count {
      defer { answered += 1 }
      guard case .send(.question(let question), let id) = effects[answered],
        let answer = data.answer(question)
      else { continue }
      send(.replies([Reply(id: id, answer: answer)]))
      send(.tick(model.now))
    }
  }

  /// Presses keys one by one, each with what it asks for answered.
  mutating func press(_ keys: String, _ data: SampleData) {
    for key in keys.split(separator: " ") {
      let first = effects.count
      press(String(key))
      answer(data, from: first)
    }
  }
}
