import Network

extension KerasLayerBuilder {
  /// One layer of ours, of those that one of Keras' becomes, and where its parameters stand in the
  /// file.
  struct Part {
    /// What its name adds to that of Keras' layer. The last part adds nothing but where it is a
    /// softmax, which training takes off.
    var suffix = ""
    let layer: any Layer
    /// Our parameter's name → the names that versions of Keras give it, as the table says.
    var fileNames: [String: [String]] = [:]
    /// What it reads: one of the layer's inputs, or a part before it. `nil`: the part before it; the
    /// first all inputs.
    var reads: [Source]?

    enum Source: Hashable {
      case input(Int)
      case part(Int)
    }

    /// The same, with what it reads replaced.
    func reading(_ replacement: (Source) -> Source) -> Part {
      var part = self
      part.reads = reads?.map(replacement)
      return part
    }

    /// The same, for a layer whose inputs stand at these places.
    func reading(_ places: [Int]) -> Part {
      reading { if case .input(let index) = $0 { .input(places[index]) } else { $0 } }
    }
  }
}
