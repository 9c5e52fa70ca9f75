"""Writes preprocess-keras2.h5 and preprocess-keras3.h5: networks that prepare pixels in themselves, by
arithmetic with constants and not by layers.

    python make_preprocess_fixtures.py

Needs keras (3) with tensorflow, and tf_keras, which is Keras 2.
"""

import os
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
warnings.filterwarnings("ignore")

import keras
import numpy as np
import tf_keras

FOLDER = os.path.dirname(os.path.abspath(__file__))


def save(k, name, prepare, channels):
    image = k.Input((4, 4, channels), name="image")
    x = k.layers.GlobalAveragePooling2D(name="pool")(prepare(image))
    k.Model(image, k.layers.Dense(2, name="answer")(x), name="preprocess").save(f"{FOLDER}/{name}.h5")


# What every network of Keras Applications is given with mode "tf".
save(tf_keras, "preprocess-keras2", tf_keras.applications.mobilenet_v2.preprocess_input, 1)
MEAN, DEVIATION = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])
save(keras, "preprocess-keras3", lambda x: (x - MEAN) / DEVIATION, 3)
