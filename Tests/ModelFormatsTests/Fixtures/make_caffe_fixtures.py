"""Writes caffe/: small networks as Caffe of three generations wrote them, and what they compute.

    python3 -m venv venv && venv/bin/pip install numpy h5py 'opencv-python-headless<5'
    venv/bin/python make_caffe_fixtures.py

The judge is OpenCV's dnn, which computes what Caffe does; where it does not, a reference of NumPy below by
Caffe's source: means of windows that hang over the padding, and normalisation within channels.
"""

import json
from pathlib import Path

import cv2
import h5py
import numpy as np

from caffe_wire import field, varint

FOLDER = Path(__file__).parent / "caffe"


def blob(array):
    return field(7, b"".join(field(1, d) for d in array.shape)) + field(5, array)


def packed_blob(array):
    """As today's Caffe writes it: dimensions in one field."""
    return field(7, field(1, b"".join(varint(d) for d in array.shape))) + field(5, array)


def old_blob(array):
    n, c, h, w = (1,) * (4 - array.ndim) + array.shape
    return field(1, n) + field(2, c) + field(3, h) + field(4, w) + field(5, array)


def values(name, shape, scale=0.3, low=None):
    seed = sum(ord(letter) * (place + 1) for place, letter in enumerate(name))
    random = np.random.default_rng(seed)
    if low is not None:
        return random.uniform(low, low + 1, shape).astype("f4")
    return random.normal(0, scale, shape).astype("f4")


def image(shape):
    """Two of them, by a formula that the tests have too: pixels row by row, channels last."""
    c, h, w = shape
    flat = np.array([(place * 7919 % 1000) / 500 - 1 for place in range(2 * c * h * w)], "f4")
    return np.ascontiguousarray(flat.reshape(2, h, w, c).transpose(0, 3, 1, 2))


def opencv(prototxt, model, x, output=None):
    net = cv2.dnn.readNetFromCaffe(str(prototxt), str(model))
    net.setInput(x)
    return net.forward(output) if output else net.forward()


# --- current: batch-norm with factors, groups, gaps, everything that joins and splits ---

CURRENT = """name: "current"
layer { name: "data" type: "Input" top: "data" input_param { shape: { dim: 1 dim: 3 dim: 17 dim: 15 } } }
layer { name: "conv1" type: "Convolution" bottom: "data" top: "conv1"
  convolution_param { num_output: 8 bias_term: false kernel_h: 3 kernel_w: 5 pad_h: 1 pad_w: 2 stride_h: 2 stride_w: 1 } }
layer { name: "bn1" type: "BatchNorm" bottom: "conv1" top: "conv1" batch_norm_param { eps: 0.01 } }
layer { name: "scale1" type: "Scale" bottom: "conv1" top: "conv1" scale_param { bias_term: true } }
layer { name: "relu1" type: "ReLU" bottom: "conv1" top: "conv1" }
layer { name: "pool1" type: "Pooling" bottom: "conv1" top: "pool1" pooling_param { pool: MAX kernel_size: 3 stride: 2 } }
layer { name: "block/a" type: "Convolution" bottom: "pool1" top: "block/a"
  convolution_param { num_output: 8 kernel_size: 3 pad: 2 group: 2 dilation: 2 } }
layer { name: "block/bn" type: "BatchNorm" bottom: "block/a" top: "block/bn" }
layer { name: "block/relu" type: "ReLU" bottom: "block/bn" top: "block/bn" relu_param { negative_slope: 0.1 } }
layer { name: "block/sum" type: "Eltwise" bottom: "pool1" bottom: "block/bn" top: "block/sum" eltwise_param { operation: SUM coeff: 0.5 coeff: 2 } }
layer { name: "slice" type: "Slice" bottom: "block/sum" top: "left" top: "right" slice_param { axis: 1 slice_point: 3 } }
layer { name: "prelu" type: "PReLU" bottom: "left" top: "left" }
layer { name: "elu" type: "ELU" bottom: "right" top: "right" elu_param { alpha: 0.7 } }
layer { name: "join" type: "Concat" bottom: "right" bottom: "left" top: "join" }
layer { name: "depthwise" type: "Convolution" bottom: "join" top: "depthwise"
  convolution_param { num_output: 8 kernel_size: 3 pad: 1 group: 8 } }
layer { name: "max" type: "Eltwise" bottom: "join" bottom: "depthwise" top: "max" eltwise_param { operation: MAX } }
layer { name: "power" type: "Power" bottom: "max" top: "power" power_param { power: 2 scale: 0.5 shift: 1.5 } }
layer { name: "tanh" type: "TanH" bottom: "power" top: "tanh" }
layer { name: "prod" type: "Eltwise" bottom: "tanh" bottom: "join" top: "prod" eltwise_param { operation: PROD } }
layer { name: "drop" type: "Dropout" bottom: "prod" top: "prod" dropout_param { dropout_ratio: 0.3 } }
layer { name: "fc" type: "InnerProduct" bottom: "prod" top: "fc" inner_product_param { num_output: 5 } }
layer { name: "prob" type: "Softmax" bottom: "fc" top: "prob" }
"""


def current():
    v = values
    blobs = {
        "conv1": [v("conv1", (8, 3, 3, 5))],
        "bn1": [v("m1", (8,)) * 3.5, v("v1", (8,), low=0.5) * 3.5, np.array([3.5], "f4")],
        "scale1": [v("s1", (8,), low=0.5), v("t1", (8,))],
        "block/a": [v("a", (8, 4, 3, 3)), v("ab", (8,))],
        "block/bn": [v("m2", (8,)) * 999.98, v("v2", (8,), low=0.5) * 999.98, np.array([999.98], "f4")],
        "prelu": [v("prelu", (3,), low=0.1)],
        "depthwise": [v("d", (8, 1, 3, 3)), v("db", (8,))],
        "fc": [v("fc", (5, 8 * 4 * 7)), v("fcb", (5,))],
    }
    return blobs


def layer(name, kind, bottoms, tops, *rest):
    return field(100, field(1, name) + field(2, kind) + b"".join(field(3, b) for b in bottoms)
                 + b"".join(field(4, t) for t in tops) + b"".join(rest))


def weights_alone(name, blobs, write=blob):
    """A file whose net says no more than names and weights."""
    kinds = {"conv": "Convolution"}
    return field(1, name) + b"".join(
        layer(key, kinds.get(key, "Weights"), [], [], *(field(7, write(a)) for a in arrays))
        for key, arrays in blobs.items())


# --- a net as its training left it: data, Split, loss, phases ---

def trained():
    v = values
    f = field
    convolution = lambda *fields: f(106, b"".join(fields))
    return f(1, "trained") + \
        layer("data", "Data", [], ["data", "label"], f(8, f(1, 0)),
              f(100, f(1, 0.017) + f(3, 12) + f(5, 103.94) + f(5, 116.78) + f(5, 123.68)), f(107, f(1, "/data/train"))) + \
        layer("conv", "Convolution", ["data"], ["conv"], f(6, f(3, 0.0)), f(6, f(3, 0.0)),
              convolution(f(1, 6) + f(3, 1) + f(4, 3) + f(6, 2)), f(7, packed_blob(v("c", (6, 3, 3, 3)))), f(7, packed_blob(v("cb", (6,))))) + \
        layer("conv_split", "Split", ["conv"], ["conv_0", "conv_1"]) + \
        layer("side", "Convolution", ["conv_0"], ["side"], convolution(f(1, 6) + f(4, 1)),
              f(7, packed_blob(v("side", (6, 6, 1, 1)))), f(7, packed_blob(v("sideb", (6,))))) + \
        layer("noise", "Dropout", ["side"], ["side"], f(8, f(1, 0))) + \
        layer("sum", "Eltwise", ["side", "conv_1"], ["sum"]) + \
        layer("aux", "InnerProduct", ["sum"], ["aux"], f(117, f(1, 4)), f(7, packed_blob(v("aux", (4, 216)))), f(7, packed_blob(v("auxb", (4,))))) + \
        layer("aux_loss", "SoftmaxWithLoss", ["aux", "label"], ["aux_loss"], f(5, 0.3)) + \
        layer("fc", "InnerProduct", ["sum"], ["fc"], f(6, f(3, 10.0)), f(6, f(3, 20.0)), f(117, f(1, 4)), f(9999, "somebody's own"),
              f(7, packed_blob(v("fcw", (4, 216)))), f(7, packed_blob(v("fcb2", (4,))))) + \
        layer("loss", "SoftmaxWithLoss", ["fc", "label"], ["loss"]) + \
        layer("accuracy", "Accuracy", ["fc", "label"], ["accuracy"], f(8, f(1, 1)))


TRAINED = """input: "data" input_shape { dim: 1 dim: 3 dim: 12 dim: 12 }
layer { name: "conv" type: "Convolution" bottom: "data" top: "conv" convolution_param { num_output: 6 pad: 1 kernel_size: 3 stride: 2 } }
layer { name: "side" type: "Convolution" bottom: "conv" top: "side" convolution_param { num_output: 6 kernel_size: 1 } }
layer { name: "sum" type: "Eltwise" bottom: "side" bottom: "conv" top: "sum" }
layer { name: "fc" type: "InnerProduct" bottom: "sum" top: "fc" inner_product_param { num_output: 4 } }
layer { name: "prob" type: "Softmax" bottom: "fc" top: "prob" }
"""

# --- the same network in V0, V1 and today's words ---

BODY = {"conv1": (6, 3, 5, 5), "conv2": (8, 3, 3, 3), "ip1": (7, 8 * 3 * 3), "ip2": (4, 7)}


def generations():
    return {name: [values(name, shape), values(name + "b", (shape[0],))] for name, shape in BODY.items()}


TODAY = """name: "generations"  # as today
input: 'data'
input_shape: { dim: 2, dim: 3; dim: 14 dim: 14 }
layer { name: "conv1" type: "Convolution" bottom: "data" top: "conv1" convolution_param { num_output: 6 kernel_size: 5 pad: 2 } }
layer { name: "relu1" type: "ReLU" bottom: "conv1" top: "conv1" }
layer { name: "norm1" type: "LRN" bottom: "conv1" top: "norm1" lrn_param { local_size: 3 alpha: 0.05 beta: 0.75 } }
layer { name: "pool1" type: "Pooling" bottom: "norm1" top: "pool1" pooling_param { pool: MAX kernel_size: 3 stride: 2 } }
layer { name: "conv2" type: "Convolution" bottom: "pool1" top: "conv2" convolution_param { num_output: 8 kernel_size: 3 pad: 1 group: 2 } }
layer { name: "relu2" type: "ReLU" bottom: "conv2" top: "conv2" }
layer { name: "pool2" type: "Pooling" bottom: "conv2" top: "pool2" pooling_param { pool: AVE kernel_size: 3 stride: 2 } }
layer { name: "ip1" type: "InnerProduct" bottom: "pool2" top: "ip1" inner_product_param { num_output: 7 } }
layer { name: "sigmoid" type: "Sigmoid" bottom: "ip1" top: "ip1" }
layer { name: "ip2" type: "InnerProduct" bottom: "ip1" top: "ip2" inner_product_param { num_output: 4 } }
layer { name: "prob" type: "Softmax" bottom: "ip2" top: "prob" }
"""

V1 = (TODAY.replace("layer {", "layers {").replace("# as today", "# V1").replace("input_shape: { dim: 2, dim: 3; dim: 14 dim: 14 }", "input_dim: 2 input_dim: 3 input_dim: 14 input_dim: 14")
      .replace('"Convolution"', "CONVOLUTION").replace('"ReLU"', "RELU").replace('"LRN"', "LRN")
      .replace('"Pooling"', "POOLING").replace('"InnerProduct"', "INNER_PRODUCT").replace('"Sigmoid"', "SIGMOID")
      .replace('"Softmax"', "SOFTMAX"))


def v0(name, kind, bottom, top, fields=b"", arrays=()):
    inner = field(1, name) + field(2, kind) + fields + b"".join(field(50, old_blob(a)) for a in arrays)
    return field(2, field(1, inner) + field(2, bottom) + field(3, top))


def v0_net(blobs):
    f = field
    return f(1, "generations") + f(3, "data") + b"".join(f(4, d) for d in (2, 3, 14, 14)) + \
        v0("pad1", "padding", "data", "pad1", f(7, 2)) + \
        v0("conv1", "conv", "pad1", "conv1", f(3, 6) + f(8, 5), blobs["conv1"]) + \
        v0("relu1", "relu", "conv1", "conv1") + \
        v0("norm1", "lrn", "conv1", "norm1", f(13, 3) + f(14, 0.05) + f(15, 0.75)) + \
        v0("pool1", "pool", "norm1", "pool1", f(11, 0) + f(8, 3) + f(10, 2)) + \
        v0("pad2", "padding", "pool1", "pad2", f(7, 1)) + \
        v0("conv2", "conv", "pad2", "conv2", f(3, 8) + f(8, 3) + f(9, 2), blobs["conv2"]) + \
        v0("relu2", "relu", "conv2", "conv2") + \
        v0("pool2", "pool", "conv2", "pool2", f(11, 1) + f(8, 3) + f(10, 2)) + \
        v0("ip1", "innerproduct", "pool2", "ip1", f(3, 7), blobs["ip1"]) + \
        v0("sigmoid", "sigmoid", "ip1", "ip1") + \
        v0("ip2", "innerproduct", "ip1", "ip2", f(3, 4), blobs["ip2"]) + \
        v0("prob", "softmax", "ip2", "prob")


def v1(name, kind, bottom, top, *rest):
    return field(2, field(2, bottom) + field(3, top) + field(4, name) + field(5, kind) + b"".join(rest))


def v1_net(blobs):
    f = field
    stored = lambda name: b"".join(f(6, old_blob(a)) for a in blobs[name])
    return f(1, "generations") + f(3, "data") + b"".join(f(4, d) for d in (2, 3, 14, 14)) + \
        v1("conv1", 4, "data", "conv1", f(10, f(1, 6) + f(3, 2) + f(4, 5)), stored("conv1")) + \
        v1("relu1", 18, "conv1", "conv1") + \
        v1("norm1", 15, "conv1", "norm1", f(18, f(1, 3) + f(2, 0.05) + f(3, 0.75))) + \
        v1("pool1", 17, "norm1", "pool1", f(19, f(1, 0) + f(2, 3) + f(3, 2))) + \
        v1("conv2", 4, "pool1", "conv2", f(10, f(1, 8) + f(3, 1) + f(4, 3) + f(5, 2)), stored("conv2")) + \
        v1("relu2", 18, "conv2", "conv2") + \
        v1("pool2", 17, "conv2", "pool2", f(19, f(1, 1) + f(2, 3) + f(3, 2))) + \
        v1("ip1", 14, "pool2", "ip1", f(17, f(1, 7)), stored("ip1")) + \
        v1("sigmoid", 19, "ip1", "ip1") + \
        v1("ip2", 14, "ip1", "ip2", f(17, f(1, 4)), stored("ip2")) + \
        v1("prob", 20, "ip2", "prob")


# --- rules that OpenCV has otherwise, by Caffe's source ---

RULES = """name: "rules"
layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 2 dim: 8 dim: 9 } } }
layer { name: "within" type: "LRN" bottom: "data" top: "within" lrn_param { local_size: 3 alpha: 2 beta: 0.6 k: 5 norm_region: WITHIN_CHANNEL } }
layer { name: "mean" type: "Pooling" bottom: "within" top: "mean" pooling_param { pool: AVE kernel_size: 3 stride: 3 pad: 1 } }
layer { name: "floor" type: "Pooling" bottom: "within" top: "floor" pooling_param { pool: MAX kernel_size: 3 stride: 2 pad: 1 round_mode: FLOOR } }
layer { name: "last" type: "Pooling" bottom: "floor" top: "last" pooling_param { pool: MAX kernel_size: 2 stride: 3 pad: 1 } }
layer { name: "flat1" type: "Flatten" bottom: "mean" top: "flat1" }
layer { name: "flat2" type: "Flatten" bottom: "last" top: "flat2" }
layer { name: "join" type: "Concat" bottom: "flat1" bottom: "flat2" top: "join" concat_param { concat_dim: 1 } }
"""


def pooled(x, kernel, stride, pad, mean, up=True):
    n, c, h, w = x.shape

    def windows(size):
        slack = size + 2 * pad - kernel
        count = (-(-slack // stride) if up else slack // stride) + 1
        return count - 1 if pad and (count - 1) * stride >= size + pad else count

    out = np.zeros((n, c, windows(h), windows(w)), "f8")
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            top, left = i * stride - pad, j * stride - pad
            bottom, right = min(top + kernel, h + pad), min(left + kernel, w + pad)
            size = (bottom - top) * (right - left)
            part = x[:, :, max(top, 0):min(bottom, h), max(left, 0):min(right, w)]
            out[:, :, i, j] = part.sum((2, 3)) / size if mean else part.max((2, 3))
    return out


def rules(x):
    x = x.astype("f8")
    padded = np.pad(x * x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    sums = sum(padded[:, :, i:i + 8, j:j + 9] for i in range(3) for j in range(3)) / 9
    within = x * (1 + 2 * sums) ** -0.6
    last = pooled(pooled(within, 3, 2, 1, False, up=False), 2, 3, 1, False)
    return np.concatenate([pooled(within, 3, 3, 1, True).reshape(2, -1), last.reshape(2, -1)], 1)


def main():
    for name in ["current", "trained", "h5", "rules", "means"]:
        (FOLDER / name).mkdir(parents=True, exist_ok=True)
    expected = {}
    (FOLDER / "current/deploy.prototxt").write_text(CURRENT)
    blobs = current()
    (FOLDER / "current/net.caffemodel").write_bytes(weights_alone("current", blobs))
    # The layers' kinds do not matter to OpenCV, which takes the text's.
    expected["current"] = opencv(
        FOLDER / "current/deploy.prototxt", FOLDER / "current/net.caffemodel", image((3, 17, 15))).ravel().tolist()

    (FOLDER / "trained/net.caffemodel").write_bytes(trained())
    text = FOLDER / "judge.prototxt"
    text.write_text(TRAINED)
    expected["trained"] = opencv(text, FOLDER / "trained/net.caffemodel", image((3, 12, 12))).ravel().tolist()
    text.unlink()

    blobs = generations()
    for folder, prototxt, model in [
        ("v0", None, v0_net(blobs)), ("v1", V1, v1_net(blobs)),
        ("today", TODAY, weights_alone("generations", blobs, packed_blob)),
    ]:
        (FOLDER / folder).mkdir(exist_ok=True)
        (FOLDER / folder / "net.caffemodel").write_bytes(model)
        if prototxt:
            (FOLDER / folder / "deploy.prototxt").write_text(prototxt)
    (FOLDER / "h5/deploy.prototxt").write_text(TODAY)
    with h5py.File(FOLDER / "h5/net.caffemodel.h5", "w") as file:
        for name, arrays in blobs.items():
            for number, array in enumerate(arrays):
                file[f"data/{name}/{number}"] = array
    expected["generations"] = opencv(
        FOLDER / "today/deploy.prototxt", FOLDER / "today/net.caffemodel", image((3, 14, 14))).ravel().tolist()

    (FOLDER / "rules/deploy.prototxt").write_text(RULES)
    expected["rules"] = rules(image((2, 8, 9))).ravel().tolist()

    (FOLDER / "means/channels.binaryproto").write_bytes(blob(np.array([103.06, 115.9, 123.15], "f4").reshape(3, 1, 1)))
    pixels = np.full((1, 3, 4, 4), 100, "f4")
    pixels[0, 1, 2, 2] += 16
    (FOLDER / "means/pixels.binaryproto").write_bytes(old_blob(pixels))
    (FOLDER / "expected.json").write_text(json.dumps({k: [float(f"{x:.7g}") for x in v] for k, v in expected.items()}))


main()
