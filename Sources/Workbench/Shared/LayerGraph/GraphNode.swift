import TerminalUI

/// A node of the layer graph, as it is drawn.
struct GraphNode: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    /// A box with a title and a line of detail.
    case box
    /// One line without a border: an activation, a normalisation.
    case small
    /// Where paths meet: a circle on the path.
    case merge
  }
  enum State: Sendable, Equatable {
    case frozen, live
    /// Nothing to train.
    case inert
  }

  var title: String
  var detail: String
  var kind: Kind
  var state: State
  /// `true`: a group that can be expanded, `false`: one that is expanded, `nil`: no group.
  var isCollapsed: Bool?
  /// The border's colour where it shows something else than the state: time, memory.
  var color: Color?

  init(
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
struct GraphEdge: Sendable, Hashable {
  var from: Int
  var to: Int
  /// What flows there: the shape.
  var label: String

  init(from: Int, to: Int, label: String = "") {
    self.from = from
    self.to = to
    self.label = label
  }
}
