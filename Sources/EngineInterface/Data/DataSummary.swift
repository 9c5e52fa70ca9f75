/// A run's data at a glance.
package struct DataSummary: Sendable, Codable, Equatable {
  /// A class, with how many images there are of it.
  package struct ClassCount: Sendable, Codable, Equatable {
    package var name: String
    package var train: Int
    package var validation: Int

    package init(name: String, train: Int, validation: Int) {
      self.name = name
      self.train = train
      self.validation = validation
    }
  }

  /// A part of how a picture becomes what the network reads, and who says so.
  package struct PreparationStep: Sendable, Codable, Equatable {
    package enum Subject: String, Sendable, Codable {
      case size, fit, interpolation, channelOrder, pixels, normalization, augmentation, views
    }

    package var subject: Subject
    package var value: String
    /// Who says so, in a word or two; empty where it needs no saying.
    package var source: String

    package init(_ subject: Subject, _ value: String, source: String) {
      self.subject = subject
      self.value = value
      self.source = source
    }
  }

  package var path: String
  /// With the images in the classes that a person gave them, and without those left out.
  package var classes: [ClassCount]
  /// What reading the data has found, in the reader's words: what was left out and why, what was assumed.
  package var findings: [String]
  /// Images that could not be read while training, in the errors' words.
  package var unreadable: [String]
  package var preparation: [PreparationStep]
  /// Views of each training image that epochs visit in turn; 0: a new one each epoch; `nil`: they are not
  /// augmented.
  package var views: Int?
  /// Whether the images can be seen.
  package var hasPictures: Bool

  package init(
    path: String, classes: [ClassCount], findings: [String], unreadable: [String],
    preparation: [PreparationStep], views: Int?, hasPictures: Bool
  ) {
    self.path = path
    self.classes = classes
    self.findings = findings
    self.unreadable = unreadable
    self.preparation = preparation
    self.views = views
    self.hasPictures = hasPictures
  }
}

/// What the last validation has shown.
package struct ValidationDetails: Sendable, Codable, Equatable {
  package var epoch: Int
  package var confusion: ConfusionMatrix

  package init(epoch: Int, confusion: ConfusionMatrix) {
    self.epoch = epoch
    self.confusion = confusion
  }
}
