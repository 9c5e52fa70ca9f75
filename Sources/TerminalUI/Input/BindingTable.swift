/// All key bindings of a program, in the order in which they are looked up and shown.
package struct BindingTable<Model, Action>: Sendable where Action: Sendable {
  package typealias Binding = KeyBinding<Model, Action>

  package enum Match: Sendable {
    case action(Action)
    /// The key is bound, but does nothing now, for the given reason.
    case disabled(Binding, reason: String)
    case none
  }

  package let bindings: [Binding]

  package init(_ bindings: [Binding]) { self.bindings = bindings }

  /// What a key does now: the first binding that works wins over one that is disabled.
  package func match(_ key: Key, in model: Model) -> Match {
    var disabled: Match?
    for binding in bindings where binding.keys.contains(key) && binding.isPresent(model) {
      guard let reason = binding.disabledReason(model) else { return .action(binding.action) }
      if disabled == nil { disabled = .disabled(binding, reason: reason) }
    }
    return disabled ?? .none
  }

  /// What works now and has a place on the bottom bar, the most important first.
  package func bar(for model: Model, glyphs: GlyphSet) -> [BarItem<Action>] {
    bindings.enumerated()
      .filter {
        $0.element.barOrder != nil && $0.element.isPresent(model)
          && $0.element.disabledReason(model) == nil
      }
      .sorted { ($0.element.barOrder ?? 0, $0.offset) < ($1.element.barOrder ?? 0, $1.offset) }
      .map {
        BarItem(
          key: $0.element.keyLabel(glyphs), title: $0.element.title, action: $0.element.action)
      }
  }

  /// The help page's sections: all keys, those of other places too. Where a key has several meanings in
  /// one group, that of now.
  /// - Parameter first: groups that stand before all others, which come in their order in the table.
  package func help(for model: Model, glyphs: GlyphSet, first: [String] = []) -> [HelpSection] {
    var groups = first
    for binding in bindings where !groups.contains(binding.group) { groups.append(binding.group) }
    return groups.compactMap { group in
      var entries: [HelpSection.Entry] = []
      var places: [[Key]: Int] = [:]
      for binding in bindings where binding.group == group {
        let isPresent = binding.isPresent(model)
        guard isPresent || places[binding.keys] == nil else { continue }
        let entry = HelpSection.Entry(
          keys: binding.keyLabel(glyphs, limit: 4), description: binding.description,
          disabledReason: isPresent ? binding.disabledReason(model) : nil)
        if let place = places[binding.keys] {
          entries[place] = entry
        } else {
          places[binding.keys] = entries.count
          entries.append(entry)
        }
      }
      return entries.isEmpty ? nil : HelpSection(title: group, entries: entries)
    }
  }

  /// What the palette offers.
  package func palette(for model: Model, glyphs: GlyphSet) -> [PaletteItem<Action>] {
    bindings.filter { $0.isInPalette && $0.isPresent(model) }.map {
      PaletteItem(
        title: $0.title, description: $0.description, keys: $0.keyLabel(glyphs),
        action: $0.action, disabledReason: $0.disabledReason(model))
    }
  }

  /// Keys that two bindings take at the same time in `model`, both working: mistakes in the table.
  package func conflicts(in model: Model) -> [Key] {
    var counts: [Key: Int] = [:]
    for binding in bindings
    where binding.isPresent(model) && binding.disabledReason(model) == nil {
      for key in Set(binding.keys) { counts[key, default: 0] += 1 }
    }
    return counts.filter { $0.value > 1 }.map(\.key)
  }
}

/// A segment of the bottom bar.
package struct BarItem<Action>: Sendable where Action: Sendable {
  package var key: String
  package var title: String
  package var action: Action

  package init(key: String, title: String, action: Action) {
    self.key = key
    self.title = title
    self.action = action
  }
}

/// A heading of the help page with what stands under it.
package struct HelpSection: Hashable, Sendable {
  package struct Entry: Hashable, Sendable {
    package var keys: String
    package var description: String
    package var disabledReason: String?

    package init(keys: String, description: String, disabledReason: String? = nil) {
      self.keys = keys
      self.description = description
      self.disabledReason = disabledReason
    }
  }

  package var title: String
  package var entries: [Entry]

  package init(title: String, entries: [Entry]) {
    self.title = title
    self.entries = entries
  }
}

/// A line of the palette.
package struct PaletteItem<Action>: Sendable where Action: Sendable {
  package var title: String
  package var description: String
  package var keys: String
  package var action: Action
  package var disabledReason: String?
  /// Spelled out by what was typed.
  package var isAskedFor = false

  package init(
    title: String, description: String, keys: String = "", action: Action,
    disabledReason: String? = nil
  ) {
    self.title = title
    self.description = description
    self.keys = keys
    self.action = action
    self.disabledReason = disabledReason
  }
}
