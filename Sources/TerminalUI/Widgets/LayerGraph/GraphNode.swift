/// A node of the layer graph, as it is drawn.
package struct GraphNode: Sendable, Equatable {
  package enum Kind: Sendable, Equatable {
    /// A box with a title and a line of detail.
    case box
    /// One line without a border: an activation, a normalisation.
    case small
    /// Where paths meet: a circle on the path.
    case merge
  }
  package enum State: Sendable, Equatable {
    case frozen, live
    /// Nothing to train.
    case inert
  }

  package var title: String
  package var detail: String
  package var kind: Kind
  package var state: State
  /// `true`: a group that can be expanded, `false`: one that is expanded, `nil`: no group.
  package var isCollapsed: Bool?
  /// The border's colour where it shows something else than the state: time, memory.
  package var color: Color?

  package init(
    title: String, detail: String = "", kind: Kind = .box, state: State = .inert,
    isCollapsed: Bool? = nil, color: Color? = nil
  ) {
    self.title = title
    self.detail = detail
    self.kind = kind
    self.state = state
    self.isCollapsed = isCollapsed
    self.color = color
  }
}

/// A connection between two nodes by number.
package struct GraphEdge: Sendable, Hashable {
  package var from: Int
  package var to: Int
  /// What flows there: the shape.
  package var label: String

  package init(from: Int, to: Int, label: String = "") {
    self.from = from
    self.to = to
    self.label = label
  }
}
