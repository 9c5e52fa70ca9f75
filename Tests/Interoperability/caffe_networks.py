"""Networks of Caffe's Model Zoo, layer for layer, with weights that a seed makes, written as Caffe of three
generations writes them."""

import sys
from pathlib import Path

import numpy

sys.path.append(str(Path(__file__).parents[1] / "ModelFormatsTests/Fixtures"))
from caffe_wire import field, varint  # noqa: E402

V1_TYPES = {
    "Concat": 3, "Convolution": 4, "Dropout": 6, "InnerProduct": 14, "LRN": 15, "Pooling": 17, "ReLU": 18,
    "Softmax": 20, "Eltwise": 25}
V1_NAMES = {"InnerProduct": "INNER_PRODUCT"}
# Of each kind of parameters its field in today's layers and in V1's, and its own fields.
PARAMETERS = {
    "concat_param": (104, 9, {"axis": 2}),
    "convolution_param": (106, 10, {
        "num_output": 1, "bias_term": 2, "pad": 3, "kernel_size": 4, "group": 5, "stride": 6}),
    "dropout_param": (108, 12, {"dropout_ratio": 1}),
    "eltwise_param": (110, 24, {"operation": 1}),
    "inner_product_param": (117, 17, {"num_output": 1}),
    "lrn_param": (118, 18, {"local_size": 1, "alpha": 2, "beta": 3}),
    "pooling_param": (121, 19, {"pool": 1, "kernel_size": 2, "stride": 3, "pad": 4, "global_pooling": 12}),
    "batch_norm_param": (139, None, {"use_global_stats": 1, "eps": 3}),
    "scale_param": (142, None, {"bias_term": 4}),
}
ENUMERATED = {"MAX": 0, "AVE": 1}


class Network:
    """Layers are added in order; each reads the last one's top where nothing else is said."""

    def __init__(self, name, edge, generation="today", seed=0):
        self.name, self.edge, self.generation = name, edge, generation
        self.layers = []
        self.channels = {"data": 3}
        self.sizes = {"data": edge}
        self.last = "data"
        self.random = numpy.random.default_rng(seed)

    def add(self, name, kind, parameters=None, settings=None, bottoms=None, top=None, blobs=(), channels=None,
            size=None):
        bottoms = bottoms or [self.last]
        top = top or name
        self.layers.append((name, kind, bottoms, top, parameters, settings or {}, list(blobs)))
        self.channels[top] = channels or self.channels[bottoms[0]]
        self.sizes[top] = size or self.sizes[bottoms[0]]
        self.last = top
        return top

    def normal(self, shape, deviation):
        return (deviation * self.random.standard_normal(shape)).astype("f4")

    def conv(self, name, filters, kernel, stride=1, pad=0, group=1, bias=True, bottom=None, gain=2.0):
        bottom = bottom or self.last
        inputs = self.channels[bottom] // group
        deviation = (gain / (inputs * kernel * kernel)) ** 0.5
        # Pixels are bytes.
        if bottom == "data": deviation /= 60
        blobs = [self.normal((filters, inputs, kernel, kernel), deviation)]
        settings = {"num_output": filters, "kernel_size": kernel}
        if stride != 1: settings["stride"] = stride
        if pad: settings["pad"] = pad
        if group != 1: settings["group"] = group
        if bias: blobs.append(self.normal((filters,), 0.1))
        else: settings["bias_term"] = False
        size = (self.sizes[bottom] + 2 * pad - kernel) // stride + 1
        return self.add(name, "Convolution", "convolution_param", settings, [bottom], None, blobs, filters, size)

    def relu(self, name, top=None):
        """In place where no other top is said."""
        return self.add(name, "ReLU", top=top or self.last)

    def pool(self, name, kernel=0, stride=1, pad=0, mean=False, bottom=None):
        bottom = bottom or self.last
        size = self.sizes[bottom]
        if kernel == 0:
            return self.add(name, "Pooling", "pooling_param", {"pool": "AVE", "global_pooling": True}, [bottom], size=1)
        settings = {"pool": "AVE" if mean else "MAX", "kernel_size": kernel, "stride": stride}
        if pad: settings["pad"] = pad
        out = -(-(size + 2 * pad - kernel) // stride) + 1
        if pad and (out - 1) * stride >= size + pad: out -= 1
        return self.add(name, "Pooling", "pooling_param", settings, [bottom], size=out)

    def lrn(self, name):
        return self.add(name, "LRN", "lrn_param", {"local_size": 5, "alpha": 0.0001, "beta": 0.75})

    def norm(self, name, scale, eps=None, in_place=True):
        channels = self.channels[self.last]
        factor = 999.98
        blobs = [self.normal((channels,), 0.1) * factor,
                 (0.5 + self.random.random(channels)).astype("f4") * numpy.float32(factor),
                 numpy.array([factor], "f4")]
        settings = {"use_global_stats": True}
        if eps: settings["eps"] = eps
        self.add(name, "BatchNorm", "batch_norm_param", settings, top=self.last if in_place else None, blobs=blobs)
        self.add(scale, "Scale", "scale_param", {"bias_term": True}, top=self.last,
                 blobs=[(0.8 + 0.4 * self.random.random(channels)).astype("f4"), self.normal((channels,), 0.1)])

    def dense(self, name, units, gain=2.0):
        inputs = self.channels[self.last] * self.sizes[self.last] ** 2
        return self.add(name, "InnerProduct", "inner_product_param", {"num_output": units},
                        blobs=[self.normal((units, inputs), (gain / inputs) ** 0.5), self.normal((units,), 0.1)],
                        channels=units, size=1)

    def dropout(self, name, rate=0.5):
        return self.add(name, "Dropout", "dropout_param", {"dropout_ratio": rate}, top=self.last)

    def text(self, generation):
        lines = [f'name: "{self.name}"', 'input: "data"'] + [f"input_dim: {d}" for d in (1, 3, self.edge, self.edge)]
        for name, kind, bottoms, top, parameters, settings, _ in self.layers:
            written = f'"{kind}"' if generation == "today" else V1_NAMES.get(kind, kind.upper())
            words = [f'name: "{name}"', f"type: {written}"] + [f'bottom: "{b}"' for b in bottoms] + [f'top: "{top}"']
            if parameters:
                inner = " ".join(f"{key}: {str(value).lower() if isinstance(value, bool) else value}" for key, value in settings.items())
                words.append(f"{parameters} {{ {inner} }}")
            lines.append(("layer" if generation == "today" else "layers") + " { " + " ".join(words) + " }")
        return "\n".join(lines) + "\n"

    def binary(self, generation):
        parts = [field(1, self.name), field(3, "data")] + [field(4, d) for d in (1, 3, self.edge, self.edge)]
        return b"".join(parts + [getattr(self, "layer_" + generation)(*layer) for layer in self.layers])

    def settings(self, parameters, settings):
        return b"".join(
            field(PARAMETERS[parameters][2][key], ENUMERATED.get(value, value)) for key, value in settings.items())

    def layer_today(self, name, kind, bottoms, top, parameters, settings, blobs):
        body = field(1, name) + field(2, kind) + b"".join(field(3, b) for b in bottoms) + field(4, top)
        for blob in blobs:
            shape = field(1, b"".join(varint(d) for d in blob.shape))
            body += field(7, field(7, shape) + field(5, blob.astype("<f4").tobytes()))
        if parameters:
            body += field(PARAMETERS[parameters][0], self.settings(parameters, settings))
        return field(100, body)

    def old_blob(self, blob):
        dimensions = (1,) * (4 - blob.ndim) + blob.shape
        return b"".join(field(n + 1, d) for n, d in enumerate(dimensions)) + field(5, blob.astype("<f4").tobytes())

    def layer_v1(self, name, kind, bottoms, top, parameters, settings, blobs):
        body = b"".join(field(2, b) for b in bottoms) + field(3, top) + field(4, name) + field(5, V1_TYPES[kind])
        body += b"".join(field(6, self.old_blob(blob)) for blob in blobs)
        if parameters:
            body += field(PARAMETERS[parameters][1], self.settings(parameters, settings))
        return field(2, body)

    def layer_v0(self, name, kind, bottoms, top, parameters, settings, blobs):
        types = {"Convolution": "conv", "Pooling": "pool", "ReLU": "relu", "LRN": "lrn", "Dropout": "dropout",
                 "InnerProduct": "innerproduct", "Softmax": "softmax", "Concat": "concat"}
        fields = {"num_output": 3, "bias_term": 4, "kernel_size": 8, "group": 9, "stride": 10, "pool": 11,
                  "dropout_ratio": 12, "local_size": 13, "alpha": 14, "beta": 15}
        before = b""
        pad = settings.get("pad", 0) if kind == "Convolution" else 0
        if pad:
            # Padding was a layer of its own.
            padding = field(1, "pad_" + name) + field(2, "padding") + field(7, pad)
            before = field(2, field(1, padding) + field(2, bottoms[0]) + field(3, "pad_" + name))
            bottoms = ["pad_" + name]
        inner = field(1, name) + field(2, types[kind])
        inner += b"".join(
            field(7 if key == "pad" else fields[key], ENUMERATED.get(value, value)) for key, value in settings.items()
            if key != "pad" or kind != "Convolution")
        inner += b"".join(field(50, self.old_blob(blob)) for blob in blobs)
        return before + field(2, field(1, inner) + b"".join(field(2, b) for b in bottoms) + field(3, top))


def classified(net):
    """Three dense layers behind it, as AlexNet's and VGG's."""
    for number in (6, 7):
        net.dense(f"fc{number}", 4096)
        net.relu(f"relu{number}")
        net.dropout(f"drop{number}")
    net.dense("fc8", 1000)
    net.add("prob", "Softmax")
    return net


def vgg(name, counts):
    net = Network(name, 224, "v1")
    for stage, (count, filters) in enumerate(zip(counts, (64, 128, 256, 512, 512)), 1):
        for place in range(1, count + 1):
            net.conv(f"conv{stage}_{place}", filters, 3, pad=1)
            net.relu(f"relu{stage}_{place}")
        net.pool(f"pool{stage}", 2, 2)
    return classified(net)


def nin():
    net = Network("nin_imagenet", 224, "v1")
    for stage, (filters, kernel, stride, pad, more) in enumerate(
            [(96, 11, 4, 0, 96), (256, 5, 1, 2, 256), (384, 3, 1, 1, 384), (1024, 3, 1, 1, 1024)], 1):
        suffix = "" if stage < 4 else "-1024"
        net.conv(f"conv{stage}{suffix}", filters, kernel, stride, pad)
        net.relu(f"relu{stage}_0")
        for place in (1, 2):
            last = stage == 4 and place == 2
            net.conv(f"cccp{2 * stage - 2 + place}{suffix}", 1000 if last else more, 1)
            net.relu(f"relu{stage}_{place}")
        if stage < 4: net.pool(f"pool{stage}", 3, 2)
        if stage == 3: net.dropout("drop")
    net.pool("pool4", 6, 1, mean=True)
    return net


def alexnet(caffenet):
    net = Network("CaffeNet" if caffenet else "AlexNet", 227, "v0" if caffenet else "v1")
    for number, (filters, kernel, stride, pad, group) in enumerate(
            [(96, 11, 4, 0, 1), (256, 5, 1, 2, 2), (384, 3, 1, 1, 1), (384, 3, 1, 1, 2), (256, 3, 1, 1, 2)], 1):
        net.conv(f"conv{number}", filters, kernel, stride, pad, group)
        net.relu(f"relu{number}")
        if number <= 2:
            # CaffeNet pools first.
            if caffenet: net.pool(f"pool{number}", 3, 2)
            net.lrn(f"norm{number}")
            if not caffenet: net.pool(f"pool{number}", 3, 2)
    net.pool("pool5", 3, 2)
    return classified(net)


def googlenet():
    net = Network("GoogleNet", 224)
    net.conv("conv1/7x7_s2", 64, 7, 2, 3); net.relu("conv1/relu_7x7")
    net.pool("pool1/3x3_s2", 3, 2); net.lrn("pool1/norm1")
    net.conv("conv2/3x3_reduce", 64, 1); net.relu("conv2/relu_3x3_reduce")
    net.conv("conv2/3x3", 192, 3, pad=1); net.relu("conv2/relu_3x3"); net.lrn("conv2/norm2")
    net.pool("pool2/3x3_s2", 3, 2)
    widths = {
        "3a": (64, 96, 128, 16, 32, 32), "3b": (128, 128, 192, 32, 96, 64), "4a": (192, 96, 208, 16, 48, 64),
        "4b": (160, 112, 224, 24, 64, 64), "4c": (128, 128, 256, 24, 64, 64), "4d": (112, 144, 288, 32, 64, 64),
        "4e": (256, 160, 320, 32, 128, 128), "5a": (256, 160, 320, 32, 128, 128), "5b": (384, 192, 384, 48, 128, 128)}
    for block, (one, three_in, three, five_in, five, pool) in widths.items():
        bottom, name = net.last, f"inception_{block}"
        net.conv(f"{name}/1x1", one, 1, bottom=bottom); net.relu(f"{name}/relu_1x1")
        for size, reduced, filters in (("3x3", three_in, three), ("5x5", five_in, five)):
            net.conv(f"{name}/{size}_reduce", reduced, 1, bottom=bottom); net.relu(f"{name}/relu_{size}_reduce")
            net.conv(f"{name}/{size}", filters, int(size[0]), pad=int(size[0]) // 2); net.relu(f"{name}/relu_{size}")
        net.pool(f"{name}/pool", 3, 1, 1, bottom=bottom)
        net.conv(f"{name}/pool_proj", pool, 1); net.relu(f"{name}/relu_pool_proj")
        net.add(f"{name}/output", "Concat", bottoms=[f"{name}/{part}" for part in ("1x1", "3x3", "5x5", "pool_proj")],
                channels=one + three + five + pool)
        if block in ("3b", "4e"): net.pool(f"pool{int(block[0])}/3x3_s2", 3, 2)
    net.pool("pool5/7x7_s1", 7, 1, mean=True)
    net.dropout("pool5/drop_7x7_s1", 0.4)
    net.dense("loss3/classifier", 1000)
    net.add("prob", "Softmax")
    return net


def squeezenet(version):
    net = Network(f"SqueezeNet {version}", 227)
    first = (96, 7) if version == "1.0" else (64, 3)
    pools = (1, 4, 8) if version == "1.0" else (1, 3, 5)
    net.conv("conv1", first[0], first[1], 2); net.relu("relu_conv1"); net.pool("pool1", 3, 2)
    for number, (squeeze, expand) in enumerate(
            [(16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256)], 2):
        name = f"fire{number}"
        net.conv(f"{name}/squeeze1x1", squeeze, 1); net.relu(f"{name}/relu_squeeze1x1")
        bottom = net.last
        for size in (1, 3):
            net.conv(f"{name}/expand{size}x{size}", expand, size, pad=size // 2, bottom=bottom)
            net.relu(f"{name}/relu_expand{size}x{size}")
        net.add(f"{name}/concat", "Concat", bottoms=[f"{name}/expand1x1", f"{name}/expand3x3"], channels=2 * expand)
        if number in pools: net.pool(f"pool{number}", 3, 2)
    net.dropout("drop9")
    # The first version pads a window of one pixel.
    net.conv("conv10", 1000, 1, pad=1 if version == "1.0" else 0)
    net.relu("relu_conv10"); net.pool("pool10")
    net.add("prob", "Softmax")
    return net


def resnet50():
    net = Network("ResNet-50", 224)
    net.conv("conv1", 64, 7, 2, 3); net.norm("bn_conv1", "scale_conv1"); net.relu("conv1_relu"); net.pool("pool1", 3, 2)
    for stage, (count, width) in enumerate([(3, 64), (4, 128), (6, 256), (3, 512)], 2):
        for block in "abcdef"[:count]:
            name, bottom = f"{stage}{block}", net.last
            stride = 2 if block == "a" and stage > 2 else 1
            shortcut = bottom
            if block == "a":
                shortcut = net.conv(f"res{name}_branch1", 4 * width, 1, stride, bias=False, bottom=bottom, gain=1.0)
                net.norm(f"bn{name}_branch1", f"scale{name}_branch1")
            for part, filters, kernel in (("2a", width, 1), ("2b", width, 3), ("2c", 4 * width, 1)):
                net.conv(f"res{name}_branch{part}", filters, kernel, stride if part == "2a" else 1, kernel // 2,
                         bias=False, bottom=bottom if part == "2a" else None)
                net.norm(f"bn{name}_branch{part}", f"scale{name}_branch{part}")
                if part != "2c": net.relu(f"res{name}_branch{part}_relu")
            net.add(f"res{name}", "Eltwise", bottoms=[shortcut, net.last]); net.relu(f"res{name}_relu")
    net.pool("pool5", 7, 1, mean=True)
    net.dense("fc1000", 1000)
    net.add("prob", "Softmax")
    return net


def mobilenet():
    net = Network("MOBILENET", 224)

    def conv(name, *arguments, **options):
        net.conv(name, *arguments, bias=False, **options); net.norm(f"{name}/bn", f"{name}/scale"); net.relu(f"relu{name[4:]}")

    conv("conv1", 32, 3, stride=2, pad=1)
    plan = [("2_1", 64, 1), ("2_2", 128, 2), ("3_1", 128, 1), ("3_2", 256, 2), ("4_1", 256, 1), ("4_2", 512, 2)] + \
        [(f"5_{n}", 512, 1) for n in range(1, 6)] + [("5_6", 1024, 2), ("6", 1024, 1)]
    for name, filters, stride in plan:
        channels = net.channels[net.last]
        conv(f"conv{name}/dw", channels, 3, stride=stride, pad=1, group=channels)
        conv(f"conv{name}/sep", filters, 1)
    net.pool("pool6")
    net.conv("fc7", 1000, 1)
    net.add("prob", "Softmax")
    return net


def densenet121():
    net = Network("DENSENET_121", 224)

    def conv(name, filters, kernel, **options):
        net.norm(f"{name}/bn", f"{name}/scale", in_place=False); net.relu(f"relu_{name}"); net.conv(name, filters, kernel, bias=False, **options)

    net.conv("conv1", 64, 7, 2, 3, bias=False); net.norm("conv1/bn", "conv1/scale"); net.relu("relu1"); net.pool("pool1", 3, 2, 1)
    for stage, count in enumerate((6, 12, 24, 16), 2):
        for number in range(1, count + 1):
            bottom, name = net.last, f"conv{stage}_{number}"
            conv(f"{name}/x1", 128, 1); conv(f"{name}/x2", 32, 3, pad=1)
            net.add(f"concat_{stage}_{number}", "Concat", "concat_param", {"axis": 1}, [bottom, net.last],
                    channels=net.channels[bottom] + 32)
        if stage < 5:
            conv(f"conv{stage}_blk", net.channels[net.last] // 2, 1); net.pool(f"pool{stage}", 2, 2, mean=True)
    net.norm("conv5_blk/bn", "conv5_blk/scale", in_place=False); net.relu("relu5_blk")
    net.pool("pool5")
    net.conv("fc6", 1000, 1)
    return net


NETWORKS = {
    "vgg16": lambda: vgg("VGG_ILSVRC_16_layers", (2, 2, 3, 3, 3)),
    "vgg19": lambda: vgg("VGG_ILSVRC_19_layers", (2, 2, 4, 4, 4)),
    "nin": nin, "alexnet": lambda: alexnet(False), "caffenet": lambda: alexnet(True), "googlenet": googlenet,
    "squeezenet1.0": lambda: squeezenet("1.0"), "squeezenet1.1": lambda: squeezenet("1.1"), "resnet50": resnet50,
    "mobilenet": mobilenet, "densenet121": densenet121,
}
