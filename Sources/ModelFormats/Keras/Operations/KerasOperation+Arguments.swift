import JSON
import Network

/// What an operation is called with.
extension KerasOperation {
  /// The second of two is called by many names.
  func argument(_ index: Int) -> KerasArgument? {
    if arguments.indices.contains(index) { return arguments[index] }
    guard index == 1 else { return nil }
    return ["y", "x2", "b", "bias", "value"].lazy.compactMap { keywords[$0] }.first
  }

  /// The numbers of an argument that is no tensor: one, or one for each channel.
  func constant(_ index: Int) throws(UnexpectedContent) -> [Float]? {
    guard case .value(let value)? = argument(index) else { return nil }
    let numbers = value.numbers
    guard !numbers.isEmpty, numbers.allSatisfy(\.isFinite), Self.isRow(value),
      numbers.count == 1 || numbers.count == inputs.first?.channels
    else {
      throw layer.unexpected(
        value.description, expected: "one number, or one for each channel, as an argument")
    }
    return numbers
  }

  /// Whether a constant varies along its last axis at most.
  private static func isRow(_ value: JSONValue) -> Bool {
    if let array = value["config"]?["value"] { return isRow(array) }
    guard let list = value.list, list.contains(where: { $0.list != nil }) else { return true }
    return list.count == 1 && isRow(list[0])
  }

  func bound(_ keys: [String], at index: Int) throws(UnexpectedContent) -> Float {
    for key in keys where settings[key] != nil {
      return Float(try settings.number(key, default: 0))
    }
    guard let values = try constant(index), values.count == 1 else {
      throw layer.unexpected("none", expected: "'\(keys[0])'")
    }
    return values[0]
  }

  func input(_ index: Int) -> Int? {
    if case .input(let input)? = argument(index) { input } else { nil }
  }

  /// The tensors of a list.
  func list(_ index: Int) throws(UnexpectedContent) -> [Int] {
    let elements: [KerasArgument]
    switch argument(index) {
    case .list(let list): elements = list
    case .input(let input): elements = [.input(input)]
    default: elements = []
    }
    let tensors = elements.compactMap { element -> Int? in
      if case .input(let input) = element { input } else { nil }
    }
    guard tensors.count == elements.count, !tensors.isEmpty else {
      throw layer.unexpected("something else", expected: "a list of tensors")
    }
    return tensors
  }

  /// Whole numbers, in the settings or at a place of the arguments.
  func integers(_ keys: [String], at index: Int = 1) throws(UnexpectedContent) -> [Int] {
    var value = keys.lazy.compactMap { settings[$0] }.first
    if value == nil, case .value(let argument)? = argument(index) { value = argument }
    let elements = value.map { $0.list ?? [$0] } ?? []
    let numbers = elements.compactMap(\.integer).filter {
      (-Shape.dimensionLimit...Shape.dimensionLimit).contains($0)
    }
    guard !elements.isEmpty, numbers.count == elements.count else {
      throw layer.unexpected(
        value?.description ?? "none", expected: "whole numbers as '\(keys[0])'")
    }
    return numbers
  }
}
