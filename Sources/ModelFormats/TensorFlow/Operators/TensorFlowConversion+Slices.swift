import Network

/// Operations that take parts.
extension TensorFlowConversion {
  func slice(_ node: TensorFlowNode) throws -> [FileValue] {
    var value = try required(node, 0)
    let shape = try fileShape(value)
    let starts = try counts(node, 1)
    let sizes = try counts(node, 2)
    guard starts.count == shape.count, sizes.count == shape.count else {
      throw node.unexpected("\(starts)", expected: "a beginning and a size of \(shape.count) axes")
    }
    for axis in shape.indices {
      if axis == 0, !isConstant(value) {
        guard starts[0] == BatchCount(0),
          sizes[0] == .batch || sizes[0] == BatchCount(-1)
            || sizes[0].fixed == fixedBatch
        else {
          throw node.unexpected("a part of it", expected: "the whole batch")
        }
        continue
      }
      guard let start = starts[axis].fixed, let size = sizes[axis].fixed, start >= 0,
        start <= shape[axis], size >= -1, size <= shape[axis] - start
      else {
        throw node.unexpected("\(starts) and \(sizes)", expected: "a part of \(Shape(shape))")
      }
      value = try part(
        of: value, axis: axis,
        Slice.Axis(start: start, step: 1, count: size < 0 ? shape[axis] - start : size), node)
    }
    return [value]
  }

  func stridedSlice(_ node: TensorFlowNode) throws -> [FileValue] {
    var value = try required(node, 0)
    let rank = try fileShape(value).count
    let (starts, ends) = (try counts(node, 1), try counts(node, 2))
    let steps = try wholeNumbers(node, 3)
    guard starts.count == ends.count, steps.count == starts.count, starts.count <= 16 else {
      throw node.unexpected("\(starts.count)", expected: "as many beginnings as ends and steps")
    }
    func has(_ mask: String, _ place: Int) -> Bool {
      node.integer(mask, default: 0) >> place & 1 != 0
    }
    // Of each axis of the result: one of the value with its bounds, a new one, or none.
    var axis = 0
    var removed: [Int] = []
    var inserted: [Int] = []
    var place = 0
    for index in starts.indices {
      if has("ellipsis_mask", index) {
        let later = starts.indices.filter { $0 > index && !has("new_axis_mask", $0) }.count
        let skipped = max(rank - axis - later, 0)
        axis += skipped
        place += skipped
        continue
      }
      if has("new_axis_mask", index) {
        inserted.append(place)
        place += 1
        continue
      }
      guard axis < rank else {
        throw node.unexpected("more", expected: "at most \(rank) axes")
      }
      let isRemoved = has("shrink_axis_mask", index)
      value = try strided(
        value, axis: axis, start: has("begin_mask", index) ? nil : starts[index],
        end: has("end_mask", index) ? nil : ends[index], step: steps[index],
        isRemoved: isRemoved, node)
      if isRemoved { removed.append(axis) } else { place += 1 }
      axis += 1
    }
    if !removed.isEmpty { value = try squeezed(value, axes: removed, node) }
    for place in inserted { value = try unsqueezed(value, axes: [place], node) }
    return [value]
  }

  private func strided(
    _ value: FileValue, axis: Int, start: BatchCount?, end: BatchCount?, step: Int,
    isRemoved: Bool, _ node: TensorFlowNode
  ) throws -> FileValue {
    if axis == 0, !isConstant(value) {
      let isWhole =
        step == 1 && !isRemoved && (start == nil || start == BatchCount(0))
        && (end == nil || end == .batch || end?.fixed.map { $0 > 1 << 30 } ?? false)
      guard isWhole else {
        throw node.unexpected("a part of it", expected: "the whole batch")
      }
      return value
    }
    let length = try fileShape(value)[axis]
    func bound(_ count: BatchCount?) throws -> Int? {
      guard let count else { return nil }
      guard let fixed = count.fixed else {
        throw node.unexpected("\(count)", expected: "bounds that do not depend on the batch")
      }
      return fixed
    }
    let (first, last) = (try bound(start), try bound(end))
    if isRemoved {
      let given = first ?? 0
      let index = given < 0 ? given.addingReportingOverflow(length).partialValue : given
      guard (0..<length).contains(index) else {
        throw node.unexpected("\(given)", expected: "an index below \(length)")
      }
      return try part(
        of: value, axis: axis, Slice.Axis(start: index, step: 1, count: 1), node)
    }
    let part = try Self.clamped(
      start: first ?? (step > 0 ? 0 : length - 1), end: last ?? (step > 0 ? length : .min),
      step: step, length: length, node)
    return try self.part(of: value, axis: axis, part, node)
  }
}
