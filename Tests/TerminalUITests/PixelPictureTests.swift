import Testing

@testable import TerminalUI

@Suite struct PixelPictureTests {
  /// From black at the left to white at the right, red in the last row.
  private func ramp(width: Int, height: Int) -> PixelPicture {
    var bytes: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        let grey = UInt8(x * 255 / max(width - 1, 1))
        bytes += y == height - 1 ? [255, 0, 0] : [grey, grey, grey]
      }
    }
    return PixelPicture(width: width, height: height, bytes: bytes)!
  }

  private func frame(
    _ picture: PixelPicture, _ size: Size, depth: ColorDepth = .trueColor,
    glyphs: GlyphSet = .braille
  ) -> Frame {
    var canvas = Canvas(
      Frame(size: size), theme: .standard.adapted(to: depth), glyphs: glyphs)
    picture.render(&canvas)
    return canvas.frame
  }

  @Test func twoPixelsShareACell() {
    let drawn = frame(ramp(width: 4, height: 3), Size(width: 4, height: 2))
    #expect(drawn[0, 1].text == "▀" && drawn[0, 1].style.foreground == .rgb(255, 0, 0))
    #expect(drawn[3, 0].text == " " && drawn[3, 0].style.background == .rgb(255, 255, 255))
    #expect(drawn[1, 0].style.background == .rgb(85, 85, 85))
  }

  @Test func fewColoursAreTheTerminalsOwn() {
    for depth in [ColorDepth.indexed256, .indexed16] {
      let drawn = frame(ramp(width: 16, height: 8), Size(width: 16, height: 4), depth: depth)
      for cell in drawn.cells {
        guard case .indexed(let index) = cell.style.background else {
          Issue.record("\(cell.style)")
          continue
        }
        #expect(depth == .indexed256 || index < 16)
      }
      #expect(Set(drawn.cells.map(\.style)).count > 3)
    }
  }

  @Test func withoutColoursItIsCharactersByBrightness() {
    for glyphs in [GlyphSet.ascii, .braille] {
      let drawn = frame(
        ramp(width: 10, height: 4), Size(width: 10, height: 2), depth: .none, glyphs: glyphs)
      let line = String(drawn.text.split(separator: "\n", omittingEmptySubsequences: false)[0])
      #expect(line == " .:-=+*#%@")
    }
    let text = frame(ramp(width: 10, height: 4), Size(width: 10, height: 2), glyphs: .ascii).text
    #expect(text.utf8.allSatisfy { $0 < 0x80 })
  }

  @Test func itIsCutToItsRoomFromNothingUp() {
    for (width, height) in [(0, 0), (1, 1), (2, 1), (3, 9), (40, 20)] {
      for depth in ColorDepth.allCases {
        let picture = ramp(width: 7, height: 5)
        let drawn = frame(picture, Size(width: width, height: height), depth: depth)
        #expect(drawn.cells.count == width * height)
      }
    }
  }

  @Test func bytesThatDoNotFitAreNoPicture() {
    #expect(PixelPicture(width: 2, height: 2, bytes: [1, 2, 3]) == nil)
    #expect(PixelPicture(width: 0, height: 0, bytes: []) == nil)
    #expect(PixelPicture(width: .max, height: 3, bytes: [1, 2, 3]) == nil)
    #expect(PixelPicture(width: 1, height: -1, bytes: [1, 2, 3]) == nil)
  }
}
