/// The largest difference between numbers in the same places; infinite where there are not as many, or where
/// one is not finite, which `max` would pass over.
package func largestDifference(_ found: [Float], _ expected: [Float]) -> Float {
  guard found.count == expected.count, (found + expected).allSatisfy(\.isFinite) else {
    return .infinity
  }
  return zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
}
