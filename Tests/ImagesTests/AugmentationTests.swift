import Testing

@testable import Images

@Suite struct AugmentationTests {
  private let picture = Picture.sample(width: 61, height: 47, channels: 3, seed: 3)
  private let preparer = PicturePreparer(.assumed, width: 32, height: 32, channels: 3)!

  @Test(arguments: Augmentation.Strength.allCases)
  func aViewIsTheSameEachTimeAndOthersDiffer(strength: Augmentation.Strength) {
    let augmentation = Augmentation(strength)
    func seen(_ image: Int, _ view: Int, seed: UInt64 = 1) -> Picture {
      preparer.fitted(picture, augmentation.view(view, of: image, seed: seed))
    }
    #expect(seen(5, 2) == seen(5, 2))
    let views = Set((0..<16).map { fingerprint(seen(5, $0).bytes) })
    let images = Set((0..<16).map { fingerprint(seen($0, 0).bytes) })
    let seeds = Set((0..<16).map { fingerprint(seen(5, 0, seed: $0).bytes) })
    switch strength {
    case .none:
      #expect(views.count == 1)
      #expect(seen(5, 2) == preparer.fitted(picture))
    case .flip: #expect(views.count == 2 && images.count == 2 && seeds.count == 2)
    case .standard, .strong:
      #expect(views.count == 16 && images.count == 16 && seeds.count == 16)
    }
  }

  @Test(arguments: [Augmentation.Strength.standard, .strong])
  func drawsStayInTheirRangesAndUseThem(strength: Augmentation.Strength) {
    let augmentation = Augmentation(strength)
    let views = (0..<2000).map { augmentation.view(0, of: $0, seed: 9) }
    let cuts = views.map { $0.cut(width: 120, height: 80)! }
    for cut in cuts {
      #expect(cut.x >= 0 && cut.y >= 0 && cut.x + cut.width <= 120 && cut.y + cut.height <= 80)
    }
    let areas = cuts.map { Double($0.width * $0.height) / 9600 }
    #expect(areas.min()! > augmentation.area!.lowerBound - 0.02)
    #expect(areas.min()! < augmentation.area!.lowerBound + 0.05 && areas.max()! > 0.9)
    #expect(cuts.contains { $0.x > 30 } && cuts.contains { $0.y > 20 })
    let mirrored = views.filter(\.isMirrored).count
    #expect(900...1100 ~= mirrored)
    for value in [\AugmentedView.brightness, \.contrast, \.saturation] {
      let drawn = views.map { $0[keyPath: value] }
      #expect(drawn.min()! >= 1 - augmentation.colour && drawn.max()! <= 1 + augmentation.colour)
      #expect(drawn.max()! - drawn.min()! > 1.9 * augmentation.colour)
    }
    let degrees = views.map(\.degrees)
    #expect(degrees.max()! <= augmentation.degrees && degrees.max()! > 0.9 * augmentation.degrees)
    #expect(degrees.min()! >= -augmentation.degrees && degrees.min()! < -0.9 * augmentation.degrees)
    let erased = views.compactMap { $0.erased(width: 32, height: 32) }
    #expect(strength == .strong ? 420...580 ~= erased.count : erased.isEmpty)
    for rectangle in erased {
      #expect(rectangle.x + rectangle.width <= 32 && rectangle.y + rectangle.height <= 32)
    }
  }

  @Test func aTurnByNothingChangesNothingAndAQuarterMovesCorners() {
    let square = Picture.sample(width: 17, height: 17, channels: 3, seed: 8)
    #expect(square.turned(0) == square)
    #expect(square.turned(90) == Orientation.clockwise.applied(to: square))
    #expect(square.turned(180) == Orientation.upsideDown.applied(to: square))
    let flat = Picture(width: 9, height: 5, channels: 1, bytes: Array(repeating: 77, count: 45))
    #expect(flat.turned(13.7) == flat)
  }

  @Test func partnersAndSharesAreDrawnOverAllImages() {
    let drawn = (0..<4000).map { Mixup(seed: 4, image: $0 % 100, view: $0 / 100, count: 100) }
    #expect(Set(drawn.map(\.partner)) == Set(0..<100))
    #expect(drawn.allSatisfy { 0.5...1 ~= $0.share })
    // Beta(0.2, 0.2), the larger share: its mean is 0.887.
    let mean = drawn.reduce(0) { $0 + Double($1.share) } / 4000
    #expect(0.87...0.90 ~= mean, "\(mean)")
    #expect(Mixup(seed: 4, image: 0, view: 0, count: 1).isMixed == false)
  }
}
