"""Small ONNX files as exporters write them, with what onnxruntime computes of them.

    pip install torch onnx onnxruntime onnxscript tensorflow-cpu keras tf2onnx
    python make_onnx_fixtures.py

Writes ONNX/*.onnx and ONNX/expected.json: of each file the output for one batch of two images,
channels last, whose value at place i is ((7919 i) mod 1000) / 500 - 1.
"""

import json
import os
import pathlib

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
FOLDER = pathlib.Path(__file__).parent / "ONNX"
SIZE = 12


class Block(nn.Module):
    """Convolutions of every kind, with a gate and a shortcut."""

    def __init__(self, channels):
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.act = nn.SiLU()
        self.conv2 = nn.Conv2d(channels, channels, 1, groups=2)
        self.gate = nn.Conv2d(channels, channels, 1)
        self.last = nn.Hardswish()

    def forward(self, x):
        y = self.act(self.bn1(self.conv1(x)))
        y = self.conv2(y)
        y = y * torch.sigmoid(self.gate(y.mean((2, 3), keepdim=True)))
        return self.last(x + y)


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(8), nn.ReLU())
        self.pool = nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True)
        self.layer1 = nn.Sequential(Block(8), Block(8))
        self.norm = nn.GroupNorm(2, 8)
        self.prelu = nn.PReLU(8)
        self.fc1 = nn.Linear(8 * 5 * 5, 6)
        self.drop = nn.Dropout(0.25)
        self.fc2 = nn.Linear(6, 5)

    def forward(self, x):
        x = self.pool(self.stem(x))
        x = self.layer1(x)
        # ShuffleNet's channel shuffle, with sizes asked of the tensor.
        n, c, h, w = x.shape
        x = x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)
        a, b = x.chunk(2, dim=1)
        x = torch.cat([b, nn.functional.gelu(a)], 1)
        x = self.prelu(self.norm(nn.functional.pad(x, (0, 1, 1, 0))))
        x = torch.flatten(x, 1)
        x = nn.functional.mish(self.fc1(x))
        return self.fc2(self.drop(x))


class Normalized(nn.Module):
    """Layer normalisation between transpositions, and steps of ConvNeXt."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 6, 4, stride=4)
        self.norm = nn.LayerNorm(6, eps=1e-6)
        self.up = nn.Linear(6, 10)
        self.down = nn.Linear(10, 6)
        self.gamma = nn.Parameter(torch.linspace(0.1, 1, 6).view(6, 1, 1))
        self.head = nn.Linear(6, 4)

    def forward(self, x):
        x = self.stem(x)
        y = self.norm(x.permute(0, 2, 3, 1))
        y = self.down(nn.functional.gelu(self.up(y))).permute(0, 3, 1, 2)
        x = x + self.gamma * y
        return self.head(nn.functional.adaptive_avg_pool2d(x, 1).flatten(1))


def randomized(module):
    generator = torch.Generator().manual_seed(0)
    for part in module.modules():
        if isinstance(part, (nn.BatchNorm2d, nn.GroupNorm, nn.LayerNorm)):
            nn.init.uniform_(part.weight, 0.5, 1.5, generator=generator)
            nn.init.uniform_(part.bias, -0.5, 0.5, generator=generator)
        if isinstance(part, nn.BatchNorm2d):
            part.running_mean.uniform_(-0.5, 0.5, generator=generator)
            part.running_var.uniform_(0.5, 1.5, generator=generator)
    return module.eval()


def torch_files():
    torch.manual_seed(0)
    network = randomized(Network())
    image = torch.zeros(2, 3, SIZE, SIZE)
    common = {"input_names": ["x"], "dynamic_axes": {"x": {0: "n"}}, "dynamo": False}
    folded = FOLDER / "torchscript_folded.onnx"
    torch.onnx.export(network, image, folded, opset_version=17, **common)
    kept = FOLDER / "torchscript.onnx"
    torch.onnx.export(
        network, image, kept, opset_version=13, do_constant_folding=False,
        training=torch.onnx.TrainingMode.PRESERVE, **common)
    shapes = ({0: torch.export.Dim("n")},)
    torch.onnx.export(
        network, (image,), FOLDER / "dynamo.onnx", dynamo=True, dynamic_shapes=shapes,
        external_data=False)
    # Without the places in Python's sources, which are most of it.
    model = onnx.load(FOLDER / "dynamo.onnx")
    for part in [model.graph, *model.graph.node, *model.graph.value_info]:
        kept = [e for e in part.metadata_props if e.key == "pkg.torch.onnx.name_scopes"]
        del part.metadata_props[:]
        part.metadata_props.extend(kept)
    del model.graph.value_info[:]
    onnx.save(model, FOLDER / "dynamo.onnx")
    torch.manual_seed(1)
    normalized = randomized(Normalized())
    torch.onnx.export(
        normalized, image, FOLDER / "layer_norm.onnx", opset_version=17, **common)
    torch.onnx.export(
        normalized, image, FOLDER / "layer_norm_spelled.onnx", opset_version=13, **common)


def keras_file():
    import keras

    keras.utils.set_random_seed(0)
    inputs = keras.Input((SIZE, SIZE, 3))
    x = keras.layers.Rescaling(1 / 127.5, -1)(inputs)
    x = keras.layers.Conv2D(6, 3, strides=2, padding="same", use_bias=False, name="conv1")(x)
    x = keras.layers.BatchNormalization(name="bn1")(x)
    x = keras.layers.ReLU(6.0)(x)
    x = keras.layers.DepthwiseConv2D(3, padding="same", name="depthwise")(x)
    y = keras.layers.AveragePooling2D(2, padding="same")(x)
    x = keras.layers.Concatenate()([y, keras.layers.MaxPooling2D(2, padding="same")(x)])
    x = keras.layers.Flatten()(x)
    x = keras.layers.Dropout(0.5)(x)
    x = keras.layers.Dense(7, activation="swish", name="hidden")(x)
    outputs = keras.layers.Dense(4, activation="softmax", name="predictions")(x)
    model = keras.Model(inputs, outputs, name="small")
    random = np.random.default_rng(0)
    model.get_layer("bn1").set_weights([random.uniform(0.5, 1.5, 6) for _ in range(4)])
    model(np.zeros((1, SIZE, SIZE, 3), np.float32))
    model.export(FOLDER / "keras.onnx", format="onnx", verbose=False)


def spelled_file():
    """A batch norm as arithmetic, and a reshape whose target is computed."""
    random = np.random.default_rng(2)

    def weight(name, *shape, low=-1.0, high=1.0):
        values = random.uniform(low, high, shape).astype(np.float32)
        return numpy_helper.from_array(values, name)

    weights = [
        weight("conv.weight", 4, 3, 3, 3), weight("gamma", 4, 1, 1, low=0.5, high=1.5),
        weight("beta", 4, 1, 1), weight("mean", 4, 1, 1),
        weight("variance", 4, 1, 1, low=0.5, high=1.5), weight("dense", 4 * 10 * 10, 3),
        weight("dense_bias", 3), numpy_helper.from_array(np.float32(1e-3), "epsilon"),
        numpy_helper.from_array(np.int64(0), "zero"), numpy_helper.from_array(np.int64([0]), "axis"),
        numpy_helper.from_array(np.int64([-1]), "rest")]
    nodes = [
        helper.make_node("Conv", ["x", "conv.weight"], ["c"], name="conv"),
        helper.make_node("Add", ["variance", "epsilon"], ["v"]),
        helper.make_node("Sqrt", ["v"], ["s"]),
        helper.make_node("Sub", ["c", "mean"], ["d"]),
        helper.make_node("Div", ["d", "s"], ["e"]),
        helper.make_node("Mul", ["e", "gamma"], ["f"]),
        helper.make_node("Add", ["f", "beta"], ["g"], name="norm"),
        helper.make_node("Relu", ["g"], ["r"], name="relu"),
        helper.make_node("Shape", ["r"], ["shape"]),
        helper.make_node("Gather", ["shape", "zero"], ["n"]),
        helper.make_node("Unsqueeze", ["n", "axis"], ["n1"]),
        helper.make_node("Concat", ["n1", "rest"], ["target"], axis=0),
        helper.make_node("Reshape", ["r", "target"], ["flat"]),
        helper.make_node("MatMul", ["flat", "dense"], ["m"], name="dense"),
        helper.make_node("Add", ["m", "dense_bias"], ["y"])]
    graph = helper.make_graph(
        nodes, "spelled",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, SIZE, SIZE])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 3])], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, FOLDER / "spelled.onnx")
    # The same with its weights beside it.
    onnx.save(
        model, FOLDER / "external.onnx", save_as_external_data=True, location="external.bin",
        size_threshold=64)


def channels_last_file():
    """Borders and a mean of an image whose channels are last, as converters from TensorFlow leave them."""
    random = np.random.default_rng(4)

    def weight(name, *shape):
        return numpy_helper.from_array(random.uniform(-1, 1, shape).astype(np.float32), name)

    def whole(name, *values):
        return numpy_helper.from_array(np.int64(values), name)

    weights = [
        weight("conv1.weight", 4, 3, 3, 3), weight("conv2.weight", 5, 4, 3, 3), weight("dense", 5, 3),
        whole("borders", 0, 0, 0, 0, 0, 1, 2, 0), whole("column", 0, 0, 1, 0, 0, 0, 0, 0)]
    nodes = [
        helper.make_node("Conv", ["x", "conv1.weight"], ["c"], name="conv1"),
        helper.make_node("Transpose", ["c"], ["t"], perm=[0, 2, 3, 1]),
        helper.make_node("Pad", ["t", "borders"], ["p"], name="pad"),
        helper.make_node("Relu", ["p"], ["r"], name="relu"),
        helper.make_node("Pad", ["r", "column"], ["q"], name="one_side"),
        helper.make_node("Transpose", ["q"], ["u"], perm=[0, 3, 1, 2]),
        helper.make_node("Conv", ["u", "conv2.weight"], ["d"], name="conv2", strides=[2, 2]),
        helper.make_node("Transpose", ["d"], ["v"], perm=[0, 2, 3, 1]),
        helper.make_node("ReduceMean", ["v"], ["m"], axes=[1, 2], keepdims=0, name="mean"),
        helper.make_node("MatMul", ["m", "dense"], ["y"], name="dense")]
    graph = helper.make_graph(
        nodes, "channels_last",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 3, SIZE, SIZE])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 3])], weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    onnx.save(model, FOLDER / "channels_last.onnx")


def main():
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*"):
        if old.suffix in (".onnx", ".bin"):
            old.unlink()
    torch_files()
    keras_file()
    spelled_file()
    channels_last_file()
    count = 2 * SIZE * SIZE * 3
    image = (np.arange(count, dtype=np.int64) * 7919 % 1000 / 500 - 1).astype(np.float32)
    image = image.reshape(2, SIZE, SIZE, 3)
    expected = {}
    for path in sorted(FOLDER.glob("*.onnx")):
        session = onnxruntime.InferenceSession(path)
        name = session.get_inputs()[0].name
        isLast = session.get_inputs()[0].shape[3] == 3
        x = image if isLast else image.transpose(0, 3, 1, 2)
        output = session.run(None, {name: x})[0]
        expected[path.stem] = [round(float(v), 7) for v in output.ravel()]
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


main()
