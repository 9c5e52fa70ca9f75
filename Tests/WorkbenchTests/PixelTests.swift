import Testing

@testable import Workbench

/// How pixels enter the network is on the screen, with who says so.
@Suite struct PixelTests {
  @Test(arguments: ScreenTests.sizes) func rangeIsShownWithItsReason(columns: Int, lines: Int) {
    var snapshot = SampleRuns.digits(step: 60)
    snapshot.run.pixels = "0..255"
    snapshot.run.pixelsSource = "scaling"
    snapshot.run.pixelsReason = "scaling makes 0..1 of it"
    var driver = Driver(snapshot, columns: columns, lines: lines)
    #expect(driver.screen.contains(columns < 110 ? "pixels 0..255 ─" : "pixels 0..255 (scaling)"))
    // The layer that reads the images, and one that does not.
    driver.press("2 home")
    #expect(driver.screen.contains("0..255 scal"))
    driver.press("down")
    #expect(!driver.screen.contains("0..255"))
  }
}
