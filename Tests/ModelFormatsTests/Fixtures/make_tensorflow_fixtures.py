"""Small TensorFlow models in each form that TensorFlow writes, with what TensorFlow computes of them.

    pip install tensorflow-cpu keras numpy
    python make_tensorflow_fixtures.py

Writes tensorflow/* and tensorflow/expected.json: of each model the output for a batch of two images (of
one where the graph takes one), whose value at place i is ((7919 i) mod 1000) / 500 - 1.
"""

import json
import os
import pathlib
import shutil

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
os.environ["KERAS_BACKEND"] = "tensorflow"

import numpy as np
import tensorflow as tf

tf1 = tf.compat.v1
FOLDER = pathlib.Path(__file__).parent / "tensorflow"
expected = {}


def images(*shape):
    count = int(np.prod(shape))
    return ((np.arange(count) * 7919 % 1000) / 500 - 1).reshape(shape).astype("float32")


class Numbers:
    """Seeded weights, as constants or as variables."""

    def __init__(self, seed, variables=False):
        self.random, self.variables = np.random.default_rng(seed), variables

    def __call__(self, name, *shape, low=-0.5, high=0.5):
        value = self.random.uniform(low, high, shape).astype("float32")
        if self.variables:
            return tf1.get_variable(name, initializer=value, use_resource=False)
        return tf1.identity(tf1.constant(value, name=name), name=name + "/read")


def conv(x, w, name, filters, size=3, stride=1, padding="SAME", **options):
    kernel = w(name + "/weights", size, size, int(x.shape[-1]), filters)
    return tf1.nn.conv2d(x, kernel, strides=[1, stride, stride, 1], padding=padding, name=name + "/Conv2D", **options)


def moments(w, name, channels):
    return (
        w(name + "/moving_mean", channels, low=-0.3, high=0.3),
        w(name + "/moving_variance", channels, low=0.4, high=1.6),
        w(name + "/beta", channels), w(name + "/gamma", channels, low=0.6, high=1.4))


def fused(x, w, name, epsilon=1e-3, **options):
    mean, variance, beta, gamma = moments(w, name, int(x.shape[-1]))
    return tf1.nn.fused_batch_norm(
        x, gamma, beta, mean=mean, variance=variance, epsilon=epsilon, is_training=False,
        name=name + "/FusedBatchNorm", **options)[0]


def global_norm(x, w, name, scaled):
    """Inception's of 2015, which TensorFlow's Python no longer makes: `older` puts it in this place."""
    mean, variance, beta, gamma = moments(w, name, int(x.shape[-1]))
    return tf1.identity_n([x, mean, variance, beta, gamma], name=f"{name}/{'scaled' if scaled else 'plain'}")[0]


def older(graph):
    graph = graph.as_graph_def()
    for node in graph.node:
        if node.op != "IdentityN":
            continue
        node.op = "BatchNormWithGlobalNormalization"
        node.attr.clear()
        node.attr["T"].type = 1
        node.attr["variance_epsilon"].f = 0.03
        node.attr["scale_after_normalization"].b = node.name.endswith("scaled")
        graph.versions.producer = 8
    return graph


def dense(x, w, name, units):
    product = tf1.matmul(x, w(name + "/weights", int(x.shape[-1]), units), name=name + "/MatMul")
    return tf1.nn.bias_add(product, w(name + "/biases", units), name=name + "/BiasAdd")


def frozen(name, build, shape=(2, 13, 15, 3), seed=1):
    """A graph with constants as weights; `build` gives the answer's tensor."""
    graph = tf1.Graph()
    with graph.as_default():
        x = tf1.placeholder(tf.float32, [None, *shape[1:]], name="input")
        y = build(x, Numbers(seed))
    written = older(graph)
    (FOLDER / f"{name}.pb").write_bytes(written.SerializeToString())
    run = tf1.Graph()
    with run.as_default():
        tf1.import_graph_def(written, name="")
    with tf1.Session(graph=run) as session:
        save(name, session.run(y.name, {x.name: images(*shape)}))


def save(name, value):
    value = np.asarray(value, "float32")
    expected[name] = {"shape": list(value.shape), "values": [float(v) for v in value.ravel()]}


def windows(x, w):
    """Paddings, gaps, depthwise kernels and poolings at sizes where a wrong side shows."""
    x = tf1.nn.bias_add(conv(x, w, "same2", 6, stride=2), w("same2/biases", 6), name="same2/BiasAdd")
    x = tf1.nn.relu(x, name="same2/Relu")
    x = conv(x, w, "explicit", 6, padding=[[0, 0], [1, 0], [0, 2], [0, 0]])
    x = tf1.add(x, w("explicit/biases", 6), name="explicit/add")
    x = tf1.nn.elu(x, name="explicit/Elu")
    x = conv(x, w, "gaps", 6, dilations=[1, 2, 2, 1])
    x = tf1.nn.relu6(x, name="gaps/Relu6")
    x = tf1.nn.depthwise_conv2d_native(
        x, w("depth/depthwise_weights", 3, 3, 6, 2), [1, 1, 1, 1], "SAME", name="depth/depthwise")
    a = tf1.nn.avg_pool(x, [1, 3, 3, 1], [1, 2, 2, 1], "SAME", name="average")
    m = tf1.nn.max_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], "SAME", name="largest")
    x = tf1.concat([a, m], 3, name="both")
    x = tf1.pad(x, [[0, 0], [0, 1], [2, 0], [0, 0]], name="border")
    x = tf1.nn.max_pool(x, [1, 3, 3, 1], [1, 2, 2, 1], "VALID", name="valid")
    x = tf1.reshape(x, [-1, int(np.prod(x.shape[1:]))], name="flat")
    return tf1.nn.softmax(dense(x, w, "logits", 5), name="answers")


def gaps(x, w):
    """A convolution with gaps as TensorFlow 1 spells it, along odd sizes."""
    kernel = w("atrous/weights", 3, 3, 3, 4)
    spread = tf1.space_to_batch_nd(x, [2, 3], [[2, 3], [3, 3]], name="SpaceToBatchND")
    y = tf1.nn.conv2d(spread, kernel, [1, 1, 1, 1], "VALID", name="atrous/Conv2D")
    y = tf1.nn.bias_add(y, w("atrous/biases", 4), name="atrous/BiasAdd")
    y = tf1.batch_to_space_nd(y, [2, 3], [[0, 1], [0, 0]], name="BatchToSpaceND")
    y = tf1.nn.relu(y, name="atrous/Relu")
    return dense(tf1.reduce_mean(y, [1, 2], name="pool"), w, "logits", 4)


def norms(x, w):
    """Batch normalisation in its three spellings, and LRN."""
    x = tf1.nn.relu(fused(conv(x, w, "one", 5), w, "one/BatchNorm", 0.02), name="one/Relu")
    mean, variance, beta, gamma = moments(w, "two/bn", 6)
    y = tf1.nn.batch_normalization(conv(x, w, "two", 6), mean, variance, beta, gamma, 0.01, name="two/bn/batchnorm")
    x = tf1.nn.relu(y, name="two/Relu")
    mean, variance, beta, _ = moments(w, "three/bn", 4)
    y = tf1.nn.batch_normalization(conv(x, w, "three", 4), mean, variance, beta, None, 0.05, name="three/bn/batchnorm")
    x = tf1.nn.leaky_relu(y, alpha=0.1, name="three/LeakyRelu")
    y = global_norm(conv(x, w, "four", 6), w, "four/bn", scaled=True)
    y = global_norm(conv(tf1.nn.relu(y), w, "five", 7), w, "five/bn", scaled=False)
    x = tf1.nn.lrn(y, depth_radius=2, bias=1.5, alpha=0.3, beta=0.6, name="lrn")
    return dense(tf1.reduce_mean(x, [1, 2], name="pool"), w, "logits", 4)


def branches(x, w):
    """Groups by Split, old squeeze and excitation, activations by arithmetic, two views of one layer."""
    x = conv(x, w, "stem", 8, stride=2)
    parts = tf1.split(x, 2, 3, name="split")
    kernels = tf1.split(w("grouped/weights", 3, 3, 4, 6), 2, 3, name="kernels")
    x = tf1.concat([
        tf1.nn.conv2d(part, kernel, [1, 1, 1, 1], "SAME", name=f"grouped/{i}")
        for i, (part, kernel) in enumerate(zip(parts, kernels))], 3, name="grouped/concat")
    x = tf1.nn.bias_add(x, w("grouped/biases", 6))
    x = tf1.multiply(x, tf1.sigmoid(x), name="swish")
    gate = tf1.reduce_mean(x, [1, 2], keepdims=True, name="gate/pool")
    gate = tf1.nn.relu(conv(gate, w, "gate/reduce", 3, 1), name="gate/Relu")
    gate = tf1.sigmoid(conv(gate, w, "gate/expand", 6, 1), name="gate/Sigmoid")
    x = tf1.multiply(x, gate, name="gate/mul")
    y = conv(x, w, "hard", 6, 1)
    y = tf1.multiply(y, tf1.nn.relu6(y + 3.0) * (1 / 6.0), name="hard/swish")
    x = tf1.add_n([x, y, tf1.maximum(x, y)], name="sum")
    x = tf1.image.resize_bilinear(x, [11, 9], name="legacy")
    x = tf1.image.resize_nearest_neighbor(x, [6, 7], half_pixel_centers=True, name="near")
    x = tf1.image.resize_bilinear(x, [9, 10], align_corners=True, name="corners")
    shape = tf1.shape(x, name="Shape")
    size = tf1.strided_slice(shape, [0], [1], [1], shrink_axis_mask=1, name="strided_slice")
    x = tf1.reshape(x, tf1.stack([size, 9 * 10 * 6]), name="Reshape")
    a, b = tf1.split(x, [200, 340], 1)
    x = tf1.concat([tf1.tanh(a), tf1.nn.softplus(b), tf1.nn.selu(b)], 1)
    return tf1.matmul(dense(x, w, "fc", 6), w("last/weights", 5, 6), transpose_b=True, name="last")


def training(x, w):
    """A graph of training: flags, cond for batch-norm and dropout, losses, an optimiser."""
    is_training = tf1.placeholder(tf.bool, [], name="is_training")
    y = conv(x, w, "conv1", 6, stride=2)
    mean, variance, beta, gamma = moments(w, "conv1/bn", 6)
    batch_mean, batch_variance = tf1.nn.moments(y, [0, 1, 2])

    def own():
        update = tf1.assign(mean, mean * 0.9 + batch_mean * 0.1)
        with tf1.control_dependencies([update]):
            return tf1.identity(batch_mean), tf1.identity(batch_variance)

    m, v = tf1.cond(is_training, own, lambda: (mean, variance))
    y = tf1.nn.relu(tf1.nn.batch_normalization(y, m, v, beta, gamma, 0.01, name="conv1/batchnorm"))
    y = tf1.cond(is_training, lambda: tf1.nn.dropout(y, rate=0.3, name="drop"), lambda: tf1.identity(y))
    y = tf1.reduce_mean(y, [1, 2], name="pool")
    keep = tf1.placeholder_with_default(1.0, [], name="keep_prob")
    y = tf1.nn.dropout(y, keep_prob=keep, name="dropout1")
    logits = dense(y, w, "logits", 4)
    answers = tf1.nn.softmax(logits, name="answers")
    labels = tf1.placeholder(tf.int64, [None], name="labels")
    loss = tf1.reduce_mean(tf1.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
    tf1.train.MomentumOptimizer(0.1, 0.9).minimize(loss, global_step=tf1.train.get_or_create_global_step())
    tf1.summary.histogram("logits", logits)
    tf1.reduce_mean(tf1.cast(tf1.equal(tf1.argmax(answers, 1), labels), tf.float32), name="accuracy")
    return answers, is_training


def checkpoints():
    for version, name in [(1, "ckpt1"), (2, "ckpt2")]:
        graph = tf1.Graph()
        with graph.as_default():
            x = tf1.placeholder(tf.float32, [None, 13, 15, 3], name="images")
            y, flag = training(x, Numbers(5, variables=True))
            saver = tf1.train.Saver(write_version=version)
            with tf1.Session(graph=graph) as session:
                session.run(tf1.global_variables_initializer())
                folder = FOLDER / name
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                saver.save(session, str(folder / "model.ckpt"), write_state=False)
                save(name, session.run(y, {x: images(2, 13, 15, 3), flag: False}))


def spelled_dropout(x, w):
    """Dropout as training writes it: twice the older way, once the newer one."""
    x = tf1.nn.relu(conv(x, w, "conv1", 6, stride=2))
    keep = tf1.constant(0.75, name="keep")
    noise = keep + tf1.random_uniform(tf1.shape(x), seed=1)
    x = tf1.multiply(tf1.math.divide(x, keep), tf1.floor(noise), name="old/mul")
    x = tf1.nn.dropout(x, rate=0.5, name="dropout")
    with tf1.name_scope("Dropout_1b"):
        x = tf1.identity(tf1.reduce_mean(x, [1, 2]), name="Identity")
    return dense(x, w, "logits", 4)


def old(x, w):
    """Operations of TensorFlow 0.x: Concat and Split with the axis first, and channels first."""
    x = tf1.nn.relu(conv(x, w, "a", 4))
    y = tf1.raw_ops.Concat(concat_dim=3, values=[x, tf1.nn.relu(conv(x, w, "b", 3))], name="Concat")
    red, green, blue = tf1.raw_ops.Split(axis=3, value=tf1.slice(y, [0, 0, 0, 0], [-1, -1, -1, 6]), num_split=3)
    y = tf1.raw_ops.Concat(concat_dim=3, values=[blue - 0.1, green - 0.2, red - 0.3])
    y = tf1.nn.max_pool(y, [1, 3, 3, 1], [1, 2, 2, 1], "SAME", name="pool")
    return dense(tf1.reshape(y, [-1, 7 * 8 * 6]), w, "logits", 4)


def channels_first():
    """TensorFlow computes this on graphics cards only: what it gives is computed channels last."""
    def build(x, w, layout):
        first = layout == "NCHW"
        axis = lambda *values: [1, 1, *values] if first else [1, *values, 1]
        y = tf1.transpose(x, [0, 3, 1, 2]) if first else x
        y = tf1.nn.conv2d(y, w("one/weights", 3, 3, 3, 5), axis(2, 2), "SAME", data_format=layout)
        y = tf1.nn.bias_add(y, w("one/biases", 5), data_format=layout)
        mean, variance, beta, gamma = moments(w, "one/bn", 5)
        y = tf1.nn.fused_batch_norm(
            y, gamma, beta, mean=mean, variance=variance, epsilon=0.01, is_training=False, data_format=layout)[0]
        y = tf1.nn.max_pool(tf1.nn.relu(y), axis(3, 3), axis(2, 2), "SAME", data_format=layout)
        if first:
            flat = tf1.reshape(y, [-1, 5 * 4 * 4])
        else:
            flat = tf1.reshape(tf1.transpose(y, [0, 3, 1, 2]), [-1, 5 * 4 * 4])
        return dense(flat, w, "logits", 4)

    for layout in ["NCHW", "NHWC"]:
        graph = tf1.Graph()
        with graph.as_default():
            x = tf1.placeholder(tf.float32, [None, 13, 15, 3], name="input")
            y = build(x, Numbers(9), layout)
        if layout == "NCHW":
            (FOLDER / "channels_first.pb").write_bytes(graph.as_graph_def().SerializeToString())
        else:
            with tf1.Session(graph=graph) as session:
                save("channels_first", session.run(y, {x: images(2, 13, 15, 3)}))


def preparing(x, w):
    """ry's VGG: pixels 0..1, made bytes, turned blue first, less the mean."""
    red, green, blue = tf1.split(x * 255.0, 3, 3)
    y = tf1.concat([blue - 103.939, green - 116.779, red - 123.68], 3, name="bgr")
    y = tf1.nn.relu(conv(y, w, "conv1", 4) / 100.0)
    return dense(tf1.reduce_mean(y, [1, 2]), w, "logits", 4)


def saved_models():
    path = FOLDER / "saved1"
    shutil.rmtree(path, ignore_errors=True)
    graph = tf1.Graph()
    with graph.as_default():
        x = tf1.placeholder(tf.float32, [None, 13, 15, 3], name="images")
        y, flag = training(x, Numbers(6, variables=True))
        with tf1.Session(graph=graph) as session:
            session.run(tf1.global_variables_initializer())
            tf1.saved_model.simple_save(session, str(path), {"images": x}, {"answers": y})
            save("saved1", session.run(y, {x: images(2, 13, 15, 3), flag: False}))


def saved_models_2():
    import keras

    keras.utils.set_random_seed(3)
    layers = keras.layers
    x = keras.Input((13, 15, 3))
    y = layers.Conv2D(6, 3, strides=2, padding="same", use_bias=False, name="conv1")(x)
    y = layers.BatchNormalization(epsilon=0.01, name="bn1")(y)
    y = layers.ReLU(6.0, name="relu1")(y)
    y = layers.DepthwiseConv2D(3, padding="same", name="depth")(y)
    y = layers.Activation("swish", name="swish")(y)
    z = layers.Conv2D(6, 1, name="side")(y)
    y = layers.Add(name="add")([y, layers.LeakyReLU(0.2, name="leaky")(z)])
    y = layers.Dropout(0.4, name="drop")(y)
    y = layers.GlobalAveragePooling2D(name="pool")(y)
    y = layers.Dense(4, activation="softmax", name="logits")(y)
    model = keras.Model(x, y)
    random = np.random.default_rng(4)
    for variable in model.weights:
        low, high = (0.5, 1.5) if "variance" in variable.path or "gamma" in variable.path else (-0.5, 0.5)
        variable.assign(random.uniform(low, high, variable.shape))
    path = FOLDER / "keras_export"
    shutil.rmtree(path, ignore_errors=True)
    model.export(str(path), verbose=False)
    save("keras_export", model(images(2, 13, 15, 3), training=False).numpy())

    class Module(tf.Module):
        def __init__(self):
            super().__init__()
            random = np.random.default_rng(8)
            self.kernel = tf.Variable(random.uniform(-0.5, 0.5, (3, 3, 3, 5)).astype("float32"), name="kernel")
            self.matrix = tf.Variable(random.uniform(-0.5, 0.5, (5, 4)).astype("float32"), name="matrix")

        @tf.function
        def features(self, x):
            return tf.nn.relu(tf.nn.conv2d(x, self.kernel, 2, "SAME"))

        @tf.function(input_signature=[
            tf.TensorSpec([None, 13, 15, 3], tf.float32, name="x"), tf.TensorSpec([], tf.bool, name="training")])
        def both(self, x, training=False):
            y = self.features(x)
            y = tf.cond(training, lambda: tf.nn.dropout(y, 0.5), lambda: y)
            y = tf.matmul(tf.reduce_mean(y, [1, 2]), self.matrix)
            return {"logits": y, "answers": tf.nn.softmax(y)}

    module = Module()
    path = FOLDER / "saved2"
    shutil.rmtree(path, ignore_errors=True)
    tf.saved_model.save(module, str(path), signatures={"serving_default": module.both})
    save("saved2", module.both(tf.constant(images(2, 13, 15, 3)), tf.constant(False))["logits"])


def main():
    FOLDER.mkdir(exist_ok=True)
    saved_models_2()
    tf1.disable_eager_execution()
    tf1.disable_control_flow_v2()
    tf1.disable_resource_variables()
    for build in [windows, gaps, norms, branches, spelled_dropout, old, preparing]:
        frozen(build.__name__, build, seed=len(build.__name__))
    # What training drops is all there once it is over.
    graph = tf1.Graph()
    with graph.as_default():
        x = tf1.placeholder(tf.float32, [None, 13, 15, 3])
        w = Numbers(len("spelled_dropout"))
        y = tf1.reduce_mean(tf1.nn.relu(conv(x, w, "conv1", 6, stride=2)), [1, 2])
        y = dense(y, w, "logits", 4)
        with tf1.Session(graph=graph) as session:
            save("spelled_dropout", session.run(y, {x: images(2, 13, 15, 3)}))
    channels_first()
    checkpoints()
    saved_models()
    for fingerprint in FOLDER.rglob("fingerprint.pb"):
        fingerprint.unlink()
    (FOLDER / "expected.json").write_text(json.dumps(expected) + "\n")


main()
