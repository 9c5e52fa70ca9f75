/// A linear classifier in closed form, and how good it is.
package struct RidgeSolution: Equatable, Sendable {
  /// `[features, outputs]`
  package let weights: [Float]
  /// One an output.
  package let bias: [Float]
  /// The strength of the penalty, relative to the largest eigenvalue of the features' covariance.
  package let strength: Double
  /// Mean squared error of the one-hot targets, each image predicted by all others.
  package let leaveOneOutError: Double
  /// Share of images whose class all others predict.
  package let leaveOneOutAccuracy: Double
  /// Mean loss of those predictions after scaling.
  package let leaveOneOutLoss: Double
  /// What the regression's values are multiplied with to become logits.
  package let scale: Double
}

/// Why a head has no solution in closed form.
package enum RidgeError: Error, Equatable, CustomStringConvertible {
  case featuresNotFinite
  /// The smaller of the numbers of features and images counts.
  case tooLarge(features: Int, images: Int)

  /// Some of the images cannot be read any more.
  case imagesMissing

  package var description: String {
    switch self {
    case .imagesMissing:
      "the head cannot be solved: some of the training images cannot be read"
    case .featuresNotFinite:
      "the head cannot be solved: the layers below it give infinities or NaN"
    case .tooLarge(let features, let images):
      "the head cannot be solved: expected up to \(RidgeSolver.sizeLimit) features or images, "
        + "found \(features) and \(images)"
    }
  }
}
