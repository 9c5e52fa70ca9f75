import EngineInterface
import Images

/// Everything that is asked of a run when it begins: what `run.json` keeps, and what a resumed run
/// starts from again. What can be edited later is here with its first value.
package struct EngineConfiguration: Codable, Sendable, Equatable {
  package var optimizer = OptimizerKind.adam
  /// SGD only.
  package var nesterov = false
  package var schedule = Schedule()
  package var learningRate = 1e-3
  /// `nil`: the optimiser's default.
  package var momentum: Double?
  /// `nil`: the optimiser's default.
  package var weightDecay: Double?
  /// Limit on the norm of each unit's weights; 0: off; `nil`: as the model file has it, layer by layer.
  package var maxNorm: Double?
  /// Limit on the norm of the whole gradient; `nil`: off.
  package var clipNorm: Double?
  /// 0…1: the share of the target that is spread over all classes, or taken towards one half at a
  /// sigmoid; `nil`: as the loss in the model file has it.
  package var labelSmoothing: Double?
  package var epochs = 10
  package var batch = 32
  package var seed: UInt64 = 0
  /// `nil`: one for each core. Never changes a result.
  package var threads: Int?
  /// Bytes for the features of frozen layers; 0: none are kept; `nil`: by the memory there is. Never
  /// changes a result.
  package var cacheBudget: Int?
  /// How pixels enter the network: what was asked for, and once the model is read what is done.
  package var preparation: ImagePreparation?
  /// Names of the data's classes, once it is read: whoever asks a run needs no data for them.
  package var classes: [String]?
  /// `[height, width, channels]` of the data's images, once it is read: the model may leave it open.
  package var imageShape: [Int]?

  /// How many images there were to train on.
  package var trainImages: Int?
  /// How strongly training pictures are changed at random; `nil`: not at all, and before the data is
  /// read by what it is.
  package var augmentation: Augmentation.Strength?
  /// Views of each augmented picture, visited in turn; 0: a new one each epoch.
  package var views: Int?
  package static let usualViews = 4
  /// Whether training pictures are changed at random.
  package var isAugmented: Bool { strength != Augmentation.Strength.none }
  package var strength: Augmentation.Strength { augmentation ?? Augmentation.Strength.none }
  /// How pictures of another shape are fitted, where it was asked for: part of `preparation`.
  package var fit: ImagePreparation.Fit?
  /// Stop at the first broken picture instead of leaving it out, and take no model file of which anything is
  /// missing or left over.
  package var isStrict: Bool?
  /// The network that a file of weights is of, where it was asked for; `nil`: recognised.
  package var architecture: String?
  /// The layer whose output is taken for the model's answer, where one was asked for.
  package var outputLayer: String?
  /// A text file with the names of the model's outputs.
  package var labels: String?
  /// How much images of each class count; `nil`: all the same.
  package var classWeights: ClassWeighting?
  /// Epochs without a better loss after which training ends; `nil`: all epochs are trained.
  package var patience: Int?

  /// A new last layer; `nil`: replaced only where the classes do not fit the outputs.
  package var head: HeadRequest?
  /// What the new head's weights are at first; `nil`: random.
  package var headStart: HeadStart?
  /// Shell patterns of layer names, applied in order; a pattern that matches nothing is an error.
  package var freeze: [String] = []
  /// Freezes the first N layers that have parameters.
  package var freezeFirst = 0
  /// Everything but the head is frozen.
  package var freezeAllButHead = false
  /// Whether a network without a classifier is frozen under its new head; `nil`: where nothing else is said
  /// of freezing, and once the model is read, where it has a classifier.
  package var freezesBackbone: Bool?
  /// Whether convolutions without batch normalisation get one, measured on the training images; `nil`: no.
  package var insertsBatchNorm: Bool?
  /// Layers that begin from fresh random values.
  package var reinitialize: [String] = []
  package var multipliers: [PatternValue] = []
  /// Learning-rate multiplier of every layer but the head; `multipliers` come after it.
  package var pretrainedMultiplier = 1.0
  /// Rates by layer pattern; an empty pattern is every dropout layer, and `input` the network's input.
  /// A layer that is no dropout layer gets one after it.
  package var dropout: [PatternValue] = []
  /// Rate of a dropout layer put before the first layer; `nil`: none.
  package var inputDropout: Double?
  /// Rate of every dropout layer on hidden dense layers, put in where there is none.
  package var hiddenDropout: Double?

  package init() {}

  /// The settings that these options come to whatever the network.
  package var plainSettings: TuningSettings {
    TuningSettings(
      learningRate: learningRate, momentum: momentum ?? optimizer.defaultMomentum,
      weightDecay: weightDecay ?? optimizer.defaultWeightDecay,
      maxNorm: maxNorm == 0 ? nil : maxNorm, epochs: epochs)
  }
}

/// A value for the layers that a shell pattern (`conv*`) names.
package struct PatternValue: Codable, Sendable, Equatable {
  package var pattern: String
  package var value: Double

  package init(pattern: String, value: Double) {
    self.pattern = pattern
    self.value = value
  }
}

/// How much the images of a class count in the loss.
package enum ClassWeighting: String, Codable, Sendable, CaseIterable {
  /// Each class as much as any other, however few its images are.
  case balanced
}

/// What a new head's weights are before the first step.
package enum HeadStart: String, Codable, Sendable, CaseIterable {
  /// Drawn from the seed.
  case random
  /// Solved in closed form from what the layers below it make of the training images.
  case ridge
}

/// What is to be done about a model's last layer with parameters and what follows it: by default
/// something new takes its place.
package struct HeadRequest: Codable, Sendable, Equatable {
  /// At least as many as there are classes; `nil`: exactly as many.
  package var outputs: Int?
  /// Units of dense layers with rectifiers between the body and the output.
  package var hidden: [Int] = []
  /// The trained one stays, though the data has fewer classes than it has outputs.
  package var keepsTrained = false
  /// The layer after which the network is cut: what follows it goes, and the new head reads it. `nil`:
  /// the last layer with parameters goes, and what follows that.
  package var after: String?
  /// The preset that wants it, where the person has not asked for a head.
  package var preset: String?

  package init(
    outputs: Int? = nil, hidden: [Int] = [], keepsTrained: Bool = false, after: String? = nil,
    preset: String? = nil
  ) {
    self.outputs = outputs
    self.hidden = hidden
    self.keepsTrained = keepsTrained
    self.after = after
    self.preset = preset
  }

  /// Older runs know less.
  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    outputs = try values.decodeIfPresent(Int.self, forKey: .outputs)
    hidden = try values.decode([Int].self, forKey: .hidden)
    keepsTrained = try values.decodeIfPresent(Bool.self, forKey: .keepsTrained) ?? false
    after = try values.decodeIfPresent(String.self, forKey: .after)
    preset = try values.decodeIfPresent(String.self, forKey: .preset)
  }
}
