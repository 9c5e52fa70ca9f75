#!/usr/bin/env python3
"""Predicts with every network of Keras Applications, in Keras and in Thaw, and compares.

    pip install tensorflow-cpu tf_keras
    swift build -c release --product thaw
    python3 Sources/thaw-bench/keras_applications.py [--thaw PATH] [--keras 2|3] [NAME…]

Each network gets random weights. Its batch-norms' statistics are measured, so that values
neither vanish nor explode over a hundred layers, and then moved at random: a wrong epsilon, a wrong
order of channels or a constant left out shows. It is saved as .h5, by Keras 3 and by Keras 2
(tf_keras) in their own layouts, and predicts the same images in both programs. What is printed is
the largest difference as a share of the largest output; all must be below 1e-4.
"""

import argparse
import gc
import os
import subprocess
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np

NAMES = [
    "VGG16", "VGG19", "ResNet50", "ResNet101", "ResNet50V2", "InceptionV3", "InceptionResNetV2",
    "Xception", "MobileNet", "MobileNetV2", "MobileNetV3Small", "MobileNetV3Large", "DenseNet121",
    "EfficientNetB0", "EfficientNetB3", "EfficientNetV2B0", "EfficientNetV2S", "NASNetMobile",
    "NASNetLarge", "ConvNeXtTiny",
]
TOLERANCE = 1e-4


def leaves(model):
    for layer in model.layers:
        if hasattr(layer, "layers"):
            yield from leaves(layer)
        else:
            yield layer


def scales_pixels(model):
    """Whether the network has its preparation in itself: it then takes pixels up to 255."""
    return any(type(layer).__name__ in ("Rescaling", "Normalization") for layer in model.layers[:4])


def ends_a_branch(layer):
    """Whether an addition follows, as at the end of a residual branch."""
    nodes = layer._outbound_nodes
    return any(type(getattr(n, "operation", None) or n.outbound_layer).__name__ == "Add" for n in nodes)


def randomize(model, images, seed):
    random = np.random.default_rng(seed)
    norms = [layer for layer in leaves(model) if type(layer).__name__ == "BatchNormalization"]
    for layer in leaves(model):
        values = []
        for weight in layer.weights:
            name = getattr(weight, "path", weight.name).split("/")[-1].split(":")[0]
            value = np.array(weight)
            if name == "bias" or name == "beta":
                value = random.normal(0, 0.1, value.shape)
            elif name == "gamma":
                # Long sums of branches as strong as what they are added to would be chaotic: rounding
                # errors would grow, Keras' own too.
                strength = 0.3 if ends_a_branch(layer) else 1
                value = strength * random.uniform(0.7, 1.3, value.shape)
            elif name == "mean":
                value = random.uniform(0.3, 0.6, value.shape)
            elif name == "variance":
                value = random.uniform(0.04, 0.08, value.shape)
            values.append(value)
        if values:
            layer.set_weights(values)
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()
    momenta = [layer.momentum for layer in norms]
    for layer in norms:
        layer.momentum = 0.0
    model(images, training=True)
    for layer, momentum in zip(norms, momenta):
        layer.momentum = momentum
        weights = layer.get_weights()
        deviation = np.sqrt(weights[-1])
        weights[-2] = weights[-2] + random.normal(0, 0.1, deviation.shape) * deviation
        weights[-1] = weights[-1] * random.uniform(0.8, 1.25, deviation.shape)
        layer.set_weights(weights)


def compare(keras, name, thaw, folder):
    keras.backend.clear_session()
    # A softmax of a thousand outputs would hide what comes before it.
    model = getattr(keras.applications, name)(weights=None, classifier_activation=None)
    size = model.input_shape[1] or 160
    random = np.random.default_rng(1)
    highest = 255 if scales_pixels(model) else 1
    # Patches and noise: images of noise alone look the same to deep layers, and what little tells
    # them apart would be blown up by batch-norm, rounding errors with it.
    patches = np.kron(random.uniform(0, 1, (4, 8, 8, 3)), np.ones((1, -(-size // 8), -(-size // 8), 1)))
    images = 0.7 * patches[:, :size, :size] + 0.3 * random.uniform(0, 1, (4, size, size, 3))
    images = (highest * images).astype(np.float32)
    randomize(model, images, seed=len(name))
    path = os.path.join(folder, "model.h5")
    model.save(path)
    wanted = np.array(model(images, training=False))
    inputs, outputs = os.path.join(folder, "x.npy"), os.path.join(folder, "y.npy")
    np.save(inputs, images)
    if os.path.exists(outputs):
        os.remove(outputs)
    run = subprocess.run(
        [thaw, "predict", path, inputs, "--output", outputs], capture_output=True, text=True)
    if run.returncode != 0:
        return None, run.stderr.strip()
    found = np.load(outputs)
    spread = wanted.std() / np.abs(wanted).max()
    return float(np.abs(found - wanted).max() / np.abs(wanted).max()), f"spread {spread:.2f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--thaw", default=".build/release/thaw")
    parser.add_argument("--keras", choices=["2", "3"], help="only this version (default: both)")
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    isWrong = False
    for version in [options.keras] if options.keras else ["3", "2"]:
        keras = __import__("keras" if version == "3" else "tf_keras")
        for name in options.names or NAMES:
            with tempfile.TemporaryDirectory() as folder:
                difference, note = compare(keras, name, options.thaw, folder)
            good = difference is not None and difference < TOLERANCE
            isWrong |= not good
            text = "refused" if difference is None else f"{difference:.1e}"
            print(f"Keras {version}  {name:18} {text:8} {'' if good else 'WRONG '}{note}", flush=True)
            gc.collect()
    sys.exit(1 if isWrong else 0)


if __name__ == "__main__":
    main()
