"""Writes backbone.h5: a small Keras model that ends in features, as an `include_top=False` does.

    python make_backbone_fixture.py

Needs keras (3) with tensorflow.
"""

import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras

keras.utils.set_random_seed(1)
image = keras.Input((16, 16, 3), name="image")
x = keras.layers.Conv2D(8, 3, activation="relu", name="block1_conv1")(image)
x = keras.layers.MaxPooling2D(name="block1_pool")(x)
x = keras.layers.Conv2D(16, 3, activation="relu", name="block2_conv1")(x)
folder = os.path.dirname(os.path.abspath(__file__))
keras.Model(image, x, name="backbone").save(os.path.join(folder, "backbone.h5"))
