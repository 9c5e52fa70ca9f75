/// What a run that is being prepared is busy with.
package enum PreparationStage: Sendable, Codable, Equatable {
  case starting
  case readingImages
  case readingModel
  case preparingModel
  case openingRun
}
