/// Words under an axis, at a place from 0 to 1.
package struct PlotLabel: Sendable, Equatable {
  package var text: String
  package var place: Double

  package init(_ text: String, at place: Double) {
    self.text = text
    self.place = place
  }
}
