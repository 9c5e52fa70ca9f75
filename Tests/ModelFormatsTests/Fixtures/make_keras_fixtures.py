"""Writes small Keras models as .h5 with every layer that Thaw imports, and what Keras computes.

    python make_keras_fixtures.py [NAME…]

Needs keras (3) with tensorflow, and tf_keras, which is Keras 2: each model is written by both.
Inputs are a formula that the tests know too; outputs go to keras_expected.json.
"""

import json
import os
import sys
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
warnings.filterwarnings("ignore")

import keras
import numpy as np
import tensorflow as tf
import tf_keras

FOLDER = os.path.dirname(os.path.abspath(__file__))
EXPECTED = os.path.join(FOLDER, "keras_expected.json")
wanted = sys.argv[1:]
expected = json.load(open(EXPECTED)) if wanted else {}


def make_input(shape, amplitude=2, batch=2):
    count = batch * int(np.prod(shape))
    values = (np.arange(count, dtype=np.int64) * 7919 % 1009) / 1009 * 2 - 1
    return (values * amplitude).astype(np.float32).reshape((batch, *shape))


def randomize(model, seed):
    """Weights that no initializer makes, so that each of them shows in the output."""
    random = np.random.default_rng(seed)
    for weight in model.weights:
        name = getattr(weight, "path", weight.name)
        shape = tuple(weight.shape)
        if "count" in name:
            continue
        values = random.uniform(-1, 1, shape).astype(np.float32)
        if "variance" in name or "gamma" in name:
            values = values * 0.4 + 1
        elif len(shape) > 1:
            values *= np.sqrt(6 / np.prod(shape[:-1])).astype(np.float32)
        weight.assign(values)


def convolutions(k):
    """Odd sizes, so that same padding is not the same at both ends."""
    l = k.layers
    inputs = k.Input((11, 9, 4), name="image")
    x = l.Conv2D(6, (3, 2), strides=2, padding="same", activation="relu", name="same2")(inputs)
    y = l.Conv2D(6, 3, dilation_rate=2, padding="same", groups=2, use_bias=False, name="dilated")(inputs)
    y = l.MaxPooling2D(2, padding="same", name="halve")(y)
    x = l.Add(name="add")([x, y])
    x = l.DepthwiseConv2D(3, strides=2, padding="same", depth_multiplier=2, name="depthwise")(x)
    x = l.SeparableConv2D(5, 2, depth_multiplier=2, activation="tanh", name="separable")(x)
    y = l.ZeroPadding2D(((0, 1), (2, 0)), name="pad")(inputs)
    y = l.Conv2D(5, 4, strides=4, padding="valid", activation="sigmoid", name="valid")(y)
    y = l.Conv2D(5, 2, name="smaller")(y)
    x = l.Concatenate(name="concatenate")([l.Flatten(name="a")(x), l.Flatten(name="b")(y)])
    return k.Model(inputs, x, name="convolutions")


def activations(k):
    l = k.layers
    inputs = k.Input((2, 3, 2), name="image")
    names = ["linear", "relu", "elu", "sigmoid", "tanh", "swish", "hard_sigmoid", "softmax"]
    names += ["relu6", "leaky_relu", "silu", "hard_silu", "hard_swish"] if k is keras else []
    branches = [l.Activation(name, name=name)(inputs) for name in names]
    slope = {"negative_slope": 0.1} if k is keras else {"alpha": 0.1}
    branches += [
        l.ReLU(name="layer_relu")(inputs),
        l.ReLU(max_value=6, name="layer_relu6")(inputs),
        l.ReLU(negative_slope=0.25, name="layer_leaky")(inputs),
        l.LeakyReLU(name="layer_leaky_default")(inputs),
        l.LeakyReLU(name="layer_leaky_slope", **slope)(inputs),
        l.ELU(alpha=0.7, name="layer_elu")(inputs),
        l.Softmax(name="layer_softmax")(inputs),
        l.Dense(2, activation="softmax", name="dense_softmax")(inputs),
        l.Conv2D(2, 1, activation="softmax", name="convolution_softmax")(inputs),
        l.Conv2D(2, 1, activation=l.ReLU(max_value=6), name="activation_layer")(inputs),
    ]
    return k.Model(inputs, l.Concatenate(name="all")(branches), name="activations")


def normalization(k):
    l = k.layers
    return k.Sequential(
        [
            k.Input((3, 3, 4), name="image"),
            l.Rescaling(1 / 2, offset=-0.25, name="rescaling"),
            l.Normalization(mean=[0.1, 0.2, 0.3, 0.4], variance=[1, 2, 3, 4], name="fixed"),
            l.Normalization(name="adapted"),
            l.BatchNormalization(name="full"),
            l.BatchNormalization(scale=False, epsilon=0.3, name="without_gamma"),
            l.BatchNormalization(center=False, momentum=0.7, name="without_beta"),
            l.BatchNormalization(center=False, scale=False, trainable=False, name="neither"),
        ],
        name="normalization")


def pooling(k):
    l = k.layers
    inputs = k.Input((7, 6, 3), name="image")
    branches = [
        l.MaxPooling2D(name="max")(inputs),
        l.MaxPooling2D(3, strides=2, padding="same", name="max_same")(inputs),
        l.AveragePooling2D(3, strides=2, padding="same", name="average_same")(inputs),
        l.AveragePooling2D((2, 3), strides=(3, 1), name="average")(inputs),
        l.GlobalAveragePooling2D(keepdims=True, name="global_average_kept")(inputs),
        l.GlobalMaxPooling2D(keepdims=True, name="global_max_kept")(inputs),
    ]
    branches = [l.Flatten(name=f"flatten{i}")(b) for i, b in enumerate(branches)]
    branches += [
        l.GlobalAveragePooling2D(name="global_average")(inputs),
        l.GlobalMaxPooling2D(name="global_max")(inputs),
    ]
    return k.Model(inputs, l.Concatenate(name="all")(branches), name="pooling")


def squeeze_excite(k):
    """Branches, broadcast multiplication, and layers that change nothing after training."""
    l = k.layers
    inputs = k.Input((5, 4, 3), name="image")
    x = l.RandomFlip(name="augment")(inputs)
    x = l.Conv2D(4, 3, padding="same", name="stem")(x)
    s = l.GlobalAveragePooling2D(name="squeeze")(x)
    s = l.Reshape((1, 1, -1), name="reshape")(s)
    s = l.Dense(2, activation="relu", name="reduce")(s)
    s = l.Conv2D(4, 1, activation="hard_sigmoid", name="expand")(s)
    x = l.Multiply(name="scale")([x, s])
    y = l.Conv2D(4, 1, name="project")(inputs)
    x = l.Multiply(name="product")([x, y])
    x = l.SpatialDropout2D(0.1, name="spatial_dropout")(x)
    x = l.Dropout(0.3, name="dropout")(x)
    x = l.Flatten(name="flatten")(x)
    return k.Model(inputs, l.Dense(3, activation="softmax", name="logits")(x), name="squeeze_excite")


def nested(k):
    """Models in models, with names that come twice and frozen layers before trainable ones."""
    l = k.layers
    inner = k.Sequential(
        [k.Input((4, 4, 3)), l.Conv2D(3, 1, name="conv"), l.BatchNormalization(name="bn")],
        name="inner")
    image = k.Input((4, 4, 3), name="base_input")
    x = l.Conv2D(3, 1, name="first")(image)
    x = inner(x)
    x = l.Conv2D(3, 1, name="last")(x)
    base = k.Model(image, x, name="base")
    base.get_layer("first").trainable = False
    base.get_layer("inner").get_layer("bn").trainable = False
    inputs = k.Input((4, 4, 3), name="image")
    x = l.Conv2D(3, 1, name="conv")(inputs)
    x = base(x, training=False)
    x = l.GlobalAveragePooling2D(name="pool")(x)
    head = k.Sequential([k.Input((3,)), l.Dense(3, name="first_dense"), l.Dense(2, name="dense")], name="head")
    return k.Model(inputs, head(x), name="nested")


def base_in_sequential(k):
    """The usual fine-tuning model: all of the base is frozen but its last layer."""
    l = k.layers
    image = k.Input((4, 4, 3), name="base_input")
    x = image
    for index in range(4):
        x = l.Conv2D(3, 3, padding="same", activation="relu", name=f"block_conv{index}")(x)
    base = k.Model(image, x, name="base")
    for layer in base.layers[:-1]:
        layer.trainable = False
    return k.Sequential([base, l.Flatten(name="flatten"), l.Dense(2, name="head")], name="fine_tuned")


def rules(k):
    """Penalties and limits of weights, all forms of them."""
    l = k.layers
    l1, l2, both = k.regularizers.L1(0.25), k.regularizers.L2(0.5), k.regularizers.L1L2(0.125, 0.25)
    return k.Sequential(
        [
            k.Input((4, 4, 3), name="image"),
            l.Conv2D(4, 3, kernel_regularizer=both, bias_regularizer="l2", name="conv",
                     kernel_constraint=k.constraints.MaxNorm(3, axis=[0, 1, 2])),
            l.SeparableConv2D(4, 1, depthwise_regularizer=l1, pointwise_regularizer=l2, name="separable",
                              pointwise_constraint=k.constraints.MaxNorm(1.5, axis=-2)),
            l.DepthwiseConv2D(1, depthwise_regularizer=l2, name="depthwise",
                              depthwise_constraint=k.constraints.MaxNorm(1, axis=(0, 1))),
            l.BatchNormalization(gamma_regularizer=l1, beta_constraint="non_neg", name="bn"),
            l.Flatten(name="flatten"),
            l.Dense(3, kernel_regularizer=k.regularizers.OrthogonalRegularizer(), name="hidden",
                    kernel_constraint="max_norm", activity_regularizer=l2),
            l.Dense(2, kernel_regularizer=k.regularizers.L2(0.0), kernel_constraint="unit_norm", name="last"),
        ],
        name="rules")


def operations(k):
    """Functions of tensors in the place of layers, with constants on either side."""
    l = k.layers
    inputs = k.Input((6, 5, 3), name="image")
    x = k.applications.resnet50.preprocess_input(inputs)
    x = x / 100 + 1
    x = 0.5 - x
    x = 2 * x
    factors = np.array([0.5, 2, -1], np.float32)
    x = x * (tf.constant(factors) if k is tf_keras else k.ops.convert_to_tensor(factors))
    x = x[:, 1:5, ::2]
    x = x - 0.25
    y = l.Conv2D(3, 1, name="conv")(x)
    x = (x + y) * (x - y)
    if k is tf_keras:
        gate = tf.nn.relu6(l.GlobalAveragePooling2D(keepdims=True, name="squeeze")(x) + 3.0) * (1.0 / 6.0)
        branches = [
            tf.reshape(tf.maximum(x * gate, 0.1), [-1, 36]), tf.math.reduce_mean(tf.clip_by_value(x, -0.5, 0.5), axis=[1, 2]),
            tf.nn.gelu(l.Flatten(name="a")(-x)), tf.nn.leaky_relu(l.Flatten(name="b")(x), alpha=0.3),
            l.Flatten(name="c")(tf.transpose(x, [0, 3, 2, 1])), l.Flatten(name="d")(x[..., 1]),
            l.Flatten(name="e")(tf.subtract(1.0, tf.minimum(x, y))), l.Flatten(name="f")(tf.nn.softmax(x)),
            l.Flatten(name="g")(tf.pad(x, [[0, 0], [1, 0], [0, 2], [0, 0]])), l.Flatten(name="h")(tf.image.resize(x, (3, 5))),
        ]
        return k.Model(inputs, tf.concat(branches, axis=-1), name="operations")
    o = k.ops
    gate = o.relu6(l.GlobalAveragePooling2D(keepdims=True, name="squeeze")(x) + 3.0) * (1.0 / 6.0)
    branches = [
        o.reshape(o.maximum(x * gate, 0.1), [-1, 36]), o.mean(o.clip(x, -0.5, 0.5), axis=[1, 2]),
        o.gelu(l.Flatten(name="a")(-x)), o.leaky_relu(l.Flatten(name="b")(x), 0.3),
        l.Flatten(name="c")(o.transpose(x, [0, 3, 2, 1])), l.Flatten(name="d")(x[..., 1]),
        l.Flatten(name="e")(o.subtract(1.0, o.minimum(x, y))), l.Flatten(name="f")(o.softmax(x)),
        l.Flatten(name="g")(o.pad(x, [[0, 0], [1, 0], [0, 2], [0, 0]])), l.Flatten(name="h")(o.image.resize(x, (3, 5))),
    ]
    return k.Model(inputs, o.concatenate(branches, axis=-1), name="operations")


def shared(k):
    """Layers without weights that are called several times, and a model of such layers."""
    l = k.layers
    slope = {"negative_slope": 0.1} if k is keras else {"alpha": 0.1}
    act, pool, drop = l.LeakyReLU(name="act", **slope), l.MaxPooling2D(name="pool"), l.Dropout(0.3, name="drop")
    image = k.Input((None, None, 2), name="halve_input")
    halve = k.Model(image, l.AveragePooling2D(2, name="halve_pool")(image * 0.5), name="halve")
    inputs = k.Input((8, 8, 2), name="image")
    x = act(l.Conv2D(2, 3, padding="same", name="c1")(inputs))
    y = halve(inputs)
    x = l.Add(name="add")([pool(x), y])
    x = act(l.Conv2D(2, 3, padding="same", name="act_2")(drop(x)))
    x = l.Concatenate(name="join")([halve(x), pool(act(x))])
    x = drop(l.Flatten(name="flat")(x))
    return k.Model(inputs, l.Dense(3, name="last")(x), name="shared")


def merging(k):
    """Tensors of one shape, and of shapes that are repeated."""
    l = k.layers
    inputs = k.Input((4, 3, 2), name="image")
    x = l.Conv2D(2, 1, name="x")(inputs)
    y = l.Conv2D(2, 1, name="y")(inputs)
    channels = l.GlobalAveragePooling2D(keepdims=True, name="channels")(x)
    plane = l.Conv2D(1, 1, activation="sigmoid", name="plane")(inputs)
    vector = l.Dense(2, name="vector")(l.GlobalMaxPooling2D(name="top")(y))
    branches = [
        l.Average(name="average")([x, y, inputs]), l.Maximum(name="maximum")([x, y, inputs]),
        l.Minimum(name="minimum")([x, y]), l.Subtract(name="subtract")([x, y]),
        l.Multiply(name="multiply3")([x, y, inputs]), l.Multiply(name="multiply1")([x, plane]),
        l.Multiply(name="multiply_all")([plane, channels, y]), l.Add(name="add_channels")([x, channels]),
        l.Add(name="add_plane")([plane, x, y]), l.Subtract(name="subtract_plane")([plane, x]),
        l.Average(name="average_channels")([channels, x]), l.Multiply(name="multiply_vector")([x, vector]),
        l.Add(name="add_outer")([plane, channels]), l.Identity(name="identity")(x),
    ]
    others = [
        l.Cropping2D(((1, 0), (0, 2)), name="crop")(x), l.Cropping2D(1, name="crop1")(y),
        l.Permute((3, 1, 2), name="permute")(x),
        l.UpSampling2D((2, 1), name="up")(x), l.UpSampling2D(2, interpolation="bilinear", name="up_bilinear")(x),
    ]
    flat = [l.Flatten(name=f"flatten{i}")(b) for i, b in enumerate(others + [l.Concatenate(name="alike")(branches)])]
    return k.Model(inputs, l.Concatenate(name="all")(flat), name="merging")


def rarer(k):
    """Activations and normalisations that few networks have."""
    l = k.layers
    inputs = k.Input((2, 2, 3), name="image")
    names = ["selu", "gelu", "softplus", "softsign", "exponential", "mish"]
    if k is keras:
        names += ["celu", "hard_tanh", "hard_shrink", "soft_shrink", "tanh_shrink", "log_sigmoid", "squareplus",
                  "sparse_plus", "sparse_sigmoid"]
    branches = [l.Activation(name, name=name)(inputs) for name in names]
    branches += [
        l.ReLU(max_value=2, name="relu2")(inputs),
        l.ReLU(max_value=3, negative_slope=0.1, threshold=0.5, name="relu_all")(inputs),
        l.ReLU(threshold=1, name="relu_threshold")(inputs),
        l.PReLU(name="prelu")(inputs), l.PReLU(shared_axes=[1, 2], name="prelu_shared")(inputs),
        l.LayerNormalization(name="layer_norm")(inputs),
        l.LayerNormalization(axis=[1, 2, 3], epsilon=0.1, name="layer_norm_all")(inputs),
        l.LayerNormalization(axis=[2, 3], center=False, name="layer_norm_two")(inputs),
        l.LayerNormalization(scale=False, name="layer_norm_plain")(inputs),
        l.Dense(3, activation="gelu", name="dense_gelu")(inputs), l.Conv2D(3, 1, activation="selu", name="conv_selu")(inputs),
    ]
    x = l.Flatten(name="flatten")(l.Concatenate(name="all")(branches))
    # Parts of images are dropped as one: nothing, at inference.
    return k.Model(inputs, l.Dropout(0.2, noise_shape=(None, 1), name="depth")(x), name="rarer")


def preparing(k):
    """Images of other sizes, and what happens to them in training alone."""
    l = k.layers
    inputs = k.Input((6, 8, 1), name="image")
    x = l.RandomFlip(name="flip")(inputs)
    x = l.RandomRotation(0.1, name="rotation")(x)
    if k is keras:
        x = l.RandomShear(0.1, 0.1, name="shear")(x)
        x = l.RandAugment(value_range=(-2, 2), name="rand_augment")(x)
        x = l.RandomErasing(name="erasing")(x)
    kinds = ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"]
    kinds += [] if k is keras else ["gaussian", "mitchellcubic"]
    branches = []
    for kind in kinds:
        branches.append(l.Resizing(9, 5, interpolation=kind, name=kind)(x))
        if k is keras and kind != "nearest":
            branches.append(l.Resizing(2, 11, interpolation=kind, antialias=True, name=kind + "_smooth")(x))
    branches += [
        l.Resizing(3, 3, crop_to_aspect_ratio=True, name="cut")(x), l.CenterCrop(3, 5, name="center")(x),
        l.CenterCrop(7, 6, name="larger")(x),
    ]
    if k is keras:
        branches.append(l.Resizing(4, 4, pad_to_aspect_ratio=True, fill_value=0.5, name="padded")(x))
    branches = [l.Flatten(name=f"flatten{i}")(b) for i, b in enumerate(branches)]
    # In Keras 3.15 the image stays whole, which a pooling after it does not mind.
    branches.append(l.GlobalMaxPooling2D(name="top")(l.Conv2D(2, 1, name="conv")(l.RandomCrop(3, 4, name="random_crop")(x))))
    return k.Model(inputs, l.Concatenate(name="all")(branches), name="preparing")


def open_size(k):
    """Any height and width, as MobileNetV3 has it, with stochastic depth as in EfficientNet."""
    l = k.layers
    inputs = k.Input((None, None, 3), name="image")
    x = l.Rescaling(1 / 2, name="rescaling")(inputs)
    x = l.Conv2D(4, 3, strides=2, padding="same", name="stem")(x)
    x = l.Dropout(0.2, noise_shape=(None, 1, 1, 1), name="drop")(x)
    s = l.GlobalAveragePooling2D(keepdims=True, name="squeeze")(x)
    s = l.ReLU(6.0, name="gate")(l.Conv2D(4, 1, name="expand")(s) + 3.0) * (1.0 / 6.0)
    x = l.Multiply(name="excite")([x, s])
    x = l.GlobalAveragePooling2D(name="pool")(x)
    return k.Model(inputs, l.Dense(3, activation="softmax", name="last")(x), name="open_size")


CASES = [
    (convolutions, (11, 9, 4)),
    (activations, (2, 3, 2)),
    (normalization, (3, 3, 4)),
    (pooling, (7, 6, 3)),
    (squeeze_excite, (5, 4, 3)),
    (nested, (4, 4, 3)),
    (base_in_sequential, (4, 4, 3)),
    (rules, (4, 4, 3)),
    (operations, (6, 5, 3)),
    (shared, (8, 8, 2)),
    (merging, (4, 3, 2)),
    (rarer, (2, 2, 3)),
    (preparing, (6, 8, 1)),
    (open_size, (9, 12, 3)),
]

for build, shape in CASES:
    if wanted and build.__name__ not in wanted:
        continue
    for k, version in [(keras, "keras3"), (tf_keras, "keras2")]:
        name = f"{build.__name__}-{version}"
        k.utils.set_random_seed(1)
        k.backend.clear_session()
        model = build(k)
        randomize(model, seed=len(name))
        if build is normalization:
            model.get_layer("adapted").finalize_state()
        if build is base_in_sequential:
            # With the state of an optimizer, which is skipped.
            model.compile("adam", "mse")
            model.train_on_batch(make_input(shape), np.zeros((2, 2)))
        # Beyond the 6 of relu6 and the 3 of the hard functions.
        amplitude = 8 if build is activations else 120 if build is operations else 2
        output = model(make_input(shape, amplitude), training=False).numpy()
        expected[name] = {
            "input": list(shape),
            "amplitude": amplitude,
            "output": list(output.shape[1:]),
            "values": [float(f"{value:.8g}") for value in output.reshape(-1)],
        }
        model.save(os.path.join(FOLDER, name + ".h5"))

with open(EXPECTED, "w") as file:
    json.dump(expected, file, separators=(",", ":"))
    file.write("\n")
