import CursesTerminal
import Datasets
import Files
import Glibc
import Images
import ModelFormats
import Network
import RunStore
import Training

/// Which errors are the input's or the command line's (exit 2), and which are not (exit 1).
enum BadInput {
  static func isCause(of error: any Error) -> Bool {
    switch error {
    case is FormatError, is DatasetError, is ConfigurationError, is GraphError, is ShapeError,
      is RunStoreError, is ArchitectureError, is TerminalError, is MemoryShortage,
      is RidgeError, is UnreadableText, is PictureError, is UnrecognizedWeights, is ExportError:
      true
    case let failure as TrainingFailure: isCause(of: failure.cause)
    case let error as FileError:
      error.isMissing || [EACCES, EPERM, EROFS, EISDIR, EEXIST, ENAMETOOLONG].contains(error.code)
    default: false
    }
  }
}
