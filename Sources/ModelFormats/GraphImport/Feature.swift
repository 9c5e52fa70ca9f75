/// What an operation of a file reads or gives, as a view of what one layer here gives: frameworks
/// disagree about the order of axes, and most of their transpositions, reshapes and flattenings are
/// other views of the same memory.
///
/// The layer's output, without the batch, is a row of atoms, from the slowest to the fastest. Each axis
/// of the file's tensor is made of some of them: `[C, H, W]` of an image here is `[[2], [0], [1]]`, and
/// flattened `[[2, 0, 1]]`.
struct Feature: Hashable {
  struct Atom: Hashable {
    let id: Int
    let size: Int
  }

  /// Of the draft's nodes; −1: the graph's input.
  private(set) var node: Int
  /// In the order of memory.
  private(set) var atoms: [Atom]
  /// Of each axis of the file's tensor after the batch, its atoms, the slowest first.
  private(set) var axes: [[Int]]

  /// - Parameters:
  ///   - dimensions: of the layer's output.
  ///   - order: of each axis in the file, the place of its dimension here.
  init(node: Int, dimensions: [Int], order: [Int]) {
    self.node = node
    atoms = dimensions.enumerated().map { Atom(id: $0, size: $1) }
    axes = order.map { [$0] }
  }

  func size(of id: Int) -> Int { atoms.first { $0.id == id }?.size ?? 1 }

  /// Of the file's tensor, without the batch.
  var shape: [Int] { axes.map { $0.reduce(1) { $0 * size(of: $1) } } }

  var count: Int { atoms.reduce(1) { $0 * $1.size } }

  /// Atoms that are longer than 1, in the order of memory.
  var memoryOrder: [Int] { atoms.filter { $0.size > 1 }.map(\.id) }

  /// Those of one axis.
  func order(of axis: Int) -> [Int] { axes[axis].filter { size(of: $0) > 1 } }

  /// The same view of what another layer gives, of as many values.
  func moved(to node: Int) -> Feature {
    var feature = self
    feature.node = node
    return feature
  }

  func transposed(_ order: [Int]) -> Feature {
    var feature = self
    feature.axes = order.map { axes[$0] }
    return feature
  }

  /// - Parameter axis: of length 1.
  func squeezing(_ axis: Int) -> Feature {
    var feature = self
    feature.axes.remove(at: axis)
    return feature
  }

  /// With one more axis of length 1.
  func unsqueezing(_ axis: Int) -> Feature {
    var feature = self
    feature.axes.insert([], at: axis)
    return feature
  }

  /// The same values in the order of the file's tensor under another shape; `nil` where an axis of it
  /// would begin or end within an atom at no whole part of it.
  /// - Precondition: as many values.
  func reshaped(_ target: [Int]) -> Feature? {
    var feature = self
    var rest = Array(axes.joined().filter { size(of: $0) > 1 }.reversed())
    feature.axes = []
    for dimension in target {
      var group: [Int] = []
      var have = 1
      while have < dimension {
        guard let id = rest.popLast() else { return nil }
        let size = feature.size(of: id)
        guard dimension % have == 0 else { return nil }
        let need = dimension / have
        if need % size == 0 {
          group.append(id)
          have *= size
        } else if size % need == 0 {
          let (first, second) = feature.split(id, first: need)
          group.append(first)
          rest.append(second)
          have = dimension
        } else {
          return nil
        }
      }
      feature.axes.append(group)
    }
    return rest.isEmpty ? feature : nil
  }

  /// Cuts an atom in two.
  private mutating func split(_ id: Int, first: Int) -> (Int, Int) {
    let place = atoms.firstIndex { $0.id == id }!
    let next = (atoms.map(\.id).max() ?? 0) + 1
    let parts = [Atom(id: next, size: first), Atom(id: next + 1, size: atoms[place].size / first)]
    atoms.replaceSubrange(place...place, with: parts)
    return (next, next + 1)
  }

  /// The axes by where they begin in memory: the order that has to move least, where none has to move
  /// nothing.
  var axesNearMemory: [Int] {
    if let axes = axesInMemory { return axes }
    let places = Dictionary(uniqueKeysWithValues: memoryOrder.enumerated().map { ($1, $0) })
    func place(_ axis: Int) -> Int { order(of: axis).compactMap { places[$0] }.min() ?? -1 }
    return axes.indices.sorted { (place($0), $0) < (place($1), $1) }
  }

  /// The axes of the file's tensor in an order in which they lie in memory one after the other; `nil`
  /// where they do not. Where lengths of 1 leave a choice, as the layer gives them, else as images lie
  /// here: channels last.
  var axesInMemory: [Int]? {
    let memory = memoryOrder
    func fits(_ order: [Int]) -> Bool { order.flatMap { self.order(of: $0) } == memory }
    let image = Array(axes.indices.dropFirst()) + axes.indices.prefix(1)
    let plain = Array(axes.indices)
    let (sizes, shape) = (atoms.map(\.size), self.shape)
    for order in [image, plain] where fits(order) && order.map({ shape[$0] }) == sizes {
      return order
    }
    for order in axes.count == 3 ? [image, plain] : [plain, image] where fits(order) {
      return order
    }
    let places = Dictionary(uniqueKeysWithValues: memory.enumerated().map { ($1, $0) })
    let sorted = plain.sorted { first, second in
      let (a, b) = (order(of: first).first, order(of: second).first)
      return (a.flatMap { places[$0] } ?? -1, first) < (b.flatMap { places[$0] } ?? -1, second)
    }
    return fits(sorted) ? sorted : nil
  }
}
