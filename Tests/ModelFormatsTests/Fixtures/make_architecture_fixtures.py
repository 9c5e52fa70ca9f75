"""Writes architectures.txt and architecture_logits.json: what torchvision and Keras Applications call
the weights of the architectures that Thaw knows, and what these compute with weights of a formula.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0+cpu torchvision==0.28.0 keras==3.15.1
    venv/bin/python make_architecture_fixtures.py
"""

import json
import os
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"
import keras
import numpy
import torch

# PyPI's torchvision is compiled for CUDA: beside a torch without it its own operators are not there,
# and must not be given shapes. Classifiers use none of them.
torch.library.register_fake = lambda *arguments, **keywords: lambda function: function
import torchvision
from torchvision.models.vgg import VGG, make_layers

HERE = Path(__file__).parent
HEIGHT, WIDTH, CLASSES = 64, 96, 4
TORCHVISION = [
    "resnet18", "resnet34", "resnet50", "vgg16", "mobilenet_v2", "squeezenet1_1", "efficientnet_b0"
]
KERAS = {
    "resnet50": keras.applications.ResNet50,
    "vgg16": keras.applications.VGG16,
    "mobilenet_v2": keras.applications.MobileNetV2,
    "efficientnet_b0": keras.applications.EfficientNetB0,
}


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


def values(name, shape, fan_in):
    u = uniform(name, int(numpy.prod(shape)))
    if fan_in is not None:
        result = (2 * u - 1) * (6 / fan_in) ** 0.5
    elif name.endswith(("running_var", "moving_variance")):
        result = 0.5 + u
    elif name.endswith(("weight", "gamma")):
        result = 0.8 + 0.4 * u
    else:
        result = (2 * u - 1) * 0.1
    return result.astype(numpy.float32).reshape(shape)


def image():
    index = numpy.arange(HEIGHT * WIDTH * 3)
    flat = index * 7919 % 1009 / 1009 * 2 - 1
    return flat.astype(numpy.float32).reshape(1, HEIGHT, WIDTH, 3)


def torch_logits(model):
    state = {}
    for name, tensor in model.state_dict().items():
        shape = tuple(tensor.shape)
        if not shape:
            state[name] = tensor
            continue
        fan_in = int(numpy.prod(shape[1:])) if len(shape) > 1 else None
        state[name] = torch.from_numpy(values(name, shape, fan_in))
    model.load_state_dict(state)
    model.eval()
    with torch.no_grad():
        return model(torch.from_numpy(image()).permute(0, 3, 1, 2))[0].tolist()


def keras_logits(model, scale):
    for layer in model.layers:
        if layer.name.startswith("normalization"):
            continue
        for weight in layer.weights:
            shape = tuple(weight.shape)
            fan_in = None
            if len(shape) == 4:
                inputs = 1 if "epthwise" in layer.name or "dwconv" in layer.name else shape[2]
                fan_in = shape[0] * shape[1] * inputs
            elif len(shape) == 2:
                fan_in = shape[0]
            weight.assign(values(f"{layer.name}/{weight.name}", shape, fan_in))
    return model.predict(image() * scale, verbose=0)[0].tolist()


def small_vgg():
    """A convolution a block, 64 hidden units, and no average that makes every image 7×7."""
    features = make_layers([64, "M", 128, "M", 256, "M", 512, "M", 512, "M"])
    model = VGG(features, num_classes=CLASSES)
    model.avgpool = torch.nn.Identity()
    model.classifier[0] = torch.nn.Linear(512 * (HEIGHT // 32) * (WIDTH // 32), 64)
    model.classifier[3] = torch.nn.Linear(64, 64)
    model.classifier[6] = torch.nn.Linear(64, CLASSES)
    return model


lines, logits = [], {}
for name in TORCHVISION:
    lines.append(f"# torchvision {name}")
    state = torchvision.models.get_model(name, weights=None).state_dict()
    lines += [f"{key} {'x'.join(map(str, value.shape)) or '-'}" for key, value in state.items()]
    if name not in ("vgg16", "resnet34"):
        model = torchvision.models.get_model(name, weights=None, num_classes=CLASSES)
        logits[f"torchvision {name}"] = torch_logits(model)
logits["torchvision vgg"] = torch_logits(small_vgg())
for name, application in KERAS.items():
    lines.append(f"# keras {name}")
    for layer in application(weights=None).layers:
        for weight in layer.weights:
            shape = "x".join(map(str, weight.shape)) or "-"
            lines.append(f"{layer.name}/{weight.name} {shape}")
    if name != "vgg16":
        model = application(
            weights=None, input_shape=(HEIGHT, WIDTH, 3), classes=CLASSES, classifier_activation=None)
        logits[f"keras {name}"] = keras_logits(model, 255 if name == "efficientnet_b0" else 1)

(HERE / "architectures.txt").write_text("\n".join(lines) + "\n")
(HERE / "architecture_logits.json").write_text(json.dumps(logits, indent=1) + "\n")
