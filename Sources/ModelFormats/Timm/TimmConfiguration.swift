import Files
import Images
import JSON
import Network

/// The `config.json` of a folder of timm's: which network it is, what its outputs are called, and how it sees
/// pictures. The older form, a `pretrained_cfg` by itself with a few keys more, is read too.
struct TimmConfiguration {
  let architecture: Architecture
  /// `nil`: the file does not say.
  let outputs: Int?
  let labels: [String]?
  let inputSize: ImageSize?
  let preparation: ImagePreparation
  /// As it stands.
  let json: JSONValue

  private static let maximumBytes = 16 << 20
  private static let largestSide = 16_384

  /// - Throws: `FileError`; `FormatError` that names the key.
  init(path: String) throws {
    let bytes = try InputFile.contents(of: path, limit: Self.maximumBytes)
    do {
      let json: JSONValue
      do throws(JSONError) {
        json = try JSONValue.parse(bytes)
      } catch {
        throw UnexpectedContent(expected: "a configuration in JSON", found: "\(error)")
      }
      try self.init(json, file: splitPath(path).name)
    } catch let error as UnexpectedContent {
      throw error.formatError(path: path)
    }
  }

  /// - Parameter file: what messages call it.
  init(_ json: JSONValue, file: String) throws(UnexpectedContent) {
    guard let root = json.object else {
      throw UnexpectedContent(expected: "an object of keys", found: json.description)
    }
    // Of transformers' own, which describes its networks otherwise.
    if root["architecture"] == nil, let type = root["model_type"]?.string {
      throw UnexpectedContent(
        expected: "timm's config.json (key 'architecture')",
        found: "transformers' (model_type '\(type)')")
    }
    self.json = json
    architecture = try Self.architecture(root["architecture"])
    try Self.check(arguments: root["model_args"])
    try Self.check(pooling: root["global_pool"])
    let pretrained = root["pretrained_cfg"]?.object ?? root
    outputs = try Self.count(root["num_classes"] ?? pretrained["num_classes"], "num_classes")
    labels = try Self.labels(
      root["label_names"] ?? root["labels"] ?? pretrained["label_names"] ?? pretrained["labels"])
    inputSize = try Self.size(pretrained["input_size"])
    preparation = try Self.preparation(pretrained, file: file)
  }

  private static func architecture(_ value: JSONValue?) throws(UnexpectedContent) -> Architecture {
    guard let name = value?.string else {
      throw UnexpectedContent(
        expected: "the name of a network as 'architecture'", found: value?.description ?? "none")
    }
    // What follows a dot says which of several weights of it these are.
    let plain = String(name.prefix { $0 != "." })
    guard let architecture = Architecture.find(plain, dialect: .timm) else {
      throw UnexpectedContent(
        expected: "a network of timm's that Thaw knows as 'architecture'", found: "'\(name)'")
    }
    return architecture
  }

  /// Arguments that say nothing of the network, or what is so in any case.
  private static func check(arguments: JSONValue?) throws(UnexpectedContent) {
    guard let arguments, !arguments.isNull else { return }
    guard let members = arguments.object else {
      throw UnexpectedContent(expected: "an object as 'model_args'", found: arguments.description)
    }
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      switch key {
      case "num_classes", "drop_rate", "drop_path_rate", "pretrained", "pretrained_cfg": continue
      case "in_chans" where value.integer == 3: continue
      case "global_pool" where value.string == "avg": continue
      default:
        throw UnexpectedContent(
          expected: "a network without changes of its own as 'model_args'",
          found: "'\(key)': \(value)")
      }
    }
  }

  private static func check(pooling: JSONValue?) throws(UnexpectedContent) {
    guard let pooling, !pooling.isNull else { return }
    guard ["avg", "fast", "fastavg"].contains(pooling.string) else {
      throw UnexpectedContent(expected: "'avg' as 'global_pool'", found: pooling.description)
    }
  }

  private static func count(
    _ value: JSONValue?, _ key: String
  ) throws(UnexpectedContent) -> Int? {
    guard let value, !value.isNull else { return nil }
    guard let count = value.integer, (0...65_536).contains(count) else {
      throw UnexpectedContent(
        expected: "0 to 65536 as '\(key)'", found: value.description)
    }
    return count
  }

  /// A list, or names by number, or numbers by name.
  private static func labels(_ value: JSONValue?) throws(UnexpectedContent) -> [String]? {
    guard let value, !value.isNull else { return nil }
    if let list = value.array {
      let names = list.compactMap(\.string)
      if names.count == list.count { return names.isEmpty ? nil : names }
    } else if let members = value.object {
      var names = [String?](repeating: nil, count: members.count)
      for (key, value) in members {
        let place = Int(key) ?? value.integer
        guard let place, names.indices.contains(place) else { continue }
        names[place] = value.string ?? key
      }
      let known = names.compactMap(\.self)
      if known.count == names.count { return known.isEmpty ? nil : known }
    }
    throw UnexpectedContent(
      expected: "a name for each output as 'label_names'", found: value.description)
  }

  private static func size(_ value: JSONValue?) throws(UnexpectedContent) -> ImageSize? {
    guard let value, !value.isNull else { return nil }
    let sides = value.array?.compactMap(\.integer) ?? []
    guard sides.count == 3, sides[0] == 3, sides.allSatisfy((1...largestSide).contains) else {
      throw UnexpectedContent(
        expected: "3 channels, height and width as 'input_size'", found: value.description)
    }
    return ImageSize(height: sides[1], width: sides[2])
  }
}

/// How pictures are prepared: timm's `resolve_data_config` and `transforms_imagenet_eval`.
extension TimmConfiguration {
  private static func preparation(
    _ values: [String: JSONValue], file: String
  ) throws(UnexpectedContent) -> ImagePreparation {
    func value(_ key: String) -> JSONValue? { values[key].flatMap { $0.isNull ? nil : $0 } }
    let origin = ImagePreparation.Origin.file(file)
    var preparation = ImagePreparation(pixels: .unit, origin: origin)
    preparation.mean = try numbers(value("mean"), "mean") ?? [0.485, 0.456, 0.406]
    preparation.deviation = try numbers(value("std"), "std") ?? [0.229, 0.224, 0.225]
    guard preparation.deviation.allSatisfy({ $0 > 0 }) else {
      throw UnexpectedContent(
        expected: "numbers above 0 as 'std'", found: values["std"]?.description ?? "")
    }
    preparation.fraction = 0.875
    if let fraction = value("crop_pct") {
      guard let number = fraction.number, number > 0.01, number <= 1 else {
        throw UnexpectedContent(
          expected: "a share of up to 1 as 'crop_pct'", found: fraction.description)
      }
      preparation.fraction = number
    }
    preparation.fit = try word(
      value("crop_mode"), "crop_mode", or: "center",
      [
        "center": .crop, "squash": .squash, "border": .pad,
      ])
    preparation.interpolation = try word(
      value("interpolation"), "interpolation", or: "bicubic",
      [
        "bicubic": .bicubic, "bilinear": .bilinear, "nearest": .nearest, "random": .bilinear,
      ])
    preparation.normalizationOrigin = origin
    preparation.channelOrderOrigin = origin
    preparation.fitOrigin = origin
    preparation.interpolationOrigin = origin
    return preparation
  }

  private static func numbers(
    _ value: JSONValue?, _ key: String
  ) throws(UnexpectedContent) -> [Float]? {
    guard let value else { return nil }
    let numbers = value.array?.compactMap(\.number).map { Float($0) } ?? []
    guard [1, 3].contains(numbers.count), numbers.count == value.array?.count,
      numbers.allSatisfy(\.isFinite)
    else {
      throw UnexpectedContent(expected: "three numbers as '\(key)'", found: value.description)
    }
    return numbers
  }

  private static func word<Value>(
    _ value: JSONValue?, _ key: String, or standard: String, _ words: [String: Value]
  ) throws(UnexpectedContent) -> Value {
    guard let found = words[value?.string ?? (value == nil ? standard : "")] else {
      throw UnexpectedContent(
        expected: "\(words.keys.sorted().joined(separator: ", ")) as '\(key)'",
        found: value?.description ?? "none")
    }
    return found
  }
}
