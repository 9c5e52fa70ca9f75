import Foundation
import RunStore

/// When the line is cut.
enum CutMoment: String, CaseIterable {
  case reading, training, validation, checkpoint
}

/// How.
enum CutWay: String, CaseIterable {
  /// A real bash in a pseudo-terminal, which is closed.
  case bash
  /// A real ssh, killed, with a real sshd and bash at its other end.
  case ssh
  /// Ten signals within some milliseconds, from outside.
  case signals
}

/// One run of the program, cut off while it works, and what was left of it.
struct Cut {
  enum Outcome: String {
    /// Everything up to the last step stands in a checkpoint, or nothing was begun.
    case clean
    /// Steps that were trained are in no checkpoint.
    case lost
    /// The run cannot be read.
    case damaged
    /// The program was still there a minute later.
    case hung
  }

  let program: String
  let runs: String
  let name: String
  let moment: CutMoment
  let way: CutWay
  let shell: TerminalChild
  /// Milliseconds from the moment on.
  let delay: Double

  private static let patience = 60.0
  private var folder: RunFolder { RunFolder(path: "\(runs)/\(name)") }

  func run() -> Outcome {
    let data = (program as NSString).deletingLastPathComponent + "/thaw_thaw.resources/Demo"
    // Long validations where one is to be met, long training otherwise.
    let share = moment == .validation ? "0.95" : "0.05"
    shell.type(
      "\(program) tune demo --data \(data) --validation \(share) --batch 8 --epochs 100000 "
        + "--runs-dir \(runs) --name \(name)\n")
    guard let process = wait(for: processNumber) else { return .hung }
    guard wait(for: { hasCome ? true : nil }) != nil else {
      kill(process, SIGKILL)
      return .hung
    }
    usleep(UInt32(delay * 1000))
    cut(process)
    guard wait(for: { kill(process, 0) != 0 ? true : nil }) != nil else {
      kill(process, SIGKILL)
      return .hung
    }
    return judge()
  }

  private func cut(_ process: pid_t) {
    switch way {
    case .bash: shell.hangUp()
    case .ssh: kill(shell.process, SIGKILL)
    case .signals:
      for number in 0..<10 {
        kill(process, [SIGHUP, SIGTERM, SIGINT][number % 3])
        usleep(UInt32(delay * 100))
      }
    }
  }

  /// Whether the program is where it is to be cut.
  private var hasCome: Bool {
    let screen = shell.readPending()
    switch moment {
    case .reading: return true
    case .training: return screen.contains("epoch ") && folder.isInUse
    // Nearly all of an epoch is validation then; the word itself may be drawn in pieces.
    case .validation: return folder.isInUse && hasJournal
    case .checkpoint:
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/checkpoints")
      return names?.contains { $0.hasSuffix(".partial") } ?? false
    }
  }

  private var hasJournal: Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: folder.journalPath)
    return (attributes?[.size] as? Int ?? 0) > 0
  }

  /// The program's, found by the run's name in its command line.
  private func processNumber() -> pid_t? {
    let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return numbers.lazy.compactMap { pid_t($0) }.first { number in
      guard let line = FileManager.default.contents(atPath: "/proc/\(number)/cmdline"),
        let children = try? String(
          contentsOfFile: "/proc/\(number)/comm", encoding: .utf8)
      else { return false }
      let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      return words.first == program && words.last == name && children.hasPrefix("thaw")
    }
  }

  private func wait<Result>(for state: () -> Result?) -> Result? {
    let end = Date().addingTimeInterval(Self.patience)
    while Date() < end {
      if let result = state() { return result }
      shell.readPending()
      usleep(500)
    }
    return nil
  }

  private func judge() -> Outcome {
    guard FileManager.default.fileExists(atPath: folder.path) else { return .clean }
    do {
      let journal = try folder.journal()
      guard journal.unreadableLines.isEmpty else { return .damaged }
      let trained = Int(journal.history[.trainLoss].last?.step ?? 0)
      let saved: Int
      do {
        saved = try folder.checkpoint(.last).step
      } catch RunStoreError.noCheckpoint {
        saved = 0
      }
      return trained > saved ? .lost : .clean
    } catch {
      return .damaged
    }
  }
}
