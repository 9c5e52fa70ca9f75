import Files
import TestSupport
import Testing

@testable import Datasets

@Suite struct NumPyArrayTests {
  let temporary = TemporaryFolder()
  private let values = (0..<24).map { Float($0) / 7 - 1 }

  private func fixture(_ name: String) -> String {
    joinPath(splitPath(#filePath).folder, "Fixtures/\(name).npy")
  }

  @Test(arguments: ["float32-v1", "float32-v2", "float32-v3", "float64"])
  func filesOfNumPyAreRead(name: String) throws {
    let array = try NumPyArray.read(fixture(name))
    #expect(array.shape == [2, 3, 4])
    #expect(array.values == values)
  }

  @Test func shapesOfEveryRankAreRead() throws {
    #expect(try NumPyArray.read(fixture("scalar")) == NumPyArray(shape: [], values: [2.5]))
    #expect(try NumPyArray.read(fixture("vector")) == NumPyArray(shape: [24], values: values))
    let empty = NumPyArray(shape: [0, 28, 28, 1], values: [])
    #expect(try NumPyArray.read(fixture("empty")) == empty)
  }

  @Test(arguments: [
    ("fortran", "Fortran"), ("big-endian", "'>f4'"), ("uint8", "'|u1'"), ("structured", "[('a'"),
  ])
  func whatIsNotFloat32SaysWhatItIs(name: String, found: String) throws {
    let error = #expect(throws: FormatError.self) { try NumPyArray.read(fixture(name)) }
    #expect(error?.found.contains(found) == true)
    #expect(error?.path == fixture(name))
  }

  @Test func writtenFilesAreThoseOfNumPy() throws {
    let path = temporary("x.npy")
    for (name, shape) in [("float32-v1", [2, 3, 4]), ("vector", [24])] {
      try NumPyArray(shape: shape, values: values).write(to: path)
      #expect(
        try InputFile.contents(of: path, limit: 1 << 16)
          == InputFile.contents(of: fixture(name), limit: 1 << 16))
    }
    for shape in [[], [0, 3], [1, 1, 1, 1]] {
      let array = NumPyArray(shape: shape, values: shape == [0, 3] ? [] : [.nan])
      try array.write(to: path)
      let read = try NumPyArray.read(path)
      #expect(read.shape == shape)
      #expect(read.values.map(\.bitPattern) == array.values.map(\.bitPattern))
    }
  }

  private func read(header: String, data: Int = 0) throws -> NumPyArray {
    let length = header.utf8.count
    let bytes =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)]
      + Array(header.utf8) + [UInt8](repeating: 0, count: data)
    return try NumPyArray.read(temporary.write(bytes, to: "x.npy"))
  }

  @Test func headersAreReadAsPythonWouldReadThem() throws {
    #expect(
      try read(header: "{'shape':(2L,),\"descr\" : '<f4' , 'fortran_order':False}\n", data: 8)
        .shape == [2])
    // One axis is contiguous in either order.
    #expect(
      try read(header: "{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }", data: 8)
        .shape == [2])
  }

  @Test(arguments: [
    "", "{}", "{'descr': '<f4', 'fortran_order': False}", "{'descr': '<f4'",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'more': 1}",
    "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
    "{'descr': '<f4', 'fortran_order': 0, 'shape': (1,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': 1}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)} x",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4, 1)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4, 0)}",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
    "{'descr': __import__('os'), 'fortran_order': False, 'shape': (1,)}",
  ])
  func badHeadersAreRefused(header: String) {
    #expect(throws: FormatError.self) { try read(header: header, data: 4) }
  }

  @Test func filesThatAreNoneAreRefused() throws {
    let good = try InputFile.contents(of: fixture("float32-v2"), limit: 1 << 16)
    let bad: [[UInt8]] = [
      [], [0x93], Array(good[..<10]), Array(good[..<11]), good.dropLast(), good + [0],
      Array(good[..<6]) + [4] + good[7...], Array(good[..<8]) + [0xff, 0xff, 0xff, 0xff],
    ]
    for bytes in bad {
      let path = try temporary.write(bytes, to: "x.npy")
      #expect(throws: FormatError.self) { try NumPyArray.read(path) }
    }
  }

  @Test(arguments: ["float32-v1", "float32-v3", "float64"])
  func damagedFilesNeverTrap(name: String) throws {
    let good = try InputFile.contents(of: fixture(name), limit: 1 << 16)
    var mutations = Mutations(seed: 6)
    var refused = 0
    for _ in 0..<3000 {
      let path = try temporary.write(mutations.damaged(good), to: "x.npy")
      do {
        let array = try NumPyArray.read(path)
        #expect(array.values.count == array.shape.reduce(1, *))
      } catch is FormatError {
        refused += 1
      }
    }
    #expect(refused > 1500)
  }
}
