import EngineInterface
import Files
import Network
import TestSupport
import Testing

@testable import RunStore

/// A disk that is full or read-only takes nothing away from a run.
@Suite struct UnwillingDiskTests {
  private static func newRun(in folder: String) throws -> Run {
    try RunsFolder(path: folder).create(name: "run", model: "m", options: [Int]()) {
      Fixture.record(named: $0)
    }
  }

  @Test func checkpointOnAFullDiskLeavesTheEarlierOnes() async throws {
    await #expect(processExitsWith: .success) {
      let temporary = TemporaryFolder()
      let run = try Self.newRun(in: temporary.path)
      let model = try Fixture.model(seed: 1)
      try run.write(Fixture.checkpoint(of: model, step: 1), isBest: true, time: 1)
      let before = try Folder.names(in: run.folder.checkpointsPath)
      UnwillingDisk.limitFiles(to: 700)
      model.allParameters[0].values.pointer[0] = 99
      for _ in 1...3 {
        let error = #expect(throws: FileError.self) {
          try run.write(Fixture.checkpoint(of: model, step: 2), isBest: true, time: 2)
        }
        #expect(error?.isOutOfSpace == true)
      }
      UnwillingDisk.liftLimit()
      #expect(try Folder.names(in: run.folder.checkpointsPath) == before)
      try run.folder.checkpoint(.last).restore(model)
      #expect(model.allParameters[0].values.pointer[0] != 99)
      #expect(try run.folder.journal().checkpoints.map(\.step) == [1])

      try run.write(Fixture.checkpoint(of: model, step: 3), isBest: false, time: 3)
      #expect(try run.folder.checkpoint(.last).step == 3)
    }
  }

  @Test func runOnAFullDiskIsNotHalfMade() async throws {
    await #expect(processExitsWith: .success) {
      let temporary = TemporaryFolder()
      UnwillingDisk.limitFiles(to: 100)
      #expect(throws: FileError.self) { try Self.newRun(in: temporary("runs")) }
      let left = try Folder.names(in: temporary("runs"))
      #expect(left.isEmpty)
    }
  }

  @Test func readOnlyDiskIsSaidAndNothingLost() async throws {
    await #expect(processExitsWith: .success) {
      let temporary = TemporaryFolder()
      let run = try Self.newRun(in: temporary.path)
      let model = try Fixture.model(seed: 1)
      let path = try run.write(Fixture.checkpoint(of: model, step: 1), isBest: false, time: 1)
      UnwillingDisk.makeReadOnly(run.folder.checkpointsPath)
      let error = #expect(throws: FileError.self) {
        try run.write(Fixture.checkpoint(of: model, step: 2), isBest: false, time: 2)
      }
      #expect(error?.action == "create")
      UnwillingDisk.makeWritable(run.folder.checkpointsPath)
      #expect(try run.folder.checkpoint(.last).path == path)
    }
  }

  @Test func runsFolderThatCannotBeMadeIsSaid() async throws {
    let temporary = TemporaryFolder()
    try temporary.write([1], to: "file")
    #expect(throws: FileError.self) { try Self.newRun(in: temporary("file/runs")) }
    await #expect(processExitsWith: .success) {
      let temporary = TemporaryFolder()
      UnwillingDisk.makeReadOnly(temporary.path)
      #expect(throws: FileError.self) { try Self.newRun(in: temporary("runs")) }
      UnwillingDisk.makeWritable(temporary.path)
    }
  }
}
