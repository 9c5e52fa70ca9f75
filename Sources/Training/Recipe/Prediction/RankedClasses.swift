import Network

/// A model's answer to one image: its classes with the largest values, largest first.
package struct RankedClasses: Sendable, Equatable {
  package struct Entry: Sendable, Equatable {
    package let output: Int
    /// `nil` where the model does not name its outputs.
    package let name: String?
    package let value: Float
  }

  package let entries: [Entry]

  /// - Parameters:
  ///   - values: of all outputs. Both of one sigmoid: its own value is the second class's, and what is
  ///     missing to 1 the first's.
  ///   - classes: names of the outputs, or of the two sides of one.
  ///   - ending: what the model makes of its logits.
  ///   - count: how many are wanted at most.
  package init(
    _ values: [Float], classes: [String]?, ending: FinalActivation.Kind?, count: Int
  ) {
    if values.count == 1, let classes, classes.count == 2 {
      let second = Entry(output: 0, name: classes[1], value: values[0])
      let opposite = ending == .sigmoid ? 1 - values[0] : -values[0]
      let first = Entry(output: 0, name: classes[0], value: opposite)
      entries = first.value > second.value ? [first, second] : [second, first]
      return
    }
    // NaN is less than any number, and equal values keep their order.
    let order = values.indices.sorted { left, right in
      let (first, second) = (Self.rank(values[left]), Self.rank(values[right]))
      return first == second ? left < right : first > second
    }
    let names = classes ?? []
    entries = order.prefix(max(count, 0)).map { output in
      Entry(
        output: output, name: output < names.count ? names[output] : nil, value: values[output])
    }
  }

  private static func rank(_ value: Float) -> Float { value.isNaN ? -.infinity : value }
}
