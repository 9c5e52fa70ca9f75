import EngineInterface
import Files

/// Weights that a run has adopted from trials, each in a file that its journal names.
extension RunFolder {
  package func adoptionPath(_ file: String) -> String { joinPath(path, file) }

  /// A name that nothing has yet.
  package func newAdoptionFile(step: Int, trial: Int) -> String {
    var number = 1
    while true {
      let file = Adoption.file(step: step, trial: trial, number: number)
      if !InputFile.exists(adoptionPath(file)) { return file }
      number += 1
    }
  }
}

extension Run {
  /// Takes a copy of weights that another run has adopted, where this one has none of that name.
  /// - Throws: `FileError`.
  package func takeIn(_ file: String, from other: RunFolder) throws {
    let destination = folder.adoptionPath(file)
    guard !InputFile.exists(destination) else { return }
    try copy(other.adoptionPath(file), to: destination)
  }
}
