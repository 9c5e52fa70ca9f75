/// The weights of one layer in a file that does not describe its network.
struct KerasStoredLayer {
  /// What the layer was called, where the file says.
  let name: String?
  /// What Keras calls its class, `conv2d`, where the file says.
  let className: String?
  /// Names of its tensors in the archive, in Keras' order.
  var tensors: [String]

  /// The layers with weights of a file: those of `save_weights` since Keras 2.12, or those of the older
  /// HDF5 files.
  static func all(in archive: HDF5Archive, root: String) -> [KerasStoredLayer] {
    if hasPlaces(archive) {
      return places(KerasVariableGroups(archive), in: "").filter { !$0.tensors.isEmpty }
    }
    return KerasWeights.layers(in: archive, root: root)
  }

  /// Whether weights go by place and not by name.
  static func hasPlaces(_ archive: HDF5Archive) -> Bool {
    archive.groups["layers"] != nil || archive.groups["_layer_checkpoint_dependencies"] != nil
  }

  private static func places(_ groups: KerasVariableGroups, in group: String) -> [KerasStoredLayer]
  {
    groups.members(of: group).flatMap { member in
      [
        KerasStoredLayer(
          name: member.name, className: member.className, tensors: groups.weights(of: member))
      ] + places(groups, in: member.path)
    }
  }
}
