/// Where a click means something.
package struct HitRegion<Target>: Sendable where Target: Sendable {
  package var rect: Rect
  package var target: Target

  package init(_ rect: Rect, _ target: Target) {
    self.rect = rect
    self.target = target
  }
}

extension Sequence {
  /// What a click at a place hits: the region added last wins, as it was drawn last.
  package func target<Target>(x: Int, y: Int) -> Target? where Element == HitRegion<Target> {
    var found: Target?
    for region in self where region.rect.contains(x: x, y: y) { found = region.target }
    return found
  }
}
