import TerminalUI
import Testing

struct ColorTests {
  @Test func reducedColoursAreTheirOwnNearest() {
    for index in 16...255 {
      guard let (red, green, blue) = Color.indexed(UInt8(index)).components else { continue }
      let reduced = Color.rgb(red, green, blue).reduced(to: .indexed256)
      let (r, g, b) = reduced.components ?? (0, 0, 0)
      #expect((r, g, b) == (red, green, blue), "colour \(index)")
    }
  }

  @Test(
    arguments: zip(
      [
        0x14161b, 0x68707d, 0xf2f4f8, 0xff6b6b, 0x8fdc8f, 0x6cb2ff, 0xffb454, 0x74d7ec, 0x800000,
      ] as [UInt32], [0, 8, 15, 9, 10, 12, 11, 14, 1] as [UInt8]))
  func sixteenColoursKeepTheHue(hex: UInt32, index: UInt8) {
    #expect(Color(hex: hex).reduced(to: .indexed16) == .indexed(index))
  }

  @Test func withoutColoursEverythingIsTheTerminals() {
    #expect(Color.rgb(200, 0, 0).reduced(to: .none) == .terminal)
    #expect(Color.indexed(4).reduced(to: .none) == .terminal)
  }

  @Test func mixingGoesFromOneToTheOther() {
    let black = Color.rgb(0, 0, 0)
    let white = Color.rgb(255, 255, 255)
    #expect(black.mixed(with: white, share: 0) == black)
    #expect(black.mixed(with: white, share: 1) == white)
    #expect(black.mixed(with: white, share: 0.5) == .rgb(128, 128, 128))
    #expect(black.mixed(with: .terminal, share: 0.4) == black)
    #expect(black.mixed(with: white, share: .nan) == black)
  }

  @Test func luminanceIsThatOfTheStandard() throws {
    #expect(try abs(#require(Color.rgb(255, 255, 255).luminance) - 1) < 1e-9)
    #expect(try abs(#require(Color.rgb(119, 119, 119).luminance) - 0.1845) < 1e-3)
    #expect(Color.terminal.luminance == nil)
  }
}
