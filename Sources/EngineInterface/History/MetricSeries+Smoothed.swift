#if canImport(Glibc)
  import Glibc
#endif

/// The exponential mean that TensorBoard draws: each point takes `weight` of the mean before it and
/// 1 − `weight` of its own value, corrected for the start, where there is no mean yet. It goes over
/// points and not over what a screen shows of them, so that a step has one smoothed value at any zoom
/// and width.
extension MetricSeries {
  package struct Smoothing: Sendable, Equatable {
    /// Of the past, above 0 and below 1.
    package var weight: Double
    /// Means of logarithms, for an axis of logarithms: on a linear mean, one large value hides
    /// everything after it. What has no logarithm counts for nothing then.
    package var isLogarithmic: Bool

    package init(weight: Double, isLogarithmic: Bool) {
      precondition(weight > 0 && weight < 1, "a weight of \(weight)")
      self.weight = weight
      self.isLogarithmic = isLogarithmic
    }

    /// Points after which nothing is seen of one any more, be it a spike of a million million;
    /// logarithms are never large.
    fileprivate var memory: Int {
      let points = log(isLogarithmic ? 1e-12 : 1e-24) / log(weight)
      return points < 1e6 ? Int(points.rounded(.up)) : 1_000_000
    }
  }

  /// The smoothed value at the last point of each slice, the slices being those of `envelopes`; `nil`
  /// for a slice without points, or before the first value. Takes time in proportion to columns ×
  /// (log(points) + the points that count), and never more than to the points.
  package func smoothed(from: Double, to: Double, columns: Int, by smoothing: Smoothing)
    -> [Double?]
  {
    var mean = RunningMean(smoothing)
    return slices(from: from, to: to, columns: columns).map { slice in
      guard !slice.isEmpty else { return nil }
      mean.move(to: slice.upperBound, in: self)
      return mean.value
    }
  }

  /// The smoothed value at the last point at or before `step`; `nil` where there is none.
  package func smoothed(at step: Double, by smoothing: Smoothing) -> Double? {
    let end = index(after: step)
    var reach = smoothing.memory
    while true {
      var mean = RunningMean(smoothing)
      mean.add(max(0, end - reach)..<end, of: self)
      // Where there was no number for so long, further back.
      if mean.value != nil || reach >= end { return mean.value }
      reach *= 2
    }
  }

  /// The last point at or before `step`; `nil` where there is none.
  package func point(at step: Double) -> Point? {
    let end = index(after: step)
    return end > 0 ? self[end - 1] : nil
  }

  /// The first point after `step`; `nil` where there is none.
  package func point(after step: Double) -> Point? {
    let index = index(after: step)
    return index < count ? self[index] : nil
  }

  /// The mean over the first points of a series, so many as it was moved to.
  private struct RunningMean {
    private let smoothing: Smoothing
    private var end = 0
    private var sum = 0.0
    private var weight = 0.0

    init(_ smoothing: Smoothing) { self.smoothing = smoothing }

    /// Goes on from where it is, or begins anew where what is before counts for nothing.
    mutating func move(to end: Int, in series: MetricSeries) {
      let start = end - smoothing.memory
      if start > self.end {
        var anew = RunningMean(smoothing)
        anew.add(start..<end, of: series)
        // Numbers from long ago are better than none.
        if anew.value != nil { (sum, weight) = (anew.sum, anew.weight) }
      } else if end > self.end {
        add(self.end..<end, of: series)
      }
      self.end = max(end, self.end)
    }

    mutating func add(_ points: Range<Int>, of series: MetricSeries) {
      for index in points { add(Double(series[index].value)) }
    }

    private mutating func add(_ value: Double) {
      let value = smoothing.isLogarithmic ? log(value) : value
      guard value.isFinite else { return }
      let kept = smoothing.weight
      sum = sum * kept + value * (1 - kept)
      weight = weight * kept + (1 - kept)
    }

    var value: Double? {
      guard weight > 0 else { return nil }
      return smoothing.isLogarithmic ? exp(sum / weight) : sum / weight
    }
  }
}
