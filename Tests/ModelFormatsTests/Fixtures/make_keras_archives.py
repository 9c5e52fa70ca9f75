"""Writes small models as .keras and .weights.h5, by Keras 3 and by Keras 2.15 (tf_keras), and what they
compute.

    python make_keras_archives.py

The same network twice over: layers of one class in branches, so that Keras' order is not that of their
making, and a model in a model of which a part is frozen.
"""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_USE_LEGACY_KERAS"] = "1"

import keras
import numpy as np
import tf_keras
from tf_keras.src.saving import saving_lib

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "KerasArchives")


def make_input(shape, batch=2):
    count = batch * int(np.prod(shape))
    values = (np.arange(count, dtype=np.int64) * 7919 % 1009) / 1009 * 2 - 1
    return (values * 2).astype(np.float32).reshape((batch, *shape))


def randomize(model, seed=5):
    random = np.random.default_rng(seed)
    for weight in model.weights:
        name = getattr(weight, "path", weight.name)
        shape = tuple(weight.shape)
        if "seed" in name:
            continue
        values = random.uniform(-1, 1, shape).astype(np.float32)
        if "variance" in name or "gamma" in name:
            values = values * 0.4 + 1
        weight.assign(values)


def branches(k):
    l = k.layers
    inner = k.Input((6, 6, 4), name="inner_image")
    x = l.Conv2D(4, 3, padding="same")(inner)
    y = l.Conv2D(4, 1)(inner)
    x = l.BatchNormalization(trainable=False)(x)
    y = l.BatchNormalization(scale=False)(y)
    inner = k.Model(inner, l.Add()([l.Conv2D(4, 1)(x), y]), name="inner")
    inputs = k.Input((6, 6, 3), name="image")
    # Made first, read last.
    late = l.Conv2D(5, 3, padding="same")(inputs)
    x = l.Conv2D(4, 3, padding="same", activation="relu")(inputs)
    x = inner(x)
    x = l.SeparableConv2D(5, 3, padding="same")(x)
    x = l.Concatenate()([x, late])
    x = l.Dropout(0.3)(l.GlobalAveragePooling2D()(x))
    return k.Model(inputs, l.Dense(3)(x), name="branches")


def fitting(k):
    """Of images of any size."""
    l = k.layers
    return k.Sequential(
        [
            k.Input((None, None, 3), name="image"),
            l.RandomFlip("horizontal", name="flip"),
            l.Resizing(8, 6, interpolation="nearest", crop_to_aspect_ratio=True, name="resizing"),
            l.Rescaling(1 / 255, name="rescaling"),
            l.Conv2D(4, 3, activation="relu", name="conv"),
            l.GlobalAveragePooling2D(name="pool"),
            l.Dense(3, name="logits"),
        ],
        name="fitting")


walk = saving_lib._walk_trackable


def walk_as_before(saveable):
    """As Keras 2.12 and 2.13 walked, which met `_layer_checkpoint_dependencies` before `layers`: a
    dictionary that has a layer with weights twice."""
    if isinstance(saveable, tf_keras.Model):
        yield "_layer_checkpoint_dependencies", saveable._layer_checkpoint_dependencies
    yield from walk(saveable)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    expected = {}

    def add(name, model, files):
        x = make_input(tuple(8 if n is None and i == 0 else 6 if n is None else n
                             for i, n in enumerate(model.input_shape[1:])))
        y = np.asarray(model.predict(x, verbose=0))
        for file in files:
            expected[file] = {"input": list(x.shape[1:]), "amplitude": 2.0,
                              "output": list(y.shape[1:]), "values": [float(v) for v in y.flatten()]}
            path = os.path.join(FOLDER, file)
            if file.endswith(".weights.h5"):
                model.save_weights(path)
            else:
                model.save(path)

    model = branches(keras)
    randomize(model)
    add("branches", model, ["branches-keras3.keras", "branches-keras3.weights.h5"])
    with open(os.path.join(FOLDER, "branches-keras3.json"), "w") as file:
        file.write(model.to_json())
    model = fitting(keras)
    randomize(model)
    add("fitting", model, ["fitting-keras3.keras"])
    model = branches(tf_keras)
    randomize(model)
    add("branches", model, ["branches-keras215.keras"])
    saving_lib._walk_trackable = walk_as_before
    add("branches", model, ["branches-keras213.keras"])
    with open(os.path.join(FOLDER, "expected.json"), "w") as file:
        json.dump(expected, file)


main()
