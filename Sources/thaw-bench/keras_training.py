#!/usr/bin/env python3
"""Trains small networks in Keras and in Thaw, and compares all weights after every step.

    pip install tensorflow-cpu
    swift build -c release --product thaw
    python3 Sources/thaw-bench/keras_training.py [--thaw PATH] [--graphs N] [NAME…]

Keras computes in float64, and again in float32, for comparison. Thaw trains the same .h5 on the same images through its command line, all images in one step,
so that an epoch is a step and each leaves a checkpoint; half-way it is resumed. What is printed is
the largest difference of any weight from float64's, as a share of the largest change of that weight
since the beginning. Thaw may be off by TOLERANCE of that, and where rounding matters more by what it
may do: Adam, say, makes a whole step of a gradient of almost nothing, whatever its last digits are.
How much each value moves is seen by training in float64 again from weights that differ by NOISE.

NAME picks cases whose name contains it. Cases are settings of training on one network, networks of
one layer and a head, and random graphs.
"""

import argparse
import glob
import json
import os
import subprocess
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras
import numpy as np
import tensorflow as tf

STEPS = 6
IMAGES = 12
CLASSES = 3
TOLERANCE = 2e-4
NOISE = 1e-6
L = keras.layers


# Networks. Each is a function of an input, and gives what the head reads.

def plain(x):
    x = L.Conv2D(4, 3, padding="same", activation="relu", name="conv1")(x)
    x = L.MaxPooling2D(name="pool")(x)
    x = L.Conv2D(6, 3, activation="tanh", name="conv2")(x)
    return L.Dense(8, activation="relu", name="hidden")(L.Flatten(name="flatten")(x))


def normalized(x):
    x = L.Conv2D(4, 3, use_bias=False, name="conv1")(x)
    x = L.BatchNormalization(momentum=0.8, name="bn1")(x)
    x = L.ReLU(name="relu1")(x)
    y = L.SeparableConv2D(4, 3, padding="same", use_bias=False, name="separable")(x)
    y = L.BatchNormalization(momentum=0.9, epsilon=0.01, name="bn2")(y)
    return L.GlobalAveragePooling2D(name="gap")(L.Add(name="add")([x, y]))


SGD = keras.optimizers.SGD
O = keras.optimizers
# Name → network, options of thaw tune, the optimizer, and what else Keras is told.
SETTINGS = {
    "sgd": (plain, ["--optimizer", "sgd", "--momentum", "0"], lambda: SGD(0.1), {}),
    "sgd momentum": (plain, ["--optimizer", "sgd", "--momentum", "0.9"], lambda: SGD(0.1, momentum=0.9), {}),
    "sgd nesterov": (plain, ["--optimizer", "sgd", "--momentum", "0.9", "--nesterov"],
                     lambda: SGD(0.1, momentum=0.9, nesterov=True), {}),
    "rmsprop": (plain, ["--optimizer", "rmsprop", "--momentum", "0"], lambda: O.RMSprop(0.1), {}),
    "rmsprop momentum": (plain, ["--optimizer", "rmsprop", "--momentum", "0.5"],
                         lambda: O.RMSprop(0.1, momentum=0.5), {}),
    "adagrad": (plain, ["--optimizer", "adagrad"], lambda: O.Adagrad(0.1), {}),
    "adadelta": (plain, ["--optimizer", "adadelta"], lambda: O.Adadelta(0.1), {}),
    "adam": (plain, ["--optimizer", "adam"], lambda: O.Adam(0.1), {}),
    "adamw": (plain, ["--optimizer", "adamw", "--weight-decay", "0.05"],
              lambda: O.AdamW(0.1, weight_decay=0.05), {}),
    "decay": (plain, ["--optimizer", "sgd", "--momentum", "0", "--weight-decay", "0.1"],
              lambda: SGD(0.1, weight_decay=0.1), {}),
    "clipping": (plain, ["--optimizer", "sgd", "--momentum", "0.9", "--clip-norm", "0.05"],
                 lambda: SGD(0.1, momentum=0.9, global_clipnorm=0.05), {}),
    "smoothing": (plain, ["--optimizer", "sgd", "--momentum", "0", "--label-smoothing", "0.2"],
                  lambda: SGD(0.1), {"smoothing": 0.2}),
    "max-norm": (plain, ["--optimizer", "sgd", "--momentum", "0", "--max-norm", "0.8"],
                 lambda: SGD(0.1), {"max_norm": 0.8}),
    "multipliers": (plain, ["--optimizer", "sgd", "--momentum", "0.9", "--multiplier", "conv1=0.1",
                            "--multiplier", "hidden=3"],
                    lambda: SGD(0.1, momentum=0.9), {"multipliers": {"conv1": 0.1, "hidden": 3}}),
    "freezing": (plain, ["--optimizer", "adam", "--freeze", "conv*"], lambda: O.Adam(0.1),
                 {"frozen": ["conv1", "conv2"]}),
    "batch-norm": (normalized, ["--optimizer", "sgd", "--momentum", "0.9"], lambda: SGD(0.1, momentum=0.9), {}),
    "batch-norm adam": (normalized, ["--optimizer", "adam"], lambda: O.Adam(0.1), {}),
    "batch-norm frozen": (normalized, ["--optimizer", "sgd", "--momentum", "0.9", "--freeze", "bn1"],
                          lambda: SGD(0.1, momentum=0.9), {"frozen": ["bn1"]}),
}


def layer_cases():
    """Networks of one layer, between a convolution and the head."""
    layers = {
        "dense": lambda x: L.Dense(5, name="layer")(L.Flatten(name="f")(x)),
        "conv same stride": lambda x: L.Conv2D(3, 3, strides=2, padding="same", name="layer")(x),
        "conv dilated": lambda x: L.Conv2D(3, 2, dilation_rate=2, name="layer")(x),
        "conv groups": lambda x: L.Conv2D(4, 3, groups=2, name="layer")(x),
        "conv wide": lambda x: L.Conv2D(3, (1, 4), use_bias=False, name="layer")(x),
        "depthwise": lambda x: L.DepthwiseConv2D(3, depth_multiplier=2, name="layer")(x),
        "separable": lambda x: L.SeparableConv2D(5, 3, depth_multiplier=2, name="layer")(x),
        "batch-norm plain": lambda x: L.BatchNormalization(center=False, scale=False, name="layer")(x),
        "layer-norm": lambda x: L.LayerNormalization(name="layer")(x),
        "layer-norm all": lambda x: L.LayerNormalization(axis=[1, 2, 3], name="layer")(x),
        "prelu": lambda x: L.PReLU(alpha_initializer="he_normal", name="layer")(x),
        "prelu shared": lambda x: L.PReLU(alpha_initializer="he_normal", shared_axes=[1, 2], name="layer")(x),
        "max pool": lambda x: L.MaxPooling2D(3, strides=2, padding="same", name="layer")(x),
        "average pool": lambda x: L.AveragePooling2D(3, strides=2, padding="same", name="layer")(x),
        "global max": lambda x: L.GlobalMaxPooling2D(name="layer")(x),
        "pad": lambda x: L.ZeroPadding2D(((1, 0), (0, 2)), name="layer")(x),
        "crop": lambda x: L.Cropping2D(((1, 0), (0, 2)), name="layer")(x),
        "permute": lambda x: L.Permute((3, 1, 2), name="layer")(x),
        "resize": lambda x: L.Resizing(5, 9, name="layer")(x),
        "resize bicubic": lambda x: L.Resizing(5, 9, interpolation="bicubic", name="layer")(x),
        "rescale": lambda x: L.Rescaling(0.5, offset=0.1, name="layer")(x),
        "operations": lambda x: 0.5 - 2 * x / 3,
        "clip": lambda x: keras.ops.clip(x, -0.2, 0.3),
    }
    for name in ["relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "sigmoid", "tanh", "silu", "hard_silu",
                 "hard_sigmoid", "mish", "softplus", "softsign", "exponential", "hard_tanh", "tanh_shrink",
                 "log_sigmoid", "squareplus", "sparse_plus", "softmax"]:
        layers[name] = lambda x, name=name: L.Activation(name, name="layer")(x)

    def merged(merge, shapes):
        def build(x):
            y = L.Conv2D(4, 1, name="second")(x)
            plane = L.Conv2D(1, 1, name="plane")(x)
            channels = L.GlobalAveragePooling2D(keepdims=True, name="channels")(y)
            return merge(name="layer")([{"x": x, "y": y, "p": plane, "c": channels}[s] for s in shapes])
        return build

    for merge in ["Add", "Multiply", "Average", "Maximum", "Minimum", "Subtract", "Concatenate"]:
        layers[merge.lower()] = merged(getattr(L, merge), "xy")
        if merge not in ("Subtract", "Concatenate"):
            layers[merge.lower() + " three"] = merged(getattr(L, merge), "xpc")

    def network(layer):
        def build(x):
            x = layer(L.Conv2D(4, 2, name="before")(x))
            return x if len(x.shape) == 2 else L.Flatten(name="flatten")(x)
        return build

    options = ["--optimizer", "sgd", "--momentum", "0.5"]
    return {f"layer {name}": (network(layer), options, lambda: SGD(0.1, momentum=0.5), {})
            for name, layer in layers.items()}


def graph_case(seed):
    """A random graph of layers that keep height and width, so that any two of them can meet."""
    def build(x):
        random = np.random.default_rng(seed)
        nodes = [L.Conv2D(4, 3, padding="same", name="stem")(x)]
        for index in range(int(random.integers(3, 12))):
            a, b = (nodes[max(0, len(nodes) - 1 - int(random.integers(0, 3)))] for _ in range(2))
            kind = int(random.integers(0, 8))
            name = f"node{index}"
            nodes.append([
                lambda: L.Conv2D(4, 3, padding="same", activation="relu", name=name)(a),
                lambda: L.DepthwiseConv2D(3, padding="same", name=name)(a),
                lambda: L.BatchNormalization(momentum=0.9, name=name)(a),
                lambda: L.Activation(["swish", "tanh", "gelu", "relu"][index % 4], name=name)(a),
                lambda: L.Add(name=name)([a, b]),
                lambda: L.Conv2D(4, 1, name=name)(L.Concatenate(name=name + "_join")([a, b])),
                lambda: L.AveragePooling2D(3, strides=1, padding="same", name=name)(a),
                lambda: L.Multiply(name=name)([a, L.Conv2D(4, 1, activation="sigmoid", name=name + "_gate")(
                    L.GlobalAveragePooling2D(keepdims=True, name=name + "_squeeze")(b))]),
            ][kind]())
        return L.GlobalAveragePooling2D(name="gap")(nodes[-1])
    return build, ["--optimizer", "sgd", "--momentum", "0.9"], lambda: SGD(0.05, momentum=0.9), {}


# Keras.

def make(network, extra, dtype, softmax):
    keras.backend.clear_session()
    keras.config.set_floatx(dtype)
    keras.config.set_dtype_policy(dtype)
    keras.utils.set_random_seed(1)
    inputs = keras.Input((8, 8, 2), name="image")
    outputs = L.Dense(CLASSES, activation="softmax" if softmax else None, name="last")(network(inputs))
    model = keras.Model(inputs, outputs)
    for layer in model.layers:
        if layer.name in extra.get("frozen", []):
            layer.trainable = False
        for variable in layer.weights if "max_norm" in extra else []:
            if "kernel" in variable.name:
                axes = list(range(len(variable.shape) - 1))
                variable.constraint = keras.constraints.MaxNorm(extra["max_norm"], axis=axes)
    return model


def named(model):
    """Weights by the names that Thaw's checkpoints give them."""
    result = {}
    for layer in model.layers:
        for variable in layer.weights:
            name = variable.name
            if type(layer).__name__ == "SeparableConv2D" and name.endswith("_kernel"):
                owner = layer.name + ("_depthwise" if name.startswith("depthwise") else "")
                result[f"{owner}/kernel"] = variable.numpy().astype(np.float64)
            else:
                result[f"{layer.name}/{name}"] = variable.numpy().astype(np.float64)
    return result


def train(model, make_optimizer, extra, images, labels):
    optimizer = make_optimizer()
    optimizer.build(model.trainable_variables)
    # Thaw's decay is for kernels only.
    if optimizer.weight_decay is not None:
        optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta", "alpha"])
    owners = {id(v): layer.name for layer in model.layers for v in layer.weights}
    factors = extra.get("multipliers", {})
    smoothing = extra.get("smoothing", 0)
    target = np.eye(CLASSES)[labels] * (1 - smoothing) + smoothing / CLASSES
    target = tf.constant(target, keras.config.floatx())
    states = []
    for _ in range(STEPS):
        with tf.GradientTape() as tape:
            logits = model(images.astype(keras.config.floatx()), training=True)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(target, logits))
        variables = model.trainable_variables
        gradients = tape.gradient(loss, [v.value for v in variables])
        # A multiplier of the rate: in SGD, with momentum or without, one of the gradient.
        gradients = [g * factors.get(owners[id(v)], 1) for g, v in zip(gradients, variables)]
        optimizer.apply(gradients, variables)
        states.append(named(model))
    return states


# Thaw.

def write_idx(path, array):
    with open(path, "wb") as file:
        file.write(bytes([0, 0, 8, array.ndim]))
        for size in array.shape:
            file.write(int(size).to_bytes(4, "big"))
        file.write(np.ascontiguousarray(array, np.uint8).tobytes())


def read_checkpoint(path):
    with open(path, "rb") as file:
        data = file.read()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + length])
    weights = {}
    for name, entry in header.items():
        if name.startswith("weights/"):
            start, end = (8 + length + o for o in entry["data_offsets"])
            values = np.frombuffer(data[start:end], np.float32).reshape(entry["shape"])
            weights[name.removeprefix("weights/")] = values.astype(np.float64)
    return weights


def thaw_states(thaw, model_path, data, options, rate, folder):
    """Weights after each step; the second half after a resume. Checkpoints: the last three are kept."""
    runs = os.path.join(folder, "runs")
    half = STEPS // 2
    common = ["--headless", "--json", "--runs-dir", runs]
    commands = [
        ["tune", model_path, "--data", data, "--name", "run", "--batch", str(IMAGES), "--epochs", str(half),
         "--learning-rate", repr(rate), *options, *common],
        ["resume", "run", "--epochs", str(STEPS), *common],
    ]
    states = {}
    for command in commands:
        ended = subprocess.run([thaw, *command], capture_output=True, text=True)
        if ended.returncode != 0:
            raise RuntimeError(ended.stderr.strip())
        for path in glob.glob(os.path.join(runs, "run", "checkpoints", "step-*.safetensors")):
            step = int(os.path.basename(path).removeprefix("step-").removesuffix(".safetensors"))
            states[step] = read_checkpoint(path)
    return [states.get(step + 1) for step in range(STEPS)]


# The comparison.

def difference(found, exact, start, noisy=()):
    """The largest difference as a share of the largest change of the weight, where it is, and whether
    all are within what rounding may do."""
    worst, good = (0.0, ""), True
    largest = max(np.abs(value - start[name]).max() for name, value in exact.items())
    for name, value in exact.items():
        if found is None or name not in found or found[name].shape != value.shape:
            return (float("inf"), f"{name} is missing"), False
        error = np.abs(found[name] - value)
        # A bias before a batch-norm has no gradient but rounding.
        scale = max(np.abs(value - start[name]).max(), 1e-3 * largest, 1e-7)
        allowed = sum(np.abs(other[name] - value) for other in noisy) * 5 + TOLERANCE * scale
        good &= bool((error <= allowed).all())
        worst = max(worst, (float(error.max() / scale), name))
    return worst, good


def compare(case, thaw):
    network, options, make_optimizer, extra = case
    random = np.random.default_rng(6)
    pixels = random.integers(0, 256, (IMAGES, 8, 8, 2)).astype(np.uint8)
    labels = np.arange(IMAGES) % CLASSES
    images = pixels.astype(np.float32) / np.float32(255)
    saved = make(network, extra, "float32", softmax=True)
    weights = [w + random.normal(0, 0.05, w.shape).astype(np.float32) for w in saved.get_weights()]
    saved.set_weights([np.abs(w) if "variance" in v.name else w for w, v in zip(weights, saved.weights)])
    weights, start = saved.get_weights(), named(saved)
    with tempfile.TemporaryDirectory() as folder:
        path, data = os.path.join(folder, "model.h5"), os.path.join(folder, "data")
        for layer in saved.layers:
            layer.trainable = True
        saved.save(path)
        os.mkdir(data)
        write_idx(os.path.join(data, "train-images-idx3-ubyte"), pixels)
        write_idx(os.path.join(data, "train-labels-idx1-ubyte"), labels)
        rate = float(np.float64(make_optimizer().get_config()["learning_rate"]))
        rate = float(f"{rate:.6g}")
        try:
            ours = thaw_states(thaw, path, data, options, rate, folder)
        except RuntimeError as error:
            return None, str(error)
    def states(dtype, weights):
        model = make(network, extra, dtype, softmax=False)
        model.set_weights(weights)
        return train(model, make_optimizer, extra, images, labels)

    exact, single = states("float64", weights), states("float32", weights)
    noisy = [states("float64", [w * (1 + NOISE * random.normal(0, 1, w.shape)) for w in weights]) for _ in range(3)]
    result, good = (0.0, 0.0, "", 0), True
    for step in range(STEPS):
        (error, name), isGood = difference(ours[step], exact[step], start, [run[step] for run in noisy])
        (own, _), _ = difference(single[step], exact[step], start)
        good &= isGood
        result = max(result, (error, own, name, step + 1))
    error, own, name, step = result
    return good, f"{error:.1e}  Keras' float32 {own:.1e}  {name} after step {step}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--thaw", default=".build/release/thaw")
    parser.add_argument("--graphs", type=int, default=20, help="random graphs (default: 20)")
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    cases = {**SETTINGS, **layer_cases()}
    cases.update({f"graph {seed}": graph_case(seed) for seed in range(arguments.graphs)})
    wrong = 0
    for name, case in cases.items():
        if arguments.names and not any(part in name for part in arguments.names):
            continue
        good, text = compare(case, arguments.thaw)
        wrong += not good
        print(f"{name:28} {'refused' if good is None else '' if good else 'WRONG  '}{text}", flush=True)
    print(f"{wrong} wrong")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
