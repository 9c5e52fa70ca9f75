/// How much the images of each class count in the loss.
struct ClassWeights {
  /// Of each class.
  let values: [Float]

  /// Every class counts as much as any other, and all images together as much as they are: an image of
  /// class c counts images / (classes · images of c), as scikit-learn's `balanced` has it. A class that
  /// has none counts for nothing.
  init(balancing labels: some Collection<Int32>, classes: Int) {
    var counts = [Int](repeating: 0, count: classes)
    for label in labels { counts[Int(label)] += 1 }
    let present = counts.count { $0 > 0 }
    values = counts.map {
      $0 == 0 ? 0 : Float(Double(labels.count) / (Double(present) * Double($0)))
    }
  }
}
