"""Writes a Keras 2 model as Theano would have left it, and what Keras computes for it.

    python make_theano_fixture.py

Theano no longer runs. In its files the kernels of Conv2D stand turned by 180°, which Keras 2.0 to 2.3
turned back when another library read them (`preprocess_weights_for_loading`); depthwise and
separable kernels stand as they are.
"""

import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import h5py
import numpy as np
import tf_keras

FOLDER = os.path.dirname(os.path.abspath(__file__))
NAME = "theano-keras2"
l = tf_keras.layers

tf_keras.utils.set_random_seed(3)
model = tf_keras.Sequential(
    [
        tf_keras.Input((7, 6, 3), name="image"),
        l.Conv2D(4, 3, padding="same", activation="relu", name="conv"),
        l.DepthwiseConv2D(3, name="depthwise"),
        l.SeparableConv2D(4, 2, name="separable"),
        l.Conv2D(3, (2, 1), strides=2, use_bias=False, name="wide"),
        l.Flatten(name="flatten"),
        l.Dense(2, name="last"),
    ],
    name="theano")
count = 2 * 7 * 6 * 3
images = ((np.arange(count, dtype=np.int64) * 7919 % 1009) / 1009 * 2 - 1).astype(np.float32) * 2
output = model(images.reshape(2, 7, 6, 3)).numpy()
path = os.path.join(FOLDER, NAME + ".h5")
model.save(path)
with h5py.File(path, "r+") as file:
    for group in [file, file["model_weights"]]:
        group.attrs["backend"] = np.bytes_("theano")
        group.attrs["keras_version"] = np.bytes_("2.1.6")
    for layer in ["conv", "wide"]:
        kernel = file["model_weights"][layer][layer]["kernel:0"]
        kernel[...] = kernel[...][::-1, ::-1]

expected_path = os.path.join(FOLDER, "keras_expected.json")
with open(expected_path) as file:
    expected = json.load(file)
expected[NAME] = {
    "input": [7, 6, 3], "amplitude": 2, "output": [2],
    "values": [float(f"{value:.8g}") for value in output.reshape(-1)],
}
with open(expected_path, "w") as file:
    json.dump(expected, file, separators=(",", ":"))
    file.write("\n")
