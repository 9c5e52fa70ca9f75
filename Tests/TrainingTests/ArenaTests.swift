import Kernels
import Testing

@testable import Network
@testable import Training

/// A source of test decisions that is the same in every run.
struct Dice {
  private let random: RandomStream
  private var drawn: UInt64 = 0

  init(_ seed: UInt64) {
    random = RandomStream(seed: seed, purpose: .test)
  }

  mutating func roll(_ range: Range<Int>) -> Int {
    drawn += 1
    return range.lowerBound + Int(random.bits(drawn)) % range.count
  }

  mutating func chance(_ percent: Int) -> Bool { roll(0..<100) < percent }
}

struct ArenaTests {
  @Test(arguments: 0..<40) func buffersThatLiveTogetherNeverOverlap(seed: Int) {
    var dice = Dice(UInt64(seed))
    let requests = (0..<dice.roll(1..<80)).map { _ in
      let start = dice.roll(0..<50)
      return BufferRequest(
        count: dice.roll(0..<500), lifetime: start...(start + dice.roll(0..<20)))
    }
    let layout = ArenaLayout(requests)
    for (i, a) in requests.enumerated() {
      #expect(layout.offsets[i] % 16 == 0)
      #expect(layout.offsets[i] + a.count <= layout.count)
      for (j, b) in requests.enumerated() where j < i && a.lifetime.overlaps(b.lifetime) {
        let isApart =
          layout.offsets[i] + a.count <= layout.offsets[j]
          || layout.offsets[j] + b.count <= layout.offsets[i]
        #expect(isApart || a.count == 0 || b.count == 0)
      }
    }
    let together = (0..<70).map { moment in
      requests.filter { $0.lifetime.contains(moment) }.reduce(0) { $0 + ($1.count + 15) / 16 * 16 }
    }
    #expect(layout.count >= together.max()!)
  }

  @Test func memoryIsUsedAgain() {
    let chain = (0..<10).map { BufferRequest(count: 100, lifetime: $0...($0 + 1)) }
    #expect(ArenaLayout(chain).count == 2 * 112)
  }

  /// Plays a whole step on random graphs, with marks in place of numbers, and looks before each
  /// read whether the right mark is still there.
  @Test(arguments: 0..<200) func everyReadFindsWhatWasWrittenForIt(seed: Int) {
    var dice = Dice(UInt64(1000 + seed))
    let nodes = RandomGraph.nodes(&dice)
    StepSimulation(nodes, holdsGradients: dice.chance(30)).run()
  }
}

enum RandomGraph {
  static func nodes(_ dice: inout Dice) -> [Liveness.Node] {
    let count = dice.roll(1..<14)
    var nodes: [Liveness.Node] = []
    for index in 0..<count {
      var sources = (0..<dice.roll(1..<4)).map { _ -> PlanSource in
        index == 0 || dice.chance(10) ? .input(0) : .node(dice.roll(0..<index))
      }
      if index == count - 1 {
        // Whatever nobody reads leads to the output here.
        let read = Set((nodes.flatMap(\.sources) + sources))
        sources += (0..<index).map { PlanSource.node($0) }.filter { !read.contains($0) }
      }
      let trains = dice.chance(50)
      let needsGradient =
        trains
        || sources.contains { source in
          if case .node(let below) = source { nodes[below].needsGradient } else { false }
        }
      let isInPlace = dice.chance(50)
      var size = dice.roll(1..<60)
      if isInPlace, case .node(let below) = sources[0] { size = nodes[below].count }
      let reads: [BackwardReads] = isInPlace ? [[], .output] : [[], .output, .inputs]
      nodes.append(
        Liveness.Node(
          count: size, sources: sources, needsGradient: needsGradient,
          backwardReads: needsGradient ? reads[dice.roll(0..<reads.count)] : [],
          savedCount: dice.chance(30) ? dice.roll(1..<20) : 0, canRunInPlace: isInPlace,
          parameterGradients: trains ? [dice.roll(1..<20), nil] : []))
    }
    return nodes
  }
}

struct StepSimulation {
  enum Mark: Hashable {
    case output(Int)
    case saved(Int)
    case gradient(Int, arrivals: Int)
    case part(Int)
    case parameter(Int)
  }

  let nodes: [Liveness.Node]
  let liveness: Liveness
  let layout: ArenaLayout
  let holdsGradients: Bool

  init(_ nodes: [Liveness.Node], holdsGradients: Bool) {
    self.nodes = nodes
    self.holdsGradients = holdsGradients
    liveness = Liveness(nodes, holdsGradients: holdsGradients)
    layout = ArenaLayout(liveness.requests)
  }

  func run() {
    var memory = [Mark?](repeating: nil, count: layout.count)
    func place(_ buffer: Int, _ count: Int) -> Range<Int> {
      layout.offsets[buffer]..<(layout.offsets[buffer] + count)
    }
    func write(_ mark: Mark, _ buffer: Int, _ count: Int) {
      for i in place(buffer, count) { memory[i] = mark }
    }
    func expect(_ mark: Mark, _ buffer: Int, _ count: Int) {
      #expect(memory[place(buffer, count)].allSatisfy { $0 == mark }, "\(mark)")
    }
    func expectInputs(of index: Int) {
      for case .node(let below) in nodes[index].sources {
        expect(.output(below), liveness.buffers[below].output, nodes[below].count)
      }
    }

    for (index, node) in nodes.enumerated() {
      let buffers = liveness.buffers[index]
      expectInputs(of: index)
      if let saved = buffers.saved { write(.saved(index), saved, node.savedCount) }
      expectInputs(of: index)
      write(.output(index), buffers.output, node.count)
      if let saved = buffers.saved { expect(.saved(index), saved, node.savedCount) }
    }
    let last = nodes.count - 1
    expect(.output(last), liveness.buffers[last].output, nodes[last].count)
    guard nodes[last].needsGradient else { return }
    write(.gradient(last, arrivals: 1), liveness.buffers[last].gradient!, nodes[last].count)
    expect(.output(last), liveness.buffers[last].output, nodes[last].count)

    var arrivals = [Int](repeating: 0, count: nodes.count)
    arrivals[last] = 1
    for (index, node) in nodes.enumerated().reversed() where node.needsGradient {
      let buffers = liveness.buffers[index]
      let gradient = buffers.gradient!
      func expectReads() {
        expect(.gradient(index, arrivals: arrivals[index]), gradient, node.count)
        if let saved = buffers.saved { expect(.saved(index), saved, node.savedCount) }
        if node.backwardReads.contains(.inputs) { expectInputs(of: index) }
        if node.backwardReads.contains(.output) {
          expect(.output(index), buffers.output, node.count)
        }
      }
      expectReads()
      for (number, buffer) in buffers.parameterGradients.enumerated() {
        guard let buffer else { continue }
        write(.parameter(index), buffer, node.parameterGradients[number]!)
      }
      // What runs in place comes last here, since it ends the output's gradient.
      for (number, target) in buffers.inputGradients.enumerated().reversed() {
        guard case .node(let below) = node.sources[number] else { continue }
        let count = nodes[below].count
        switch target {
        case .unwanted: #expect(!nodes[below].needsGradient)
        case .written(let buffer):
          expectReads()
          #expect(buffer != gradient || (node.canRunInPlace && number == 0))
          write(.gradient(below, arrivals: 1), buffer, count)
        case .added(let part, _):
          expectReads()
          write(.part(index), part, count)
          expect(.part(index), part, count)
        }
      }
      for (number, target) in buffers.inputGradients.enumerated() {
        guard case .node(let below) = node.sources[number] else { continue }
        let count = nodes[below].count
        switch target {
        case .unwanted: break
        case .written: arrivals[below] += 1
        case .added(let part, let sum):
          expect(.part(index), part, count)
          expect(.gradient(below, arrivals: arrivals[below]), sum, count)
          arrivals[below] += 1
          write(.gradient(below, arrivals: arrivals[below]), sum, count)
        }
      }
      for (number, buffer) in buffers.parameterGradients.enumerated() {
        guard let buffer else { continue }
        expect(.parameter(index), buffer, node.parameterGradients[number]!)
      }
    }
    guard holdsGradients else { return }
    for (index, node) in nodes.enumerated() where node.needsGradient {
      for (number, buffer) in liveness.buffers[index].parameterGradients.enumerated() {
        guard let buffer else { continue }
        expect(.parameter(index), buffer, node.parameterGradients[number]!)
      }
    }
  }
}
