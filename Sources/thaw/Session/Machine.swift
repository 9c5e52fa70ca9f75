/// The program itself.
enum Machine {
  static let version = "0.1.0"
}
