/// What slim calls the convolutions of Inception V3: the branch, and in it the place, which is a letter, and
/// the window. Names that do not agree with this are slim's own slips.
enum InceptionV3SlimNames {
  /// - Parameters:
  ///   - block: `Mixed_5b`; empty for those before the blocks.
  ///   - unit: torchvision's name of it, `branch5x5_1`.
  static func name(_ block: String, _ unit: String) -> String {
    guard !block.isEmpty else { return unit }
    guard let place = slips[block]?[unit] ?? places(block)[unit] else {
      preconditionFailure("no branch of slim's for '\(unit)' of '\(block)'")
    }
    return "\(block)/\(place)"
  }

  private static func places(_ block: String) -> [String: String] {
    switch block {
    case "Mixed_6a": firstReduction
    case "Mixed_7a": secondReduction
    default: block.hasPrefix("Mixed_5") ? small : block.hasPrefix("Mixed_6") ? medium : large
    }
  }

  private static let small = [
    "branch1x1": "Branch_0/Conv2d_0a_1x1",
    "branch5x5_1": "Branch_1/Conv2d_0a_1x1", "branch5x5_2": "Branch_1/Conv2d_0b_5x5",
    "branch3x3dbl_1": "Branch_2/Conv2d_0a_1x1", "branch3x3dbl_2": "Branch_2/Conv2d_0b_3x3",
    "branch3x3dbl_3": "Branch_2/Conv2d_0c_3x3",
    "branch_pool": "Branch_3/Conv2d_0b_1x1",
  ]

  private static let firstReduction = [
    "branch3x3": "Branch_0/Conv2d_1a_1x1",
    "branch3x3dbl_1": "Branch_1/Conv2d_0a_1x1", "branch3x3dbl_2": "Branch_1/Conv2d_0b_3x3",
    "branch3x3dbl_3": "Branch_1/Conv2d_1a_1x1",
  ]

  private static let medium = [
    "branch1x1": "Branch_0/Conv2d_0a_1x1",
    "branch7x7_1": "Branch_1/Conv2d_0a_1x1", "branch7x7_2": "Branch_1/Conv2d_0b_1x7",
    "branch7x7_3": "Branch_1/Conv2d_0c_7x1",
    "branch7x7dbl_1": "Branch_2/Conv2d_0a_1x1", "branch7x7dbl_2": "Branch_2/Conv2d_0b_7x1",
    "branch7x7dbl_3": "Branch_2/Conv2d_0c_1x7", "branch7x7dbl_4": "Branch_2/Conv2d_0d_7x1",
    "branch7x7dbl_5": "Branch_2/Conv2d_0e_1x7",
    "branch_pool": "Branch_3/Conv2d_0b_1x1",
  ]

  private static let secondReduction = [
    "branch3x3_1": "Branch_0/Conv2d_0a_1x1", "branch3x3_2": "Branch_0/Conv2d_1a_3x3",
    "branch7x7x3_1": "Branch_1/Conv2d_0a_1x1", "branch7x7x3_2": "Branch_1/Conv2d_0b_1x7",
    "branch7x7x3_3": "Branch_1/Conv2d_0c_7x1", "branch7x7x3_4": "Branch_1/Conv2d_1a_3x3",
  ]

  private static let large = [
    "branch1x1": "Branch_0/Conv2d_0a_1x1",
    "branch3x3_1": "Branch_1/Conv2d_0a_1x1", "branch3x3_2a": "Branch_1/Conv2d_0b_1x3",
    "branch3x3_2b": "Branch_1/Conv2d_0c_3x1",
    "branch3x3dbl_1": "Branch_2/Conv2d_0a_1x1", "branch3x3dbl_2": "Branch_2/Conv2d_0b_3x3",
    "branch3x3dbl_3a": "Branch_2/Conv2d_0c_1x3", "branch3x3dbl_3b": "Branch_2/Conv2d_0d_3x1",
    "branch_pool": "Branch_3/Conv2d_0b_1x1",
  ]

  private static let slips = [
    "Mixed_5c": [
      "branch5x5_1": "Branch_1/Conv2d_0b_1x1", "branch5x5_2": "Branch_1/Conv_1_0c_5x5",
    ],
    "Mixed_7b": ["branch3x3_2b": "Branch_1/Conv2d_0b_3x1"],
  ]
}
