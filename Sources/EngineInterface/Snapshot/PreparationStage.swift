/// What a run that is being prepared is busy with.
package enum PreparationStage: Sendable, Codable, Equatable {
  case starting
  case readingImages
  /// So many files found.
  case listingImages(Int)
  /// So many files looked at.
  case checkingImages(Int, of: Int)
  /// So many training files compared with those of the validation.
  case comparingImages(Int, of: Int)
  case readingModel
  case preparingModel
  case openingRun
  /// Before the first step, or while a run is paused.
  case solvingHead(HeadStage)

  /// What solving a head is busy with; shares are of the images.
  package enum HeadStage: Sendable, Codable, Equatable {
    case readingFeatures(share: Double)
    case findingEigenvalues
    case choosingStrength(share: Double)
    case solving
    case scaling
  }
}
