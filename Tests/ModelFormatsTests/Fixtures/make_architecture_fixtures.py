"""Fills in the files of Architectures/, one a family: what torchvision, timm, Keras Applications and
slim call the weights of the architectures that Thaw knows, and what these compute with weights of a formula.

    python3 -m venv venv && venv/bin/pip install \
        torch==2.13.0+cpu torchvision==0.28.0 timm==1.0.31 keras==3.15.1 \
        efficientnet_pytorch==0.7.1 efficientnet_lite_pytorch==0.1.0 \
        tensorflow-cpu==2.21.0 tf-slim==1.1.0
    venv/bin/python make_architecture_fixtures.py                  # all families
    venv/bin/python make_architecture_fixtures.py ResNet VGG       # some
    KERAS_BACKEND=tensorflow venv/bin/python make_architecture_fixtures.py NASNet   # not with Torch
    venv/bin/python make_architecture_fixtures.py --list "timm resnet18"
    venv/bin/python make_architecture_fixtures.py --only slim ResNet     # one dialect of a family
    venv/bin/python make_architecture_fixtures.py --all-logits --output /tmp/all ResNet

A file's keys say which networks it is about ("timm resnet18"); an entry with an "image" (height and
width) asks for logits too. To add a network write `"timm resnet18": {}` or
`"timm resnet18": {"image": [64, 96]}` and run the script, which fills in

    tensors, digest    of the weights of 1000 classes, by name and shape (see `digest`)
    headless           the same digest without a classifier, in the dialects that have such networks
    logits             of 4 classes, for an image of that size
    gain               what the formula's kernels are multiplied by, where they would give logits beyond
                       100: residual blocks amplify, and with them float32's errors. One that is there
                       is the first to be tried

--list prints the names and shapes that a digest is of, with " headless" after the name those without
a classifier. --all-logits asks for the logits of every network: too much for every run of the tests,
which read the folder that it was written to where THAW_ARCHITECTURE_FIXTURES names it.
"""

import argparse
import json
import os
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras
import numpy
import torch

# PyPI's torchvision is compiled for CUDA: beside a torch without it its own operators are not there,
# and must not be given shapes. Classifiers use none of them.
torch.library.register_fake = lambda *arguments, **keywords: lambda function: function
import timm
import torchvision
from torchvision.models.vgg import VGG, make_layers

# Images are small: on a busy machine threads wait for each other longer than they work.
torch.set_num_threads(1)

FOLDER = Path(__file__).parent / "Architectures"
CLASSES = 4


def uniform(name, count):
    """Between 0 and 1, from the name and the place."""
    seed = 2166136261
    for byte in name.encode():
        seed = (seed ^ byte) * 16777619 % 2**32
    x = numpy.arange(count, dtype=numpy.uint32) + numpy.uint32(seed)
    x = x * numpy.uint32(2654435761)
    x ^= x >> numpy.uint32(16)
    x = x * numpy.uint32(0x85EBCA6B)
    x ^= x >> numpy.uint32(13)
    return x.astype(numpy.float64) / 2**32


def values(name, shape, fan_in, gain):
    u = uniform(name, int(numpy.prod(shape)))
    if fan_in is not None:
        result = (2 * u - 1) * (6 / fan_in) ** 0.5 * gain
    elif name.endswith(("running_var", "moving_variance")):
        result = 0.5 + u
    elif name.endswith(("weight", "gamma")):
        result = 0.8 + 0.4 * u
    else:
        result = (2 * u - 1) * 0.1
    return result.astype(numpy.float32).reshape(shape)


def image(height, width):
    index = numpy.arange(height * width * 3)
    flat = index * 7919 % 1009 / 1009 * 2 - 1
    return flat.astype(numpy.float32).reshape(1, height, width, 3)


def digest(shapes):
    """FNV-1a, 64 bits, of the lines "name 64x3x7x7" in the order of their bytes, each with its end."""
    result = 0xCBF29CE484222325
    for byte in "".join(line + "\n" for line in lines(shapes)).encode():
        result = (result ^ byte) * 0x100000001B3 % 2**64
    return f"{result:x}"


def lines(shapes):
    return sorted(f"{name} {'x'.join(map(str, shape)) or '-'}" for name, shape in shapes.items())


def small_vgg():
    """A convolution a block, and 64 hidden units."""
    features = make_layers([64, "M", 128, "M", 256, "M", 512, "M", 512, "M"])
    model = VGG(features, num_classes=CLASSES)
    model.classifier[0] = torch.nn.Linear(512 * 7 * 7, 64)
    model.classifier[3] = torch.nn.Linear(64, 64)
    model.classifier[6] = torch.nn.Linear(64, CLASSES)
    return model


# Of networks too large for every run of the tests, smaller ones, of which only the logits are asked for.
SMALLER = {"torchvision small_vgg": small_vgg}


class Torch:
    def __init__(self, dialect):
        self.dialect = dialect
        self.has_headless = dialect == "timm"

    def model(self, name, classes):
        if self.dialect == "timm":
            return timm.create_model(name, num_classes=classes)
        return torchvision.models.get_model(name, weights=None, num_classes=classes, **self.options(name))

    @staticmethod
    def options(name):
        # Its own initialisation takes minutes. Auxiliary classifiers are for training alone.
        if name in ("inception_v3", "googlenet"):
            return {"init_weights": False, "aux_logits": False}
        return {}

    def shapes(self, name, classes):
        try:
            with torch.device("meta"):
                state = self.model(name, classes).state_dict()
        except NotImplementedError:
            # Some compute their own sizes with tensors, which need values.
            state = self.model(name, classes).state_dict()
        return {
            key: tuple(tensor.shape)
            for key, tensor in state.items()
            if not key.endswith("num_batches_tracked")
        }

    def logits(self, name, height, width, gain):
        smaller = SMALLER.get(f"{self.dialect} {name}")
        model = smaller() if smaller else self.model(name, CLASSES)
        state = {}
        for key, tensor in model.state_dict().items():
            shape = tuple(tensor.shape)
            if not shape:
                state[key] = tensor
                continue
            fan_in = int(numpy.prod(shape[1:])) if len(shape) > 1 else None
            state[key] = torch.from_numpy(values(key, shape, fan_in, gain))
        # torchvision's MNASNet asks for the version that its own state has.
        state = type(model.state_dict())(state)
        state._metadata = model.state_dict()._metadata
        model.load_state_dict(state)
        model.eval()
        with torch.no_grad():
            return model(torch.from_numpy(image(height, width)).permute(0, 3, 1, 2))[0].tolist()


def resnet50_caffe(include_top=True, input_shape=(224, 224, 3), classes=1000, **unused):
    """Keras' first ResNet50, whose weights are still about, and which its releases no longer have."""
    layers = keras.layers

    def convolution(x, block, branch, filters, size, strides=1):
        x = layers.Conv2D(
            filters, size, strides=strides, padding="same", name=f"res{block}_branch{branch}"
        )(x)
        return layers.BatchNormalization(name=f"bn{block}_branch{branch}")(x)

    image = layers.Input(shape=input_shape)
    x = layers.ZeroPadding2D(3)(image)
    x = layers.Conv2D(64, 7, strides=2, name="conv1")(x)
    x = layers.Activation("relu")(layers.BatchNormalization(name="bn_conv1")(x))
    x = layers.MaxPooling2D(3, strides=2)(layers.ZeroPadding2D(1)(x))
    for stage, count in enumerate([3, 4, 6, 3]):
        filters = 64 << stage
        for index in range(count):
            block = f"{stage + 2}{'abcdef'[index]}"
            strides = 2 if stage > 0 and index == 0 else 1
            y = layers.Activation("relu")(convolution(x, block, "2a", filters, 1, strides))
            y = layers.Activation("relu")(convolution(y, block, "2b", filters, 3))
            y = convolution(y, block, "2c", 4 * filters, 1)
            if index == 0:
                x = convolution(x, block, "1", 4 * filters, 1, strides)
            x = layers.Activation("relu")(layers.add([y, x]))
    x = layers.GlobalAveragePooling2D()(x)
    if include_top:
        x = layers.Dense(classes, name="fc1000")(x)
    return keras.Model(image, x)


class Keras:
    has_headless = True
    # Where an application is more than its name.
    ARGUMENTS = {
        "mobilenetv3_large_075": ("MobileNetV3Large", {"alpha": 0.75}),
        "mobilenetv3_small_075": ("MobileNetV3Small", {"alpha": 0.75}),
        "tf_mobilenetv3_large_minimal_100": ("MobileNetV3Large", {"minimalistic": True}),
        "tf_mobilenetv3_small_minimal_100": ("MobileNetV3Small", {"minimalistic": True}),
        # Cells compare sizes: with sizes that are open a network without classifier is another.
        "nasnet_large": ("nasnet_large", {"input_shape": (331, 331, 3)}),
    }
    for width in (25, 50, 75):
        ARGUMENTS[f"mobilenetv1_{width:03}"] = ("MobileNet", {"alpha": width / 100})
    for width in (35, 50, 75, 130, 140):
        ARGUMENTS[f"mobilenetv2_{width:03}"] = ("MobileNetV2", {"alpha": width / 100})
    # What is none of them any more.
    OTHERS = {"resnet50_caffe": resnet50_caffe}

    def application(self, name):
        name = name.replace("_", "").lower()
        return next(
            getattr(keras.applications, attribute)
            for attribute in dir(keras.applications)
            if attribute.lower() == name and callable(getattr(keras.applications, attribute))
        )

    def model(self, name, classes, **arguments):
        function, fixed = self.ARGUMENTS.get(name, (name, {}))
        application = self.OTHERS.get(name) or self.application(function)
        keras.backend.clear_session()
        if classes == 0:
            arguments |= {"include_top": False, "pooling": "avg"}
        else:
            arguments |= {"classes": classes, "classifier_activation": None}
        return application(weights=None, **(fixed | arguments))

    def shapes(self, name, classes):
        with keras.device("meta") if keras.backend.backend() == "torch" else keras.device("cpu"):
            layers = self.weighted_layers(self.model(name, classes))
            return {
                f"{layer.name}/{weight.name}": tuple(weight.shape)
                for layer in layers
                for weight in layer.weights
            }

    @staticmethod
    def is_preparation(layer):
        return isinstance(
            layer, (keras.layers.InputLayer, keras.layers.Rescaling, keras.layers.Normalization)
        )

    def weighted_layers(self, model):
        return [layer for layer in model.layers if not self.is_preparation(layer)]

    def logits(self, name, height, width, gain):
        model = self.model(name, CLASSES, input_shape=(height, width, 3))
        for layer in self.weighted_layers(model):
            for weight in layer.weights:
                shape = tuple(weight.shape)
                fan_in = None
                if len(shape) == 4:
                    is_depthwise = isinstance(
                        layer, keras.layers.DepthwiseConv2D
                    ) or weight.name.startswith("depthwise")
                    fan_in = shape[0] * shape[1] * (1 if is_depthwise else shape[2])
                elif len(shape) == 2:
                    fan_in = shape[0]
                weight.assign(values(f"{layer.name}/{weight.name}", shape, fan_in, gain))
        return model.predict(self.unprepared(model, image(height, width)), verbose=0)[0].tolist()

    def unprepared(self, model, prepared):
        """What layers at the start of `model` that scale and shift make `prepared` of."""
        last = None
        for layer in model.layers:
            if not self.is_preparation(layer):
                break
            last = layer
        if isinstance(last, keras.layers.InputLayer):
            return prepared
        start = keras.Model(model.input, last.output)
        black = start.predict(numpy.zeros_like(prepared), verbose=0)
        white = start.predict(numpy.ones_like(prepared), verbose=0)
        return (prepared - black) / (white - black)


class EfficientNetPyTorch(Torch):
    def __init__(self):
        super().__init__("efficientNetPyTorch")

    def model(self, name, classes, size=None):
        fixed = {"image_size": size} if size else {}
        if "lite" in name:
            from efficientnet_lite_pytorch import EfficientNet
        else:
            from efficientnet_pytorch import EfficientNet
        return EfficientNet.from_name(name, num_classes=classes, **fixed)

    def logits(self, name, height, width, gain):
        # Padding is for images of one size, which the network is told.
        sized = EfficientNetPyTorch()
        sized.model = lambda name, classes: self.model(name, classes, [height, width])
        return Torch.logits(sized, name, height, width, gain)


class Slim:
    has_headless = False

    def shapes(self, name, classes):
        import slim_networks

        return slim_networks.shapes(name, classes)

    def logits(self, name, height, width, gain):
        import slim_networks

        return slim_networks.logits(
            name, image(height, width), CLASSES, lambda *variable: values(*variable, gain))


FRAMEWORKS = {
    "torchvision": Torch("torchvision"),
    "timm": Torch("timm"),
    "keras": Keras(),
    "efficientNetPyTorch": EfficientNetPyTorch(),
    "slim": Slim(),
}


def filled(key, entry, all_logits):
    dialect, name = key.split(" ", 1)
    framework = FRAMEWORKS[dialect]
    result = {}
    if key not in SMALLER:
        shapes = framework.shapes(name, 1000)
        result = {"tensors": len(shapes), "digest": digest(shapes)}
    if framework.has_headless:
        result["headless"] = digest(framework.shapes(name, 0))
    if all_logits or "image" in entry:
        result["image"] = entry.get("image", [64, 96])
        gain = entry.get("gain", 1)
        if gain != 1:
            result["gain"] = gain
        while True:
            result["logits"] = framework.logits(name, *result["image"], gain)
            if max(map(abs, result["logits"])) <= 100:
                break
            gain = round(0.7 * gain, 4)
            result["gain"] = gain
    return result


def list_weights(key):
    dialect, name, *headless = key.split(" ")
    print("\n".join(lines(FRAMEWORKS[dialect].shapes(name, 0 if headless else 1000))))


def fill(family, output, all_logits, only):
    entries = json.loads((FOLDER / f"{family}.json").read_text())
    result = []
    for key in sorted(entries):
        entry = entries[key]
        if only is None or key.startswith(f"{only} "):
            print(key, flush=True)
            entry = filled(key, entry, all_logits)
        result.append(f" {json.dumps(key)}: {json.dumps(entry)}")
    output.mkdir(parents=True, exist_ok=True)
    (output / f"{family}.json").write_text("{\n" + ",\n".join(result) + "\n}\n")


parser = argparse.ArgumentParser(description="Fills in the files of Architectures/.")
parser.add_argument("families", nargs="*", help="as the files are called; none: all")
parser.add_argument("--list", metavar="KEY", help="print the weights of one network")
parser.add_argument("--all-logits", action="store_true", help="of every network")
parser.add_argument("--only", metavar="DIALECT", help="leave the other dialects' entries as they are")
parser.add_argument("--output", type=Path, default=FOLDER, help="a folder")
arguments = parser.parse_args()
if arguments.list:
    list_weights(arguments.list)
else:
    for family in arguments.families or sorted(path.stem for path in FOLDER.glob("*.json")):
        fill(family, arguments.output, arguments.all_logits, arguments.only)
