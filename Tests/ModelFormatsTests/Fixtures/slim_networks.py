"""TF-slim's networks as TensorFlow 2 still builds them, for the scripts that make fixtures.

    pip install tensorflow-cpu==2.21.0 tf-slim==1.1.0

The package has the definitions of Inception V1 to V3, ResNet V1 and V2 and VGG; those of MobileNet and of
Inception V4 are in TensorFlow's models/research/slim alone, and written down here. Two of the package's
layers call Keras 2, which TensorFlow no longer comes with: they are replaced by the operations that they made.
"""

import math
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import tensorflow as tf
import tf_slim as slim
from tf_slim.layers import layers as slim_layers
from tf_slim.nets import inception_v1, inception_v2, inception_v3, resnet_v1, resnet_v2, vgg

tf1 = tf.compat.v1


@slim.add_arg_scope
def batch_norm(x, center=True, scale=False, epsilon=0.001, activation_fn=None, scope=None, **training):
    with tf1.variable_scope(scope, "BatchNorm"):
        variable = lambda name, start: tf1.get_variable(name, [x.shape[-1]], initializer=start)
        beta = variable("beta", tf1.zeros_initializer())
        gamma = variable("gamma", tf1.ones_initializer()) if scale else tf.ones(x.shape[-1])
        mean = variable("moving_mean", tf1.zeros_initializer())
        variance = variable("moving_variance", tf1.ones_initializer())
        y = tf1.nn.fused_batch_norm(x, gamma, beta, mean, variance, epsilon, is_training=False)[0]
        return activation_fn(y) if activation_fn else y


@slim.add_arg_scope
def separable_conv2d(
    x, filters, kernel, depth_multiplier=1, stride=1, padding="SAME", activation_fn=tf.nn.relu,
    normalizer_fn=None, normalizer_params=None, scope=None, **training
):
    with tf1.variable_scope(scope):
        depthwise = tf1.get_variable("depthwise_weights", [*kernel, x.shape[3], depth_multiplier])
        x = tf1.nn.depthwise_conv2d(x, depthwise, [1, stride, stride, 1], padding)
        if filters is not None:
            pointwise = tf1.get_variable("pointwise_weights", [1, 1, x.shape[3], filters])
            x = tf1.nn.conv2d(x, pointwise, 1, "VALID")
        if normalizer_fn:
            x = normalizer_fn(x, **(normalizer_params or {}))
        else:
            x = tf1.nn.bias_add(x, tf1.get_variable("biases", [x.shape[3]]))
        return activation_fn(x) if activation_fn else x


slim_layers.batch_norm = slim.batch_norm = slim.layers.batch_norm = batch_norm
slim_layers.separable_conv2d = slim.separable_conv2d = slim.layers.separable_conv2d = separable_conv2d


def convolution_scope(activation, **normalization):
    return slim.arg_scope(
        [slim.conv2d, separable_conv2d], activation_fn=activation, normalizer_fn=batch_norm,
        normalizer_params=normalization, padding="SAME")


def classifier(x, classes, scope="Conv2d_1c_1x1"):
    with tf1.variable_scope("Logits"):
        x = tf.reduce_mean(x, [1, 2], keepdims=True)
        if classes is None:
            return x
        x = slim.conv2d(x, classes, 1, activation_fn=None, normalizer_fn=None, scope=scope)
        return tf.squeeze(x, [1, 2])


def mobilenet_v1(x, classes, width=1.0):
    depth = lambda channels: max(8, int(channels * width))
    blocks = [(1, 64), (2, 128), (1, 128), (2, 256), (1, 256), (2, 512)] + 5 * [(1, 512)] + [(2, 1024), (1, 1024)]
    with tf1.variable_scope("MobilenetV1"), convolution_scope(tf.nn.relu6, scale=True):
        x = slim.conv2d(x, depth(32), 3, stride=2, scope="Conv2d_0")
        for number, (stride, channels) in enumerate(blocks, 1):
            x = separable_conv2d(x, None, [3, 3], stride=stride, scope=f"Conv2d_{number}_depthwise")
            x = slim.conv2d(x, depth(channels), 1, scope=f"Conv2d_{number}_pointwise")
        return classifier(x, classes)


def divisible(channels):
    rounded = max(8, int(channels + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * channels else rounded


def mobilenet_v2(x, classes, width=1.0):
    stages = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]
    with tf1.variable_scope("MobilenetV2"), convolution_scope(tf.nn.relu6, scale=True):
        x = slim.conv2d(x, divisible(32 * width), 3, stride=2, scope="Conv")
        number = 0
        for factor, channels, count, first in stages:
            for stride in [first] + [1] * (count - 1):
                with tf1.variable_scope(f"expanded_conv_{number}" if number else "expanded_conv"):
                    y, inner = x, divisible(x.shape[3] * factor)
                    if factor > 1:
                        y = slim.conv2d(y, inner, 1, scope="expand")
                    y = separable_conv2d(y, None, [3, 3], stride=stride, scope="depthwise")
                    y = slim.conv2d(y, divisible(channels * width), 1, activation_fn=None, scope="project")
                    x = x + y if stride == 1 and x.shape[3] == y.shape[3] else y
                number += 1
        x = slim.conv2d(x, divisible(1280 * max(1, width)), 1, scope="Conv_1")
        return classifier(x, classes)


def inception_v4(x, classes):
    """Branches are lists of (scope, channels, window, and where it is not 1 and SAME: stride, padding)."""

    def branch(x, number, *units):
        with tf1.variable_scope(f"Branch_{number}"):
            for scope, channels, window, *rest in units:
                stride, padding = rest or (1, "SAME")
                if channels:
                    x = slim.conv2d(x, channels, window, stride=stride, padding=padding, scope=scope)
                else:
                    pool = slim.avg_pool2d if scope.startswith("Avg") else slim.max_pool2d
                    x = pool(x, window, stride=stride, padding=padding, scope=scope)
            return x

    def mixed(x, scope, *branches):
        with tf1.variable_scope(scope):
            return tf.concat([branch(x, number, *units) for number, units in enumerate(branches)], 3)

    def forks(x, number, units, channels, letters):
        x = branch(x, number, *units)
        return tf.concat([
            branch(x, number, (f"Conv2d_0{letters[0]}_1x3", channels, [1, 3])),
            branch(x, number, (f"Conv2d_0{letters[1]}_3x1", channels, [3, 1]))], 3)

    one = lambda channels: ("Conv2d_0a_1x1", channels, [1, 1])
    smaller = lambda channels: ("Conv2d_1a_3x3", channels, [3, 3], 2, "VALID")
    pooled = lambda channels: [("AvgPool_0a_3x3", None, [3, 3]), ("Conv2d_0b_1x1", channels, [1, 1])]
    pooling = ("MaxPool_1a_3x3", None, [3, 3], 2, "VALID")
    with tf1.variable_scope("InceptionV4"), convolution_scope(tf.nn.relu):
        x = slim.conv2d(x, 32, 3, stride=2, padding="VALID", scope="Conv2d_1a_3x3")
        x = slim.conv2d(x, 32, 3, padding="VALID", scope="Conv2d_2a_3x3")
        x = slim.conv2d(x, 64, 3, scope="Conv2d_2b_3x3")
        x = mixed(x, "Mixed_3a", [pooling], [("Conv2d_0a_3x3", 96, [3, 3], 2, "VALID")])
        last = ("Conv2d_1a_3x3", 96, [3, 3], 1, "VALID")
        x = mixed(
            x, "Mixed_4a", [one(64), last],
            [one(64), ("Conv2d_0b_1x7", 64, [1, 7]), ("Conv2d_0c_7x1", 64, [7, 1]), last])
        x = mixed(x, "Mixed_5a", [smaller(192)], [pooling])
        for letter in "bcde":
            x = mixed(
                x, f"Mixed_5{letter}", [one(96)], [one(64), ("Conv2d_0b_3x3", 96, [3, 3])],
                [one(64), ("Conv2d_0b_3x3", 96, [3, 3]), ("Conv2d_0c_3x3", 96, [3, 3])], pooled(96))
        x = mixed(
            x, "Mixed_6a", [smaller(384)], [one(192), ("Conv2d_0b_3x3", 224, [3, 3]), smaller(256)], [pooling])
        for letter in "bcdefgh":
            x = mixed(
                x, f"Mixed_6{letter}", [one(384)],
                [one(192), ("Conv2d_0b_1x7", 224, [1, 7]), ("Conv2d_0c_7x1", 256, [7, 1])],
                [one(192), ("Conv2d_0b_7x1", 192, [7, 1]), ("Conv2d_0c_1x7", 224, [1, 7]),
                 ("Conv2d_0d_7x1", 224, [7, 1]), ("Conv2d_0e_1x7", 256, [1, 7])], pooled(128))
        x = mixed(
            x, "Mixed_7a", [one(192), smaller(192)],
            [one(256), ("Conv2d_0b_1x7", 256, [1, 7]), ("Conv2d_0c_7x1", 320, [7, 1]), smaller(320)], [pooling])
        for letter in "bcd":
            with tf1.variable_scope(f"Mixed_7{letter}"):
                x = tf.concat([
                    branch(x, 0, one(256)), forks(x, 1, [one(384)], 256, "bc"),
                    forks(
                        x, 2, [one(384), ("Conv2d_0b_3x1", 448, [3, 1]), ("Conv2d_0c_1x3", 512, [1, 3])], 256, "de"),
                    branch(x, 3, *pooled(256))], 3)
        x = tf.reduce_mean(x, [1, 2])
        if classes is None:
            return x
        with tf1.variable_scope("Logits"):
            return slim.fully_connected(x, classes, activation_fn=None, normalizer_fn=None, scope="Logits")


def inception_v2_bn(x, classes):
    """As detection networks have it: the first convolution is normalised, too."""
    with slim.arg_scope([separable_conv2d], normalizer_fn=batch_norm):
        return packaged(inception_v2.inception_v2, inception_v2.inception_v2_arg_scope())(x, classes)


def packaged(function, scope, **arguments):
    def build(x, classes):
        with slim.arg_scope(scope):
            try:
                y = function(x, num_classes=classes, is_training=False, **arguments)[0]
            except UnboundLocalError:
                raise ValueError("no such network without a classifier")
        return tf.squeeze(y, [1, 2]) if len(y.shape) == 4 else y

    return build


def scaled(function, width):
    return lambda x, classes: function(x, classes, width)


NETWORKS = {
    "inception_v1": packaged(inception_v1.inception_v1, inception_v1.inception_v1_arg_scope()),
    "inception_v2": packaged(inception_v2.inception_v2, inception_v2.inception_v2_arg_scope()),
    "inception_v2_bn": inception_v2_bn,
    "inception_v3": packaged(
        inception_v3.inception_v3, inception_v3.inception_v3_arg_scope(), create_aux_logits=False),
    "inception_v4": inception_v4,
    "mobilenet_v1": mobilenet_v1,
    "mobilenet_v2": mobilenet_v2,
}
for units in (50, 101, 152, 200):
    for module, version in ((resnet_v1, "v1"), (resnet_v2, "v2")):
        NETWORKS[f"resnet_{version}_{units}"] = packaged(
            getattr(module, f"resnet_{version}_{units}"), module.resnet_arg_scope())
for name in ("vgg_a", "vgg_16", "vgg_19"):
    NETWORKS[name] = packaged(getattr(vgg, name), vgg.vgg_arg_scope())
for width in (25, 50, 75):
    NETWORKS[f"mobilenet_v1_{width:03}"] = scaled(mobilenet_v1, width / 100)
for width in (35, 50, 75, 130, 140):
    NETWORKS[f"mobilenet_v2_{width:03}"] = scaled(mobilenet_v2, width / 100)


def scopeless(variable):
    """The name of a variable in its network."""
    return variable.op.name.split("/", 1)[1]


def is_depthwise(variable):
    return variable.op.name.endswith("/depthwise_weights")


def shapes(name, classes):
    """Of all variables, by their names in the network."""
    with tf.Graph().as_default():
        NETWORKS[name](tf1.placeholder(tf.float32, [1, 224, 224, 3]), classes)
        return {scopeless(variable): tuple(variable.shape.as_list()) for variable in tf1.global_variables()}


def load(session, values):
    """Gives each variable what `values` says of its name, shape and the inputs of a unit (None: no kernel)."""
    for variable in tf1.global_variables():
        shape = tuple(variable.shape.as_list())
        fan_in = None
        if len(shape) > 1:
            fan_in = math.prod(shape[:2] if is_depthwise(variable) else shape[:-1])
        variable.load(values(scopeless(variable), shape, fan_in), session)


def logits(name, image, classes, values):
    with tf.Graph().as_default():
        x = tf1.placeholder(tf.float32, image.shape)
        y = NETWORKS[name](x, classes)
        with tf1.Session() as session:
            load(session, values)
            return session.run(y, {x: image})[0].tolist()


tf1.disable_eager_execution()
tf1.disable_resource_variables()
