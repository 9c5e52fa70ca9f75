import Files
import JSON
import Network
import TestSupport
import Testing

@testable import ModelFormats

/// What is refused, and in which words.
@Suite struct KerasErrorTests {
  /// The error of a fixture in which each occurrence of a text is replaced by one as long.
  private func error(
    of name: String, replacing old: String, with new: String
  ) throws -> FormatError? {
    precondition(old.utf8.count == new.utf8.count)
    var bytes = try FixtureFile.bytes(name)
    let pattern = Array(old.utf8)
    var count = 0
    for start in 0...(bytes.count - pattern.count)
    where bytes[start..<start + pattern.count].elementsEqual(pattern) {
      bytes.replaceSubrange(start..<start + pattern.count, with: new.utf8)
      count += 1
    }
    #expect(count > 0, "\(old) is not in \(name)")
    let folder = TemporaryFolder()
    let path = try folder.write(bytes, to: "model.h5")
    return #expect(throws: FormatError.self) { try ModelFile.open(path) }
  }

  @Test func anUnknownLayerIsNamedWithItsClass() throws {
    let error = try error(
      of: "squeeze_excite-keras3.h5", replacing: #"class_name": "Reshape""#,
      with: #"class_name": "Capsule""#)
    #expect(error?.expected == "a class that Thaw knows of layer 'reshape' (Capsule)")
    #expect(error?.found == "'Capsule'")
  }

  @Test func aShapeMismatchNamesParameterExpectedAndFound() throws {
    let error = try error(
      of: "squeeze_excite-keras3.h5", replacing: #""units": 2"#, with: #""units": 3"#)
    #expect(error?.expected == "reduce/kernel of shape 4×3" && error?.found == "4×2")
  }

  @Test func layersThatDoNotFitTogetherAreNamed() throws {
    let error = try error(
      of: "squeeze_excite-keras3.h5", replacing: #""target_shape": [1, 1, -1]"#,
      with: #""target_shape": [1, 3, -1]"#)
    #expect(error?.expected == "a shape of 4 values of layer 'reshape' (Reshape)")
    #expect(error?.found == "1×3×1")
  }

  @Test func aMissingWeightIsNamed() throws {
    let error = try error(
      of: "nested-keras2.h5", replacing: "last/kernel:0", with: "lost/kernel:0")
    #expect(error?.expected == "one weight 'base/last/kernel' in 'model_weights/base'")
    #expect(error?.found == "none")
  }

  @Test func brokenJSONTellsThePlace() throws {
    let error = try error(
      of: "pooling-keras3.h5", replacing: #"{"class_name": "Functional""#,
      with: #"{"class_name"; "Functional""#)
    #expect(error?.expected == "JSON in attribute 'model_config'")
    #expect(error?.found == "':' is missing at byte 13")
  }

  @Test(arguments: [
    ("storage.h5", "none"), ("text.h5", "none"),
    ("make_hdf5_fixtures.py", "a text file"),
  ])
  func filesWithoutAModelAreRefused(name: String, found: String) {
    #expect { try ModelFile.open(FixtureFile.path(name)) } throws: {
      ($0 as? FormatError)?.found == found
    }
  }

  @Test(arguments: [
    (
      #"{"class_name":"Conv2D","kernel_size":3,"filters":2,"data_format":"channels_first"}"#,
      "'channels_first'"
    ),
    (#"{"class_name":"Conv2D","kernel_size":3,"filters":2,"padding":"causal"}"#, "'causal'"),
    (#"{"class_name":"Conv2D","kernel_size":[3,3,3],"filters":2}"#, "[3, 3, 3]"),
    (#"{"class_name":"Conv2D","kernel_size":3,"filters":1e300}"#, "1e+300"),
    (#"{"class_name":"Conv2D","kernel_size":3,"filters":-1}"#, "-1"),
    (#"{"class_name":"Conv2D","kernel_size":3,"filters":2.5}"#, "2.5"),
    (#"{"class_name":"Conv2D","filters":2}"#, "none"),
    (#"{"class_name":"Dense","units":2,"use_bias":"no"}"#, "'no'"),
    (#"{"class_name":"Dense","units":2,"activation":"glu"}"#, "'glu'"),
    (
      #"{"class_name":"Dense","units":2,"activation":{"class_name":"PReLU"}}"#,
      "an object with 1 keys"
    ),
    (#"{"class_name":"BatchNormalization","axis":1}"#, "1"),
    (#"{"class_name":"BatchNormalization","axis":[1,2]}"#, "[1, 2]"),
    (#"{"class_name":"BatchNormalization","epsilon":NaN}"#, "nan"),
    (#"{"class_name":"Concatenate","axis":2}"#, "2"),
    (#"{"class_name":"Softmax","axis":0}"#, "0"),
    (#"{"class_name":"ReLU","max_value":-3}"#, "maximum -3, threshold 0.0"),
    (#"{"class_name":"ReLU","threshold":-1}"#, "maximum none, threshold -1.0"),
    (#"{"class_name":"Dropout","noise_shape":[1]}"#, "[1]"),
    (#"{"class_name":"Dropout","noise_shape":[1,1,1,1]}"#, "[1, 1, 1, 1]"),
    (#"{"class_name":"Dropout","noise_shape":[null,2,1,1]}"#, "[null, 2, 1, 1]"),
    (#"{"class_name":"PReLU","shared_axes":[1]}"#, "[1]"),
    (#"{"class_name":"PReLU","shared_axes":[2,3]}"#, "[2, 3]"),
    (#"{"class_name":"LayerNormalization","axis":1}"#, "1"),
    (#"{"class_name":"LayerNormalization","rms_scaling":true}"#, "true"),
    (#"{"class_name":"Permute","dims":[1,1,2]}"#, "[1, 1, 2]"),
    (#"{"class_name":"Cropping2D","cropping":[[1,-2],[0,0]]}"#, "a list of 2"),
    (#"{"class_name":"Resizing","height":4,"width":4,"interpolation":"area"}"#, "'area'"),
    (#"{"class_name":"Resizing","height":0,"width":4}"#, "0"),
    (#"{"class_name":"Subtract"}"#, "1"),
    (#"{"class_name":"ZeroPadding2D","padding":[[1,2],[3]]}"#, "a list of 2"),
    (#"{"class_name":"Reshape","target_shape":[-1,-1]}"#, "[-1, -1]"),
    (#"{"class_name":"Rescaling"}"#, "none"),
    (#"{"class_name":"Lambda","function":["4wEAAAA"]}"#, "Python code, which is not run"),
    (#"{"class_name":"TFOpLambda","function":"math.multiply"}"#, "1"),
    (#"{"class_name":"TFOpLambda","function":"math.erfinv"}"#, "'erfinv'"),
  ])
  func settingsThatAreNotKnownAreRefused(json: String, found: String) throws {
    let values = try #require(JSONValue.parse(json).object)
    let layer = KerasLayerConfiguration(
      className: try #require(values["class_name"]?.string), name: "x", values: values,
      isOperation: values["function"]?.string != nil)
    #expect {
      try KerasLayerBuilder(major: 3).parts(of: layer, inputs: [Shape([8, 8, 3])]) {
        _ throws(UnexpectedContent) in []
      }
    } throws: { error in
      let error = try #require(error as? UnexpectedContent)
      return error.found == found && error.expected.contains("of layer 'x' (\(layer.className))")
    }
  }
}
