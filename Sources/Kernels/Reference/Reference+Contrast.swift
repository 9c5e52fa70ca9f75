extension Reference {
  package static func contrastStretching(
    batch: Int, positions: Int, channels: Int, lower: Float, upper: Float,
    input: UnsafePointer<Float>, output: UnsafeMutablePointer<Float>
  ) {
    for n in 0..<batch {
      for c in 0..<channels {
        let places = (0..<positions).map { (n * positions + $0) * channels + c }
        let values = places.map { Double(input[$0]) }
        let (lowest, highest) = (values.min() ?? 0, values.max() ?? 0)
        for (place, value) in zip(places, values) {
          let share = (value - lowest) / (highest - lowest)
          output[place] =
            highest == lowest
            ? input[place] : Float(Double(lower) + share * Double(upper - lower))
        }
      }
    }
  }
}
