import JSON
import Testing

@testable import ModelFormats

/// The loss in `training_config`, as versions of Keras write it.
@Suite struct KerasTrainingConfigurationTests {
  @Test(arguments: [
    (#"{"loss":"binary_crossentropy"}"#, RecordedLoss(name: "binary_crossentropy")),
    (#"{"loss":"bce"}"#, RecordedLoss(name: "binary_crossentropy")),
    (#"{"loss":["categorical_crossentropy"]}"#, RecordedLoss(name: "categorical_crossentropy")),
    (#"{"loss":{"answer":"mse"}}"#, RecordedLoss(name: "mse")),
    (
      #"{"loss":{"class_name":"SparseCategoricalCrossentropy","config":{"from_logits":true}}}"#,
      RecordedLoss(name: "sparse_categorical_crossentropy", isFromLogits: true)
    ),
    (
      #"{"loss":{"module":"keras.losses","class_name":"BinaryCrossentropy","config":{"#
        + #""from_logits":false,"label_smoothing":0.25},"registered_name":null}}"#,
      RecordedLoss(name: "binary_crossentropy", labelSmoothing: 0.25)
    ),
    (
      #"{"loss":{"module":"builtins","class_name":"function","config":"my_loss"}}"#,
      RecordedLoss(name: "my_loss")
    ),
    (
      #"{"loss":{"class_name":"BinaryCrossentropy","registered_name":"Mine>BinaryCrossentropy"}}"#,
      RecordedLoss(name: "Mine>BinaryCrossentropy")
    ),
    (
      #"{"loss":{"class_name":"Huber","config":{"label_smoothing":7}}}"#,
      RecordedLoss(name: "Huber")
    ),
    (#"{"loss":["mse","mae"]}"#, nil), (#"{"loss":{"a":"mse","b":"mae"}}"#, nil),
    (#"{"loss":null}"#, nil), (#"{"loss":3}"#, nil), ("[]", nil), (#"{"loss":{}}"#, nil),
  ])
  func lossIsReadOrLeftOut(json: String, expected: RecordedLoss?) throws {
    #expect(KerasTrainingConfiguration(try JSONValue.parse(json)).loss == expected)
  }
}
