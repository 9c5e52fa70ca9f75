import EngineInterface

/// What is asked of the engine about its data, and what it has answered: each once, and again only when
/// something has happened since that changes the answer.
struct DataInquiry: Sendable {
  /// What an answer depends on.
  struct Stamp: Sendable, Equatable {
    var corrections: ImageCorrections
    /// Of the last epoch's end.
    var step: Int?

    init(_ shared: Shared) {
      corrections = shared.snapshot?.settings.corrections ?? ImageCorrections()
      let history = shared.snapshot?.history
      let last = history?[.validationLoss].last?.step
      step = last.map { Int($0) } ?? shared.snapshot?.progress.epoch
    }
  }

  /// An answer, and when it is to be had again.
  struct Known<Value: Sendable>: Sendable {
    var value: Value?
    var stamp: Stamp?
    var askedAt = -Double.infinity
    var pending: (id: RequestID, stamp: Stamp)?

    /// Epochs may be shorter than a look: answers that change with them are asked for now and then.
    func isDue(_ now: Stamp, at time: Double) -> Bool {
      guard pending == nil, stamp != now else { return false }
      guard let stamp, stamp.corrections == now.corrections else { return true }
      return time - askedAt >= DataInquiry.restSeconds || time < askedAt
    }
  }

  static let restSeconds = 2.0
  /// Pictures of one question: few enough that one is not waited for long.
  private static let picturesAtOnce = 12

  var summary = Known<DataSummary>()
  var validation = Known<ConfusionView?>()
  var list = ImagePages()
  var pictures = PictureCache()
  /// Why the last question could not be answered.
  private(set) var problem: String?

  /// - Parameters:
  ///   - visible: places of the list that are in view.
  ///   - wishes: pictures that are in view.
  mutating func tick(
    content: DataScreen.Content, visible: Range<Int>, wishes: [PictureWish],
    _ shared: inout Shared
  ) -> [Effect] {
    // Nothing is known before the data are read.
    guard !shared.layers.isEmpty else { return [] }
    let stamp = Stamp(shared)
    var effects: [Effect] = []
    func ask(_ question: Question, _ shared: inout Shared) -> RequestID {
      let (id, effect) = shared.ask(question)
      effects.append(effect)
      return id
    }
    if summary.isDue(stamp, at: shared.now) {
      summary.pending = (ask(.data, &shared), stamp)
      summary.askedAt = shared.now
    }
    if validation.isDue(stamp, at: shared.now) {
      validation.pending = (ask(.validation, &shared), stamp)
      validation.askedAt = shared.now
    }
    if case .images(let selection) = content,
      let first = list.next(of: visible, selection, stamp, at: shared.now)
    {
      let question = Question.images(selection, first: first, count: ImagePages.size)
      list.asked(ask(question, &shared), first: first, stamp, at: shared.now)
    }
    let missing = pictures.missing(of: wishes)
    if !missing.isEmpty {
      let some = Array(missing.prefix(Self.picturesAtOnce))
      pictures.asked(ask(.pictures(some), &shared), some)
    }
    return effects
  }

  mutating func take(_ reply: Reply, at now: Double) {
    if pictures.take(reply) || list.take(reply) { return }
    if let pending = summary.pending, pending.id == reply.id {
      summary.pending = nil
      summary.stamp = pending.stamp
      if case .data(let value) = reply.answer { summary.value = value }
    } else if let pending = validation.pending, pending.id == reply.id {
      validation.pending = nil
      validation.stamp = pending.stamp
      if case .validation(let value) = reply.answer {
        validation.value = .some(value.map(ConfusionView.init))
      }
    } else {
      return
    }
    if case .failed(let words) = reply.answer { problem = words } else { problem = nil }
  }
}
