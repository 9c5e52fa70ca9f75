/// The program itself.
package enum Machine {
  package static let version = "0.1.0"
}
