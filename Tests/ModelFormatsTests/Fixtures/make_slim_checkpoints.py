"""Writes checkpoints of TF-slim's networks without their graphs, and what the networks make of an image.

    python make_slim_checkpoints.py                      # the small one that the tests have
    python make_slim_checkpoints.py --output /tmp/slim   # all, whole: to be compared by hand

Of each whole network NAME/NAME.ckpt is a checkpoint (of version 1 with --version 1), with an optimiser's
slots beside the weights, image.npy the pixels as they enter the network, and logits.json what it answers:

    thaw predict /tmp/slim/NAME/NAME.ckpt /tmp/slim/NAME/image.npy --output answers.json
"""

import argparse
import json
import math
import zlib
from pathlib import Path

import numpy as np
import slim_networks
import tensorflow as tf

tf1 = tf.compat.v1
FOLDER = Path(__file__).parent / "tensorflow"
SIZES = {"inception_v3": 299, "inception_v4": 299, "resnet_v2_50": 299, "resnet_v2_101": 299, "resnet_v2_152": 299}


def values(grid, gain):
    """Weights that give answers of some size; on a grid they take little room in an archive."""

    def value(name, shape, fan_in):
        random = np.random.default_rng(zlib.crc32(name.encode()))
        if fan_in:
            result = random.uniform(-1, 1, shape) * math.sqrt(6 / fan_in) * gain
        elif name.endswith("moving_variance"):
            result = random.uniform(0.5, 1.5, shape)
        elif name.endswith("gamma"):
            result = random.uniform(0.8, 1.2, shape)
        else:
            result = random.uniform(-0.1, 0.1, shape)
        return (np.round(result * grid) / grid if grid else result).astype(np.float32)

    return value


def picture(size):
    index = np.arange(size * size * 3)
    return (index * 7919 % 1009 / 1009 * 2 - 1).astype(np.float32).reshape(1, size, size, 3)


def write(name, folder, file, classes, image, version=2, grid=None, gain=1.0, slots=True, averages=False):
    folder.mkdir(parents=True, exist_ok=True)
    with tf.Graph().as_default():
        x = tf1.placeholder(tf.float32, image.shape)
        y = slim_networks.NETWORKS[name](x, classes)
        weights = tf1.global_variables()
        with tf1.Session() as session:
            slim_networks.load(session, values(grid, gain))
            if slots:
                # What training leaves in a checkpoint.
                tf1.train.MomentumOptimizer(0.1, 0.9).minimize(
                    tf.reduce_mean(y), tf1.train.get_or_create_global_step())
                session.run(tf1.variables_initializer(
                    [variable for variable in tf1.global_variables() if variable not in weights]))
            saved = tf1.global_variables()
            if averages:
                saved = {f"{variable.op.name}/ExponentialMovingAverage": variable for variable in weights}
            saver = tf1.train.Saver(
                saved, write_version=tf1.train.SaverDef.V1 if version == 1 else tf1.train.SaverDef.V2)
            saver.save(session, str(folder / file), write_meta_graph=False, write_state=False)
            return session.run(y, {x: image})[0].tolist()


def small():
    """A quarter of MobileNet, of three classes, for images of 33 × 33."""
    folder = FOLDER / "slim"
    answers = write(
        "mobilenet_v1_025", folder, "mobilenet.ckpt", 3, picture(33), grid=32, slots=False)
    (folder / "logits.json").write_text(json.dumps(answers) + "\n")


def whole(output, names, version, averages):
    for name in names:
        folder = output / name
        image = picture(SIZES.get(name, 224))
        classes = 1000 if name.startswith(("vgg", "resnet_v1")) else 1001
        answers = write(
            name, folder, f"{name}.ckpt", classes, image, version, gain=0.7, averages=averages,
            slots=not name.startswith("vgg"))
        np.save(folder / "image.npy", image)
        (folder / "logits.json").write_text(json.dumps(answers) + "\n")
        print(name, max(map(abs, answers)), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Writes checkpoints of TF-slim's networks.")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--output", type=Path)
    parser.add_argument("--version", type=int, default=2)
    parser.add_argument("--averages", action="store_true", help="means over time alone")
    arguments = parser.parse_args()
    if arguments.output:
        names = arguments.names or slim_networks.NETWORKS
        whole(arguments.output, names, arguments.version, arguments.averages)
    else:
        small()
