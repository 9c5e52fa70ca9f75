"""Holds the architectures of `thaw zoo` against the frameworks that they come from; see `run`.

For each network and form a file is made with random weights, `thaw predict` answers for the same tensor,
and the largest difference is given as a share of the largest logit. Forms:

    state     the weights alone: safetensors and PyTorch's zip of torchvision and timm, .weights.h5 of Keras
    folder    timm's folder with its config.json
    keras     Keras' own .keras
    h5        its older .h5
    onnx      PyTorch's exporter (torchvision, timm)
    back      what `thaw export` writes, read by the framework: safetensors, .keras, ONNX
    gradient  of all parameters, from one step of plain SGD: its distance from the framework's in double
              precision as a share of its length, beside that of the framework's own single precision
              (rectifiers that are near 0 flip: up to three sets of images are tried)

Exit status 1 where a difference is above the limit.
"""

import argparse
import collections
import fnmatch
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy

import frameworks

# Another one may be given.
THAW = os.environ.get("THAW", Path(__file__).parents[2] / ".build/release/thaw")
LIMIT = 1e-4
# A gradient may be so many times as far from double precision as the framework's own, or so far from
# it where no rectifier of the framework's happens to be near enough to 0 to flip.
GRADIENT_SHARE = 3
GRADIENT_FLIPS = 1e-3
GRADIENT_SEEDS = [5, 6, 7]
FORMS = ["state", "folder", "keras", "h5", "onnx", "back", "gradient"]


def thaw(*arguments):
    result = subprocess.run([THAW, *map(str, arguments)], capture_output=True, text=True)
    if result.returncode != 0:
        lines = (result.stderr or result.stdout).strip().splitlines() or ["nothing said"]
        raise RuntimeError(f"thaw {arguments[0]}: {lines[-1]}")
    return result.stdout


def answers(model, images, folder, *options):
    numpy.save(folder / "x.npy", images)
    thaw("predict", model, folder / "x.npy", "--output", folder / "y.npy", *options)
    return numpy.load(folder / "y.npy")


def difference(found, expected):
    if found.shape != expected.shape:
        raise RuntimeError(f"{found.shape} instead of {expected.shape}")
    largest = max(1.0, float(numpy.abs(expected).max()))
    return float(numpy.abs(found.reshape(expected.shape) - expected).max()) / largest


class Torch:
    forms = ["state", "folder", "onnx", "back", "gradient"]

    def __init__(self, dialect, name, edge, folder, number):
        self.dialect, self.name, self.edge, self.folder, self.number = dialect, name, edge, folder, number
        self.network = frameworks.torch_network(dialect, name, classes=10, edge=edge)
        self.images = frameworks.images(edge)
        self.expected = frameworks.torch_logits(self.network, self.images)
        self.options = ["--architecture", name]

    def state(self):
        import safetensors.torch
        import torch

        state = {key: value.contiguous() for key, value in self.network.state_dict().items()}
        if self.number % 2:
            path = self.folder / "weights.pth"
            torch.save(state, path)
        else:
            path = self.folder / "weights.safetensors"
            safetensors.torch.save_file(state, path)
        self.weights = path
        return difference(answers(path, self.images, self.folder, *self.options), self.expected)

    def in_folder(self):
        import safetensors.torch

        path = self.folder / "timm"
        path.mkdir()
        state = {key: value.contiguous() for key, value in self.network.state_dict().items()}
        safetensors.torch.save_file(state, path / "model.safetensors")
        configuration = {
            "architecture": self.name,
            "num_classes": 10,
            "label_names": [f"class {number}" for number in range(10)],
            "pretrained_cfg": {
                "input_size": [3, self.edge, self.edge], "mean": [0.4, 0.5, 0.6], "std": [0.2, 0.2, 0.3],
                "interpolation": "bicubic", "crop_pct": 0.9, "crop_mode": "center",
            },
        }
        (path / "config.json").write_text(json.dumps(configuration))
        return difference(answers(path, self.images, self.folder), self.expected)

    def onnx(self):
        import torch

        path = self.folder / "network.onnx"
        image = torch.from_numpy(self.images).permute(0, 3, 1, 2).contiguous()
        torch.onnx.export(
            self.network, (image,), path, dynamo=False, opset_version=17,
            input_names=["image"], output_names=["logits"],
            dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}})
        return difference(answers(path, self.images, self.folder), self.expected)

    def back(self):
        import onnxruntime
        import safetensors.torch

        self.state()
        written = self.folder / "back.safetensors"
        thaw("export", self.weights, "--format", "safetensors", "-o", written, *self.options)
        network = frameworks.torch_network(
            self.dialect, self.name, classes=10, edge=self.edge, seed=9)
        state = safetensors.torch.load_file(written)
        # Some ask which version of their own layout it is, which PyTorch keeps beside the tensors.
        state = collections.OrderedDict(state)
        state._metadata = network.state_dict()._metadata
        missing, surplus = network.load_state_dict(state, strict=False)
        missing = [
            name for name in missing
            if not name.endswith("num_batches_tracked") and not name.lower().startswith("aux")]
        if missing or surplus:
            raise RuntimeError(f"load_state_dict: missing {missing[:3]}, surplus {surplus[:3]}")
        result = difference(frameworks.torch_logits(network, self.images), self.expected)
        written = self.folder / "back.onnx"
        thaw("export", self.weights, "--format", "onnx", "-o", written, *self.options)
        session = onnxruntime.InferenceSession(str(written), providers=["CPUExecutionProvider"])
        image = numpy.ascontiguousarray(self.images.transpose(0, 3, 1, 2))
        found = session.run(None, {session.get_inputs()[0].name: image})[0]
        return max(result, difference(found, self.expected))

    def gradient(self):
        return first_good(self.gradient_of)

    def gradient_of(self, seed):
        import safetensors.torch
        import torch

        self.state()
        rate = 100000.0
        images, labels = one_step(self.weights, self.edge, rate, self.folder, seed, *self.options)
        written = self.folder / "step.safetensors"
        thaw(
            "export", self.folder / "gradient", "--checkpoint", "last", "--format", "safetensors",
            "-o", written)
        found = safetensors.torch.load_file(written)
        found = {name: value.double() for name, value in found.items()}

        def gradients(kind):
            network = frameworks.torch_network(
                self.dialect, self.name, classes=10, edge=self.edge).to(kind).train()
            for module in network.modules():
                if isinstance(module, torch.nn.modules.dropout._DropoutNd) or type(module).__name__ in (
                    "StochasticDepth", "DropPath"):
                    module.eval()
            network.aux_logits = False
            logits = network(torch.from_numpy(images).to(kind).permute(0, 3, 1, 2))
            torch.nn.functional.cross_entropy(logits, torch.from_numpy(labels)).backward()
            return {
                name: parameter.grad.double() for name, parameter in network.named_parameters()
                if parameter.grad is not None}

        exact, own = gradients(torch.float64), gradients(torch.float32)
        before = dict(self.network.named_parameters())
        mine = {name: (before[name].detach().double() - found[name]) / rate for name in exact}

        def distance(others):
            squares = sum(float(((others[name] - exact[name]) ** 2).sum()) for name in exact)
            return (squares / sum(float((exact[name] ** 2).sum()) for name in exact)) ** 0.5

        return distance(mine), distance(own)


def first_good(gradient_of):
    """A wrong gradient is wrong with all images; a rectifier that flips flips with some."""
    for seed in GRADIENT_SEEDS:
        found = gradient_of(seed)
        if is_good_gradient(*found):
            break
    return found


def is_good_gradient(found, own):
    return found <= max(GRADIENT_FLIPS, GRADIENT_SHARE * own)


def one_step(model, edge, rate, folder, seed, *options):
    """Trains a run `gradient` of its own in `folder` by one step of plain SGD, on images of `seed`.
    Returns its images, as the network has read them, and labels."""
    shutil.rmtree(folder / "gradient", ignore_errors=True)
    count = 10
    pixels = numpy.random.default_rng(seed).integers(0, 256, (count, edge, edge, 3), dtype=numpy.uint8)
    # One image of each class, so that the network keeps its classifier.
    labels = numpy.arange(count, dtype=numpy.uint8)
    numpy.savez(folder / "data.npz", x_train=pixels, y_train=labels, x_test=pixels, y_test=labels)
    inspected = json.loads(thaw("inspect", model, "--json", *options))
    names = [
        layer["name"] for layer in inspected["layers"]
        if "Dropout" in layer["type"] or layer["type"] == "StochasticDepth"]
    dropout = [word for name in names for word in ("--dropout", f"{name}=0")]
    thaw(
        "tune", model, "--data", folder / "data.npz", "--headless", "--epochs", 1, "--batch", count,
        "--optimizer", "sgd", "--momentum", 0, "--learning-rate", rate, "--name", "gradient",
        "--runs-dir", folder, "--head", "keep", "--augment", "none", "--pixels", "-1..1", *dropout,
        *options)
    return (pixels / 127.5 - 1).astype(numpy.float32), labels.astype(numpy.int64)


class Keras:
    forms = ["state", "keras", "h5", "back", "gradient"]

    def __init__(self, dialect, name, edge, folder, number):
        self.name, self.edge, self.folder = name, edge, folder
        self.network = frameworks.keras_network(name, classes=10, edge=edge)
        scale = 60.0 if frameworks.reads_pixels(self.network) else 1.0
        self.images = frameworks.images(edge, scale=scale)
        self.expected = frameworks.keras_logits(self.network, self.images)

    def state(self):
        path = self.folder / "network.weights.h5"
        self.network.save_weights(path)
        # A program puts before weights alone what such networks begin with.
        return difference(
            answers(path, self.images, self.folder, "--architecture", self.name), self.expected)

    def keras(self):
        path = self.folder / "network.keras"
        self.network.save(path)
        return difference(answers(path, self.images, self.folder), self.expected)

    def h5(self):
        path = self.folder / "network.h5"
        self.network.save(path)
        return difference(answers(path, self.images, self.folder), self.expected)

    def back(self):
        import keras

        path = self.folder / "network.keras"
        self.network.save(path)
        worst = 0.0
        for form, name in (("keras", "back.keras"), ("keras-h5", "back.h5")):
            thaw("export", path, "--format", form, "-o", self.folder / name)
            network = keras.saving.load_model(self.folder / name, compile=False)
            worst = max(worst, difference(frameworks.keras_logits(network, self.images), self.expected))
        return worst


    def gradient(self):
        return first_good(self.gradient_of)

    def gradient_of(self, seed):
        import keras
        import tensorflow

        path = self.folder / "network.keras"
        self.network.save(path)
        rate = 100000.0
        images, labels = one_step(path, self.edge, rate, self.folder, seed)
        written = self.folder / "step.keras"
        thaw("export", self.folder / "gradient", "--checkpoint", "last", "--format", "keras", "-o", written)
        stepped = keras.saving.load_model(written, compile=False)

        def weights_after(layer):
            """A separable convolution is two layers."""
            first = (
                stepped.get_layer(layer.name + "_depthwise").trainable_weights
                if isinstance(layer, keras.layers.SeparableConv2D) else [])
            return first + stepped.get_layer(layer.name).trainable_weights if layer.trainable_weights else []

        mine = [
            (before.numpy().astype(numpy.float64) - after.numpy()) / rate
            for layer in self.network.layers
            for before, after in zip(layer.trainable_weights, weights_after(layer), strict=True)]

        def gradients(kind):
            keras.config.set_dtype_policy(kind)
            try:
                network = frameworks.keras_network(self.name, classes=10, edge=self.edge)
            finally:
                keras.config.set_dtype_policy("float32")
            network.set_weights(self.network.get_weights())
            for layer in network.layers:
                if isinstance(layer, keras.layers.Dropout):
                    layer.rate = 0.0
            weights = [weight.value for layer in network.layers for weight in layer.trainable_weights]
            with tensorflow.GradientTape() as tape:
                logits = network(images.astype(kind), training=True)
                loss = tensorflow.reduce_mean(
                    tensorflow.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
            return [gradient.numpy().astype(numpy.float64) for gradient in tape.gradient(loss, weights)]

        exact, own = gradients("float64"), gradients("float32")
        whole = sum(float((gradient**2).sum()) for gradient in exact)

        def distance(others):
            return (sum(float(((a - b) ** 2).sum()) for a, b in zip(others, exact)) / whole) ** 0.5

        return distance(mine), distance(own)


def compare(kind, member, number, forms):
    results = {}
    for form in forms:
        if form not in kind.forms or (form == "folder" and member["dialect"] != "timm"):
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                subject = kind(
                    member["dialect"], member["name"], member["image"][0], Path(folder), number)
                results[form] = getattr(subject, "in_folder" if form == "folder" else form)()
            except Exception as error:
                results[form] = f"{type(error).__name__}: {error}".splitlines()[0]
    return results


def judged(form, result):
    """A result in words, and whether it is good."""
    if isinstance(result, tuple):
        found, own = result
        good = is_good_gradient(found, own)
        text = f"{found:.1e} ({own:.1e})"
    else:
        good = result <= LIMIT
        text = f"{result:.1e}"
    return text + ("" if good else " ✘"), good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="names of networks, with wildcards")
    parser.add_argument("--forms", nargs="*", choices=FORMS, default=FORMS)
    parser.add_argument("--dialects", nargs="*", default=["torchvision", "timm", "keras"])
    parser.add_argument("--largest", type=float, default=1e9, help="parameters of the largest network")
    options = parser.parse_args()
    zoo = [json.loads(line) for line in thaw("zoo", "--json").splitlines()]
    print("| network | framework | " + " | ".join(options.forms) + " |")
    print("| --- | --- |" + " --- |" * len(options.forms))
    failed = number = 0
    seconds = time.time()
    for architecture in zoo:
        for member in architecture["dialects"]:
            name, dialect = member["name"], member["dialect"]
            if dialect not in options.dialects or member["parameters"] > options.largest:
                continue
            if options.names and not any(fnmatch.fnmatch(name, pattern) for pattern in options.names):
                continue
            if dialect == "keras" and frameworks.keras_application(name) is None:
                continue
            number += 1
            kind = Keras if dialect == "keras" else Torch
            results = compare(kind, member, number, options.forms)
            cells = []
            for form in options.forms:
                result = results.get(form, "")
                if isinstance(result, str):
                    failed += bool(result)
                else:
                    result, good = judged(form, result)
                    failed += not good
                cells.append(result)
            print(f"| {name} | {dialect} | " + " | ".join(cells) + " |", flush=True)
    print(f"{number} networks in {time.time() - seconds:.0f} s, {failed} failed", file=sys.stderr)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
