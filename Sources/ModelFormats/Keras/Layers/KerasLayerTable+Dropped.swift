extension KerasLayerTable {
  /// Layers that change nothing once a network is trained, and why they are left out.
  static let dropped: [KerasLayerRow] = {
    let augmentations = [
      "RandomFlip", "RandomRotation", "RandomZoom", "RandomContrast", "RandomTranslation",
      "RandomBrightness", "RandomHeight", "RandomWidth", "RandomHue", "RandomSaturation",
      "RandomSharpness", "RandomShear", "RandomGrayscale", "RandomInvert", "RandomPosterization",
      "RandomColorDegeneration", "RandomColorJitter", "RandomErasing", "RandomGaussianBlur",
      "RandomPerspective", "RandomElasticTransform", "RandAugment", "AugMix", "MixUp", "CutMix",
      "Equalization", "Solarization",
    ]
    let others = [
      ("GaussianNoise", "noise in training"), ("GaussianDropout", "noise in training"),
      ("AlphaDropout", "noise in training"),
      ("ActivityRegularization", "a penalty in training"),
    ]
    let reasons =
      augmentations.map { ($0, $0.hasPrefix("Rand") ? "random augmentation" : "augmentation") }
      + others
    return reasons.map { className, reason in
      var row = KerasLayerRow(className, read: KerasLayerReading.nothing)
      row.reasonForDropping = reason
      return row
    }
  }()
}
