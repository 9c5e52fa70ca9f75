"""Writes small whole Keras models as .h5, and what Keras' own training makes of each in a few steps.

    python make_training.py

Needs keras (3) with tensorflow. Pixels and labels are formulas that the tests know too; a step takes all
images, so that no order of theirs matters. Losses and weights go to training.json.
"""

import json
import os
import pathlib
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
warnings.filterwarnings("ignore")

import keras
import numpy as np

FOLDER = pathlib.Path(__file__).parent
IMAGES, SIDE, STEPS = 12, 6, 5
L, R, C = keras.layers, keras.regularizers, keras.constraints


def pixels():
    """Bytes [images, side, side, 1]."""
    count = IMAGES * SIDE * SIDE
    values = [(index * 7919 % 1009 * 31 + index) % 256 for index in range(count)]
    return np.asarray(values, np.float32).reshape(IMAGES, SIDE, SIDE, 1)


def penalties():
    """Penalties on kernels, biases and gamma; a frozen layer's does not count."""
    return keras.Sequential([
        keras.Input((SIDE, SIDE, 1)),
        L.Rescaling(1 / 255, name="rescaling"),
        L.Conv2D(3, 3, kernel_regularizer=R.L1L2(0.02, 0.03), bias_regularizer=R.L2(0.5), name="conv"),
        L.BatchNormalization(gamma_regularizer=R.L1(0.1), name="norm"),
        L.Flatten(),
        L.Dense(5, activation="tanh", kernel_regularizer=R.L2(0.7), trainable=False, name="frozen"),
        L.Dense(4, activation="tanh", kernel_regularizer=R.L1(0.05), name="hidden"),
        L.Dense(3, activation="softmax", kernel_regularizer=R.L2(0.1), name="answer"),
    ], name="penalties"), "sparse_categorical_crossentropy", 3


def limits():
    """Limits of norms over the axes that Keras takes by default, over units, and of a bias."""
    return keras.Sequential([
        keras.Input((SIDE, SIDE, 1)),
        L.Rescaling(1 / 127.5, offset=-1, name="rescaling"),
        L.Conv2D(3, 3, kernel_constraint=C.MaxNorm(0.3), name="by_rows"),
        L.Conv2D(3, 3, kernel_constraint=C.MaxNorm(0.9, axis=[0, 1, 2]), name="by_units"),
        L.Flatten(),
        L.Dense(6, activation="tanh", kernel_constraint="max_norm", bias_constraint=C.MaxNorm(0.02),
                name="hidden"),
        L.Dense(3, activation="softmax", kernel_constraint=C.MaxNorm(0.5), name="answer"),
    ], name="limits"), "sparse_categorical_crossentropy", 3


def sigmoids():
    """A yes or no for each of four classes."""
    return keras.Sequential([
        keras.Input((SIDE, SIDE, 1)),
        L.Rescaling(1 / 255, name="rescaling"),
        L.Flatten(),
        L.Dense(6, activation="tanh", name="hidden"),
        L.Dense(4, activation="sigmoid", name="answer"),
    ], name="sigmoids"), keras.losses.BinaryCrossentropy(label_smoothing=0.1), 4


def binary():
    """One sigmoid tells two classes apart."""
    return keras.Sequential([
        keras.Input((SIDE, SIDE, 1)),
        L.Flatten(),
        L.Dense(6, activation="tanh", name="hidden"),
        L.Dense(1, name="logit"),
        L.Activation("sigmoid", name="answer"),
    ], name="binary"), "binary_crossentropy", 2


def binary_logits():
    """One logit that a loss from logits was taken of."""
    return keras.Sequential([
        keras.Input((SIDE, SIDE, 1)),
        L.Flatten(),
        L.Dense(1, name="logit"),
    ], name="binary_logits"), keras.losses.BinaryCrossentropy(from_logits=True), 2


expected = {}
for build in [penalties, limits, sigmoids, binary, binary_logits]:
    keras.utils.set_random_seed(3)
    model, loss, classes = build()
    # Not where everything begins: biases of 0, and a gamma of 1.
    rng = np.random.default_rng(4)
    model.set_weights([w + rng.uniform(0, 0.2, w.shape).astype("float32") for w in model.get_weights()])
    model.compile(optimizer=keras.optimizers.SGD(0.05, momentum=0.9), loss=loss, metrics=["accuracy"])
    x = pixels() if build in [penalties, limits, sigmoids] else pixels() / np.float32(255)
    labels = np.arange(IMAGES) % classes
    y = np.eye(classes, dtype=np.float32)[labels] if build is sigmoids else labels.astype(np.float32)
    model.save(FOLDER / f"{build.__name__}.h5")
    losses, accuracies = [], []
    for _ in range(STEPS):
        result = model.train_on_batch(x, y, return_dict=True)
        model.reset_metrics()
        losses.append(float(result["loss"]))
        accuracies.append(float(result["accuracy"]))
    validation = model.evaluate(x, y, batch_size=IMAGES, verbose=0, return_dict=True)
    weights = {}
    for layer in model.layers:
        for weight in layer.weights:
            values = np.asarray(weight.value if hasattr(weight, "value") else weight).ravel()
            weights[f"{layer.name}/{weight.name}"] = [float(np.float32(v)) for v in values]
    expected[build.__name__] = {
        "classes": classes,
        "losses": losses,
        "accuracies": accuracies,
        "validationLoss": float(validation["loss"]),
        "validationAccuracy": float(validation["accuracy"]),
        "weights": weights,
        "answers": [float(v) for v in model.predict(x, verbose=0).ravel()],
    }

(FOLDER / "training.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")
