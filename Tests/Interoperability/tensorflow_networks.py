"""TensorFlow's well-known files, as their authors' programs wrote them: whole networks with seeded weights.

Each function writes one into a folder and gives its path, the options that it is opened with, its images, and
what TensorFlow computes of them.
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
import numpy
import tensorflow

tf = tensorflow.compat.v1
tf.disable_eager_execution()
tf.disable_control_flow_v2()
tf.disable_resource_variables()


class Weights:
    """Seeded ones: constants as in a frozen graph, or variables of a checkpoint."""

    def __init__(self, seed=0, variables=False):
        self.random, self.variables = numpy.random.default_rng(seed), variables

    def value(self, name, value):
        value = value.astype("float32")
        if self.variables:
            return tf.get_variable(name, initializer=value, use_resource=False)
        return tf.constant(value, name=name)

    def kernel(self, name, *shape):
        deviation = (2 / numpy.prod(shape[:-1])) ** 0.5
        return self.value(name, self.random.normal(0, deviation, shape))

    def uniform(self, name, count, low=-0.1, high=0.1):
        return self.value(name, self.random.uniform(low, high, (count,)))


def pixels(edge, low, high, count=2):
    return numpy.random.default_rng(7).uniform(low, high, (count, edge, edge, 3)).astype("float32")


def run(graph, output, input_name, images):
    with tf.Session(graph=graph) as session:
        return session.run(output, {input_name: images})


def imported(definition):
    graph = tf.Graph()
    with graph.as_default():
        tf.import_graph_def(definition, name="")
    return graph


def frozen(path, graph, output, input_name, images, older=None):
    definition = graph.as_graph_def()
    if older:
        older(definition)
    path.write_bytes(definition.SerializeToString())
    return run(imported(definition), output, input_name, images)


def vgg16_tfmodel(folder):
    """github.com/ry/tensorflow-vgg16: pixels 0..1, made bytes, turned blue first, less the mean."""
    w = Weights(1)
    graph = tf.Graph()
    with graph.as_default():
        rgb = tf.placeholder(tf.float32, [None, 224, 224, 3], name="images")
        red, green, blue = tf.raw_ops.Split(axis=3, value=rgb * 255.0, num_split=3)
        x = tf.raw_ops.Concat(
            concat_dim=3, values=[blue - 103.939, green - 116.779, red - 123.68], name="bgr")
        for stage, (layers, filters) in enumerate([(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)], 1):
            for layer in range(1, layers + 1):
                with tf.name_scope(f"conv{stage}_{layer}"):
                    y = tf.nn.conv2d(
                        x, w.kernel("filter", 3, 3, int(x.shape[-1]), filters), [1, 1, 1, 1], "SAME")
                    x = tf.nn.relu(tf.nn.bias_add(y, w.uniform("biases", filters)))
            x = tf.nn.max_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], "SAME", name=f"pool{stage}")
        x = tf.reshape(x, [-1, 7 * 7 * 512])
        for name, units in [("fc6", 4096), ("fc7", 4096), ("fc8", 1000)]:
            with tf.name_scope(name):
                x = tf.nn.bias_add(
                    tf.matmul(x, w.kernel("weights", int(x.shape[-1]), units)), w.uniform("biases", units))
                if name != "fc8":
                    x = tf.nn.relu(x)
        tf.nn.softmax(x, name="prob")
    images = pixels(224, 0, 1)
    path = folder / "vgg16.tfmodel"
    expected = frozen(path, graph, "fc8/BiasAdd:0", "images:0", images)
    return path, ["--output-layer", "fc8/BiasAdd"], images, expected


def resnet_l50(folder):
    """github.com/ry/tensorflow-resnet: a V1 checkpoint with its graph; batch-norm chosen by a cond."""
    w = Weights(2, variables=True)
    graph = tf.Graph()
    with graph.as_default():
        training = tf.convert_to_tensor(False, name="is_training_tensor")

        def norm(x):
            count = int(x.shape[-1])
            beta, gamma = w.uniform("beta", count), w.uniform("gamma", count, 0.5, 1)
            moving_mean = w.uniform("moving_mean", count)
            moving_variance = w.uniform("moving_variance", count, 0.5, 1.5)
            mean, variance = tf.nn.moments(x, [0, 1, 2])
            updates = [
                tf.assign(moving_mean, 0.9997 * moving_mean + 0.0003 * mean),
                tf.assign(moving_variance, 0.9997 * moving_variance + 0.0003 * variance)]
            for update in updates:
                tf.add_to_collection("resnet_update_ops", update)
            mean, variance = tf.cond(
                training, lambda: (mean, variance), lambda: (moving_mean, moving_variance))
            return tf.nn.batch_normalization(x, mean, variance, beta, gamma, 0.001)

        def conv(x, size, filters, stride):
            return tf.nn.conv2d(
                x, w.kernel("weights", size, size, int(x.shape[-1]), filters), [1, stride, stride, 1], "SAME")

        x = tf.placeholder(tf.float32, [None, 224, 224, 3], name="images")
        red, green, blue = tf.split(x * 255.0, 3, 3)
        x = tf.concat([blue - 103.062623801, green - 115.902882574, red - 123.151630838], 3)
        with tf.variable_scope("scale1"):
            x = tf.nn.relu(norm(conv(x, 7, 64, 2)))
        for scale, (blocks, filters) in enumerate([(3, 64), (4, 128), (6, 256), (3, 512)], 2):
            with tf.variable_scope(f"scale{scale}"):
                if scale == 2:
                    x = tf.nn.max_pool(x, [1, 3, 3, 1], [1, 2, 2, 1], "SAME")
                for block in range(1, blocks + 1):
                    stride = 2 if block == 1 and scale > 2 else 1
                    with tf.variable_scope(f"block{block}"):
                        shortcut = x
                        with tf.variable_scope("a"):
                            y = tf.nn.relu(norm(conv(x, 1, filters, stride)))
                        with tf.variable_scope("b"):
                            y = tf.nn.relu(norm(conv(y, 3, filters, 1)))
                        with tf.variable_scope("c"):
                            y = norm(conv(y, 1, 4 * filters, 1))
                        if block == 1:
                            with tf.variable_scope("shortcut"):
                                shortcut = norm(conv(x, 1, 4 * filters, stride))
                        x = tf.nn.relu(y + shortcut)
        x = tf.reduce_mean(x, [1, 2], name="avg_pool")
        with tf.variable_scope("fc"):
            logits = tf.nn.xw_plus_b(x, w.kernel("weights", 2048, 1000), w.uniform("biases", 1000))
        tf.nn.softmax(logits, name="prob")
        images = pixels(224, 0, 1)
        saver = tf.train.Saver(write_version=1)
        with tf.Session(graph=graph) as session:
            session.run(tf.global_variables_initializer())
            saver.save(session, str(folder / "ResNet-L50.ckpt"), write_state=False)
            expected = session.run(logits, {"images:0": images})
    path = folder / "ResNet-L50.meta"
    (folder / "ResNet-L50.ckpt.meta").rename(path)
    return path, ["--output-layer", logits.op.name], images, expected


def inception_v3_tree(conv, x, pool, join):
    """The network of "Rethinking the Inception architecture" as TF-slim has it.

    `conv(x, scope, filters, size, stride, padding)`, `pool(x, scope, kind, stride, padding)` and
    `join(branches, scope)` make its parts.
    """
    x = conv(x, "Conv2d_1a_3x3", 32, (3, 3), 2, "VALID")
    x = conv(x, "Conv2d_2a_3x3", 32, (3, 3), 1, "VALID")
    x = conv(x, "Conv2d_2b_3x3", 64, (3, 3), 1, "SAME")
    x = pool(x, "MaxPool_3a_3x3", "max", 2, "VALID")
    x = conv(x, "Conv2d_3b_1x1", 80, (1, 1), 1, "VALID")
    x = conv(x, "Conv2d_4a_3x3", 192, (3, 3), 1, "VALID")
    x = pool(x, "MaxPool_5a_3x3", "max", 2, "VALID")

    def branch(x, scope, number, *layers):
        for letter, (filters, size, *rest) in zip("abcdefg", layers):
            stride, padding = rest or (1, "SAME")
            name = f"{scope}/Branch_{number}/Conv2d_0{letter}_{size[0]}x{size[1]}"
            x = conv(x, name, filters, size, stride, padding)
        return x

    def pooled(x, scope, filters):
        y = pool(x, f"{scope}/Branch_3/AvgPool_0a_3x3", "avg", 1, "SAME")
        return conv(y, f"{scope}/Branch_3/Conv2d_0b_1x1", filters, (1, 1), 1, "SAME")

    one, three, five = (1, 1), (3, 3), (5, 5)
    for scope, last in [("Mixed_5b", 32), ("Mixed_5c", 64), ("Mixed_5d", 64)]:
        x = join([
            branch(x, scope, 0, (64, one)), branch(x, scope, 1, (48, one), (64, five)),
            branch(x, scope, 2, (64, one), (96, three), (96, three)), pooled(x, scope, last)], scope)
    down = (2, "VALID")
    x = join([
        branch(x, "Mixed_6a", 0, (384, three, *down)),
        branch(x, "Mixed_6a", 1, (64, one), (96, three), (96, three, *down)),
        pool(x, "Mixed_6a/Branch_2/MaxPool_1a_3x3", "max", 2, "VALID")], "Mixed_6a")
    row, column = (1, 7), (7, 1)
    for scope, n in [("Mixed_6b", 128), ("Mixed_6c", 160), ("Mixed_6d", 160), ("Mixed_6e", 192)]:
        x = join([
            branch(x, scope, 0, (192, one)), branch(x, scope, 1, (n, one), (n, row), (192, column)),
            branch(x, scope, 2, (n, one), (n, column), (n, row), (n, column), (192, row)),
            pooled(x, scope, 192)], scope)
    x = join([
        branch(x, "Mixed_7a", 0, (192, one), (320, three, *down)),
        branch(x, "Mixed_7a", 1, (192, one), (192, row), (192, column), (192, three, *down)),
        pool(x, "Mixed_7a/Branch_2/MaxPool_1a_3x3", "max", 2, "VALID")], "Mixed_7a")
    for scope in ["Mixed_7b", "Mixed_7c"]:
        middle = branch(x, scope, 1, (384, one))
        last = branch(x, scope, 2, (448, one), (384, three))

        def both(y, number):
            return join([
                conv(y, f"{scope}/Branch_{number}/Conv2d_0x_1x3", 384, (1, 3), 1, "SAME"),
                conv(y, f"{scope}/Branch_{number}/Conv2d_0y_3x1", 384, (3, 1), 1, "SAME")],
                f"{scope}/Branch_{number}")

        x = join([branch(x, scope, 0, (320, one)), both(middle, 1), both(last, 2), pooled(x, scope, 192)], scope)
    return x


def pooling(x, name, kind, stride, padding):
    function = tf.nn.max_pool if kind == "max" else tf.nn.avg_pool
    return function(x, [1, 3, 3, 1], [1, stride, stride, 1], padding, name=name)


def inception_v3_slim(folder):
    """A frozen graph of TF-slim's: batch-norm without a factor, a convolution as classifier, 1001 classes."""
    w = Weights(3)
    graph = tf.Graph()
    with graph.as_default():
        def conv(x, scope, filters, size, stride, padding):
            scope = f"InceptionV3/{scope}"
            inner = f"InceptionV3/{scope}"
            kernel = tf.identity(
                w.kernel(f"{scope}/weights", *size, int(x.shape[-1]), filters), name=f"{scope}/weights/read")
            x = tf.nn.conv2d(x, kernel, [1, stride, stride, 1], padding, name=f"{inner}/Conv2D")
            x = tf.nn.fused_batch_norm(
                x, tf.ones([filters], name=f"{inner}/BatchNorm/Const"),
                w.uniform(f"{scope}/BatchNorm/beta", filters),
                mean=w.uniform(f"{scope}/BatchNorm/moving_mean", filters),
                variance=w.uniform(f"{scope}/BatchNorm/moving_variance", filters, 0.5, 1.5), epsilon=0.001,
                is_training=False, name=f"{inner}/BatchNorm/FusedBatchNorm")[0]
            return tf.nn.relu(x, name=f"{inner}/Relu")

        x = tf.placeholder(tf.float32, [None, 299, 299, 3], name="input")
        x = inception_v3_tree(
            conv, x, lambda x, scope, *rest: pooling(x, f"InceptionV3/InceptionV3/{scope}", *rest),
            lambda branches, scope: tf.concat(branches, 3, name=f"InceptionV3/InceptionV3/{scope}/concat"))
        x = tf.nn.avg_pool(x, [1, 8, 8, 1], [1, 1, 1, 1], "VALID", name="InceptionV3/Logits/AvgPool_1a_8x8")
        x = tf.identity(x, name="InceptionV3/Logits/Dropout_1b/Identity")
        scope = "InceptionV3/Logits/Conv2d_1c_1x1"
        x = tf.nn.conv2d(x, w.kernel(f"{scope}/weights", 1, 1, 2048, 1001), [1, 1, 1, 1], "SAME", name=f"{scope}/Conv2D")
        x = tf.nn.bias_add(x, w.uniform(f"{scope}/biases", 1001), name=f"{scope}/BiasAdd")
        x = tf.squeeze(x, [1, 2], name="InceptionV3/Logits/SpatialSqueeze")
        shape = tf.shape(x, name="InceptionV3/Predictions/Shape")
        x = tf.nn.softmax(tf.reshape(x, [-1, 1001]), name="InceptionV3/Predictions/Softmax")
        tf.reshape(x, shape, name="InceptionV3/Predictions/Reshape_1")
    images = pixels(299, -1, 1)
    path = folder / "inception_v3_frozen.pb"
    logits = "InceptionV3/Logits/SpatialSqueeze"
    expected = frozen(path, graph, f"{logits}:0", "input:0", images)
    return path, ["--output-layer", logits], images, expected


def inception_2015(folder):
    """`classify_image_graph_def.pb`: decodes and fits a picture itself, 1008 classes."""
    w = Weights(4)
    graph = tf.Graph()
    numbers = {}

    def scope_of(scope):
        head, _, rest = scope.partition("/")
        mixed = {name: f"mixed_{place}" if place else "mixed" for place, name in enumerate(
            ["Mixed_5b", "Mixed_5c", "Mixed_5d", "Mixed_6a", "Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e",
             "Mixed_7a", "Mixed_7b", "Mixed_7c"])}
        return mixed.get(head), rest

    def numbered(base):
        numbers[base] = numbers.get(base, -1) + 1
        return base if numbers[base] == 0 else f"{base}_{numbers[base]}"

    with graph.as_default():
        def conv(x, scope, filters, size, stride, padding):
            head, rest = scope_of(scope)
            if head is None:
                name = numbered("conv")
            else:
                tower = {"Branch_0": "", "Branch_1": "/tower", "Branch_2": "/tower_1", "Branch_3": "/tower_2"}
                name = numbered(f"{head}{tower[rest.split('/')[0]]}/conv")
            y = tf.nn.conv2d(
                x, w.kernel(f"{name}/conv2d_params", *size, int(x.shape[-1]), filters), [1, stride, stride, 1],
                padding, name=f"{name}/Conv2D")
            parts = [
                y, w.uniform(f"{name}/batchnorm/moving_mean", filters),
                w.uniform(f"{name}/batchnorm/moving_variance", filters, 0.5, 1.5),
                w.uniform(f"{name}/batchnorm/beta", filters), w.uniform(f"{name}/batchnorm/gamma", filters, 0.5, 1.5)]
            y = tf.identity_n(parts, name=f"{name}/batchnorm")[0]
            y = tf.check_numerics(y, "conv", name=f"{name}/CheckNumerics")
            return tf.nn.relu(y, name=name)

        def pool(x, scope, kind, stride, padding):
            head, rest = scope_of(scope)
            return pooling(x, numbered(f"{head}/pool" if head else "pool"), kind, stride, padding)

        def join(branches, scope):
            head, rest = scope_of(scope)
            return tf.raw_ops.Concat(
                concat_dim=3, values=branches,
                name=f"{head}/join" if not rest else numbered(f"{head}/{rest}/mixed/join"))

        contents = tf.placeholder(tf.string, [], name="DecodeJpeg/contents")
        x = tf.cast(tf.image.decode_jpeg(contents, channels=3, name="DecodeJpeg"), tf.float32, name="Cast")
        x = tf.image.resize_bilinear(tf.expand_dims(x, 0, name="ExpandDims"), [299, 299], name="ResizeBilinear")
        x = tf.multiply(tf.subtract(x, 128.0, name="Sub"), 0.0078125, name="Mul")
        x = inception_v3_tree(conv, x, pool, join)
        x = tf.nn.avg_pool(x, [1, 8, 8, 1], [1, 1, 1, 1], "VALID", name="pool_3")
        x = tf.reshape(x, [1, 2048], name="pool_3/_reshape")
        x = tf.matmul(x, w.kernel("softmax/weights", 2048, 1008), name="softmax/logits/MatMul")
        x = tf.nn.bias_add(x, w.uniform("softmax/biases", 1008), name="softmax/logits")
        tf.nn.softmax(x, name="softmax")

    def older(definition):
        for node in definition.node:
            if node.op == "IdentityN":
                node.op = "BatchNormWithGlobalNormalization"
                node.attr.clear()
                node.attr["T"].type = 1
                node.attr["variance_epsilon"].f = 0.001
                node.attr["scale_after_normalization"].b = True
        definition.versions.producer = 8

    images = pixels(299, 0, 255, count=1)
    path = folder / "classify_image_graph_def.pb"
    expected = frozen(path, graph, "softmax/logits:0", "ResizeBilinear:0", images, older)
    return path, ["--output-layer", "softmax/logits"], images, expected


def inception5h(folder):
    """DeepDream's `tensorflow_inception_graph.pb`: GoogLeNet of bytes less 117, three classifiers."""
    w = Weights(5)
    graph = tf.Graph()
    with graph.as_default():
        def conv(x, name, filters, size, stride=1):
            y = tf.nn.conv2d(
                x, w.kernel(f"{name}_w", size, size, int(x.shape[-1]), filters), [1, stride, stride, 1], "SAME",
                name=f"{name}_pre_relu/conv")
            y = tf.nn.bias_add(y, w.uniform(f"{name}_b", filters), name=f"{name}_pre_relu")
            return tf.nn.relu(y, name=name)

        def pool(x, name, stride=2):
            return tf.nn.max_pool(x, [1, 3, 3, 1], [1, stride, stride, 1], "SAME", name=name)

        def mixed(x, name, one, three, five, last):
            parts = [
                conv(x, f"{name}_1x1", one, 1),
                conv(conv(x, f"{name}_3x3_bottleneck", three[0], 1), f"{name}_3x3", three[1], 3),
                conv(conv(x, f"{name}_5x5_bottleneck", five[0], 1), f"{name}_5x5", five[1], 5),
                conv(pool(x, f"{name}_pool", 1), f"{name}_pool_reduce", last, 1)]
            return tf.raw_ops.Concat(concat_dim=3, values=parts, name=name)

        def head(x, number):
            x = tf.nn.avg_pool(x, [1, 5, 5, 1], [1, 3, 3, 1], "VALID", name=f"head{number}_pool")
            x = conv(x, f"head{number}_bottleneck", 128, 1)
            x = tf.reshape(x, [-1, 2048])
            x = tf.nn.relu(tf.nn.bias_add(
                tf.matmul(x, w.kernel(f"nn{number}_w", 2048, 1024)), w.uniform(f"nn{number}_b", 1024)))
            answer(x, number)

        def answer(x, number):
            x = tf.matmul(x, w.kernel(f"softmax{number}_w", 1024, 1008), name=f"softmax{number}_pre_activation/matmul")
            x = tf.nn.bias_add(x, w.uniform(f"softmax{number}_b", 1008), name=f"softmax{number}_pre_activation")
            tf.identity(tf.nn.softmax(x, name=f"softmax{number}"), name=f"output{number or ''}")

        lrn = dict(depth_radius=5, bias=2.0, alpha=1e-4, beta=0.5)
        x = tf.placeholder(tf.float32, None, name="input")
        x.set_shape([None, None, None, 3])
        x = pool(conv(x, "conv2d0", 64, 7, 2), "maxpool0")
        x = tf.nn.lrn(x, name="localresponsenorm0", **lrn)
        x = conv(conv(x, "conv2d1", 64, 1), "conv2d2", 192, 3)
        x = pool(tf.nn.lrn(x, name="localresponsenorm1", **lrn), "maxpool1")
        x = mixed(x, "mixed3a", 64, (96, 128), (16, 32), 32)
        x = pool(mixed(x, "mixed3b", 128, (128, 192), (32, 96), 64), "maxpool4")
        x = mixed(x, "mixed4a", 192, (96, 204), (16, 48), 64)
        head(x, 0)
        x = mixed(x, "mixed4b", 160, (112, 224), (24, 64), 64)
        x = mixed(x, "mixed4c", 128, (128, 256), (24, 64), 64)
        x = mixed(x, "mixed4d", 112, (144, 288), (32, 64), 64)
        head(x, 1)
        x = pool(mixed(x, "mixed4e", 256, (160, 320), (32, 128), 128), "maxpool10")
        x = mixed(x, "mixed5a", 256, (160, 320), (48, 128), 128)
        x = mixed(x, "mixed5b", 384, (192, 384), (48, 128), 128)
        x = tf.nn.avg_pool(x, [1, 7, 7, 1], [1, 1, 1, 1], "VALID", name="avgpool0")
        answer(tf.reshape(x, [-1, 1024], name="avgpool0/reshape"), 2)
    images = pixels(224, -117, 138)
    path = folder / "tensorflow_inception_graph.pb"
    expected = frozen(path, graph, "softmax2_pre_activation:0", "input:0", images)
    return path, ["--output-layer", "softmax2_pre_activation"], images, expected


NETWORKS = {
    "ry's tensorflow-vgg16": vgg16_tfmodel,
    "ry's tensorflow-resnet": resnet_l50,
    "TF-slim's Inception V3, frozen": inception_v3_slim,
    "Inception of 2015": inception_2015,
    "DeepDream's inception5h": inception5h,
}
