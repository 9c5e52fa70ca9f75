import Files
import Foundation
import Safetensors
import TestSupport
import Testing

@testable import ModelFormats

/// Files that torch wrote, against what was in them (`make_torch_fixtures.py`).
@Suite struct TorchFileTests {
  private struct Expected: Decodable {
    let shape: [Int]
    let values: [Double]
  }

  private static func expected() throws -> [String: Expected] {
    try JSONDecoder().decode(
      [String: Expected].self,
      from: Data(contentsOf: URL(filePath: FixtureFile.path("torch/expected.json"))))
  }

  private static func file(_ name: String) throws -> TensorFile {
    try #require(try ModelFile.tensors(FixtureFile.path("torch/\(name)")))
  }

  @Test(arguments: [
    "kinds.pth", "kinds-stream.pth", "kinds-stream4.pth", "kinds-protocol5.pth",
    "kinds-deflated.pth",
  ])
  func everyKindOfTensorIsReadAsItIs(name: String) throws {
    let file = try Self.file(name)
    let expected = try Self.expected()
    #expect(file.archive.tensorNames.count == expected.count)
    for (name, tensor) in expected {
      let stored = try #require(file.archive.tensor(named: name))
      #expect(stored.shape == tensor.shape, "\(name)")
      let elements = try file.archive.elements(name)
      #expect(elements.type.rawValue == stored.type)
      #expect(elements.bytes.count == tensor.values.count * elements.type.bytes, "\(name)")
      if elements.type.isFloatingPoint {
        #expect(try file.archive.values(name).map(Double.init) == tensor.values, "\(name)")
      } else {
        #expect(Self.integers(elements) == tensor.values, "\(name)")
        #expect(throws: UnexpectedContent.self) { try file.archive.values(name) }
      }
    }
  }

  private static func integers(_ elements: StoredElements) -> [Double] {
    let size = elements.type.bytes
    return stride(from: 0, to: elements.bytes.count, by: size).map { start in
      let bits = elements.bytes[start..<start + size].reversed().reduce(UInt64(0)) {
        $0 << 8 | UInt64($1)
      }
      let isSigned = [.int8, .int16, .int32, .int64].contains(elements.type)
      let shift = UInt64(64 - 8 * size)
      return isSigned ? Double(Int64(bitPattern: bits << shift) >> shift) : Double(bits)
    }
  }

  @Test func aBigEndianMachinesElementsAreTurned() throws {
    let archive = try Self.file("big.pth").archive
    let expected = try Self.expected()
    #expect(
      try archive.values("f16").map(Double.init) == expected["f16"]?.values)
    #expect(
      try archive.values("f32").map(Double.init)
        == Array(try #require(expected["f32"]).values.prefix(6)))
    #expect(
      try archive.values("f64").map(Double.init)
        == Array(try #require(expected["f64"]).values.prefix(2)))
    #expect(try archive.elements("u8").bytes == Array(250...255))
  }

  @Test func whatStandsBesideTheWeightsIsPassedOverAndNamed() throws {
    let file = try Self.file("lightning.ckpt")
    #expect(file.archive.tensorNames == ["model.f32", "model.scalar"])
    #expect(file.format == "PyTorch, 'state_dict'")
    #expect(file.skipped.contains("'hyper_parameters': an object of argparse.Namespace"))
    #expect(file.skipped.contains("'callbacks': a dictionary of 1"))
    #expect(file.skipped.contains("'best_acc1': a tensor") && file.skipped.count == 7)
  }

  @Test(arguments: [
    ("whole.pth", "a whole object of torch.nn.modules.container.Sequential"),
    ("whole-inside.pth", "no tensors, and an object of torch.nn.modules.linear.Linear"),
    ("script.pt", "a TorchScript program"), ("plain.pkl", "another pickle"),
  ])
  func whatOnlyPythonCanReadSaysWhatToSaveInstead(name: String, found: String) throws {
    let error = #expect(throws: FormatError.self) {
      try ModelFile.open(FixtureFile.path("torch/\(name)"))
    }
    #expect(error?.found == found)
    #expect(error?.expected.contains("state dictionary") == true, "\(error?.expected ?? "")")
    #expect(error?.expected.contains("torch.save") == true)
  }

  @Test func aTarOf2016IsCalledWhatItIs() {
    let error = #expect(throws: FormatError.self) {
      try ModelFile.open(FixtureFile.path("torch/tar.pth"))
    }
    #expect(error?.found.contains("of 2016 (tar)") == true)
  }

  @Test(arguments: ["kinds.pth", "kinds-stream.pth", "kinds-stream4.pth", "kinds-deflated.pth"])
  func aFileThatIsCutAnywhereIsRefusedInOneLine(name: String) throws {
    let whole = try FixtureFile.bytes("torch/\(name)")
    let folder = TemporaryFolder()
    for length in stride(from: 1, to: whole.count, by: max(1, whole.count / 97)) {
      let path = try folder.write(Array(whole[..<length]), to: "cut.pth")
      let error = #expect(throws: FormatError.self, "\(length) bytes") {
        try ModelFile.open(path)
      }
      #expect(error.map { !"\($0)".contains("\n") } == true)
    }
  }

  @Test(arguments: ["kinds.pth", "kinds-stream.pth", "kinds-deflated.pth", "lightning.ckpt"])
  func damagedFilesAreReadOrRefused(name: String) throws {
    let whole = try FixtureFile.bytes("torch/\(name)")
    let folder = TemporaryFolder()
    var mutations = Mutations(seed: 16)
    var refused = 0
    for _ in 0..<400 {
      let path = try folder.write(mutations.damaged(whole), to: "damaged.pth")
      do {
        guard let file = try ModelFile.tensors(path) else { continue }
        for name in file.archive.tensorNames { _ = try? file.archive.elements(name) }
      } catch {
        #expect(error is FormatError && !"\(error)".contains("\n"), "\(error)")
        refused += 1
      }
    }
    #expect(refused > 20)
  }

  /// People's oldest files (torchvision until 0.2.1, in DataParallel and a class of their own).
  @Test func oldDenseNetsHaveTodaysNames() throws {
    let file = try Self.file("densenet-2018.pth.tar")
    #expect(file.format == "PyTorch, as before version 1.6, 'state_dict'")
    let expected = try SafetensorsReader(path: FixtureFile.path("torch/densenet-2018.safetensors"))
    let names = StateDictionaryNames.readings(of: file.archive.tensorNames)
    let today = try #require(names.first { $0.prefix == "module.densenet121." })
    #expect(Set(today.file.keys) == Set(expected.tensors.map(\.name)))
    #expect(today.renamed.count == 2)
    for tensor in expected.tensors {
      let name = try #require(today.file[tensor.name])
      #expect(file.archive.tensor(named: name)?.shape == tensor.shape)
      #expect(try file.archive.elements(name).bytes == expected.bytes(tensor.name))
    }
  }
}
