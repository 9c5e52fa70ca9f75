"""Holds the architectures of `thaw zoo` against the frameworks that they come from; see `run`.

For each network and form a file is made with random weights, `thaw predict` answers for the same tensor,
and the largest difference is given as a share of the largest logit. Forms:

    state     the weights alone: safetensors and PyTorch's zip of torchvision and timm, .weights.h5 of Keras
    folder    timm's folder with its config.json
    keras     Keras' own .keras
    h5        its older .h5
    onnx      PyTorch's exporter (torchvision, timm)
    back      what `thaw export` writes, read by the framework: safetensors, .keras, ONNX
    gradient  one step of plain SGD with Thaw and with the framework from the same weights: the largest
              difference of any parameter's change, as a share of that parameter's largest change

Exit status 1 where a difference is above the limit.
"""

import argparse
import fnmatch
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy

import frameworks

THAW = Path(__file__).parents[2] / ".build/release/thaw"
LIMIT = 1e-4
# Gradients add up tens of thousands of products in another order.
GRADIENT_LIMIT = 2e-3
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
        self.network = frameworks.torch_network(dialect, name, classes=10)
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
        network = frameworks.torch_network(self.dialect, self.name, classes=10, seed=9)
        state = safetensors.torch.load_file(written)
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
        import safetensors.torch
        import torch

        self.state()
        rate, count = 1.0, 4
        images = frameworks.images(self.edge, count)
        labels = numpy.arange(count) % 10
        numpy.savez(self.folder / "train.npz", x_train=images, y_train=labels, x_test=images, y_test=labels)
        thaw(
            "tune", self.weights, "--data", self.folder / "train.npz", "--headless", "--epochs", 1,
            "--batch", count, "--optimizer", "sgd", "--momentum", 0, "--learning-rate", rate,
            "--name", "gradient", "--runs-dir", self.folder, "--head", "keep", *self.without_dropout(),
            *self.options)
        written = self.folder / "step.safetensors"
        thaw(
            "export", self.folder / "gradient", "--checkpoint", "last", "--format", "safetensors",
            "-o", written)
        found = safetensors.torch.load_file(written)
        network = self.network.train()
        before = {name: value.detach().clone() for name, value in network.named_parameters()}
        for module in network.modules():
            if isinstance(module, torch.nn.modules.dropout._DropoutNd) or "StochasticDepth" in type(
                module).__name__ or "DropPath" in type(module).__name__:
                module.eval()
        logits = network(torch.from_numpy(images).permute(0, 3, 1, 2))
        torch.nn.functional.cross_entropy(logits, torch.from_numpy(labels)).backward()
        network.eval()
        worst = 0.0
        for name, parameter in network.named_parameters():
            if parameter.grad is None:
                continue
            change = rate * parameter.grad
            largest = float(change.abs().max())
            # A bias before a batch normalisation has no gradient but for rounding.
            if largest < 1e-5:
                continue
            step = before[name] - found[name]
            worst = max(worst, float((step - change).abs().max()) / largest)
        return worst

    def without_dropout(self):
        inspected = json.loads(thaw("inspect", self.weights, "--json", *self.options))
        names = [
            layer["name"] for layer in inspected["layers"]
            if layer["type"] in ("Dropout", "StochasticDepth", "SpatialDropout2D")]
        return [word for name in names for word in ("--dropout", f"{name}=0")]


class Keras:
    forms = ["state", "keras", "h5", "back"]

    def __init__(self, dialect, name, edge, folder, number):
        self.name, self.edge, self.folder = name, edge, folder
        self.network = frameworks.keras_network(name, classes=10, edge=edge)
        self.begins_with_preparation = any(
            type(layer).__name__ in ("Rescaling", "Normalization") for layer in self.network.layers[:4])
        # What reads pixels reads 0 to 255.
        scale = 60.0 if self.begins_with_preparation else 1.0
        self.images = frameworks.images(edge, scale=scale)
        self.expected = frameworks.keras_logits(self.network, self.images)

    def state(self):
        path = self.folder / "network.weights.h5"
        self.network.save_weights(path)
        images = self.images
        if self.begins_with_preparation:
            # Weights alone have no place for it: what follows it is read.
            import keras

            prepared = [
                layer for layer in self.network.layers[:4]
                if type(layer).__name__ in ("Rescaling", "Normalization")]
            images = numpy.asarray(
                keras.Model(self.network.inputs, prepared[-1].output)(self.images, training=False))
        return difference(
            answers(path, images, self.folder, "--architecture", self.name), self.expected)

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
            number += 1
            kind = Keras if dialect == "keras" else Torch
            results = compare(kind, member, number, options.forms)
            cells = []
            for form in options.forms:
                result = results.get(form, "")
                limit = GRADIENT_LIMIT if form == "gradient" else LIMIT
                if isinstance(result, str):
                    failed += bool(result)
                else:
                    failed += not result <= limit
                    result = f"{result:.1e}" + ("" if result <= limit else " ✘")
                cells.append(result)
            print(f"| {name} | {dialect} | " + " | ".join(cells) + " |", flush=True)
    print(f"{number} networks in {time.time() - seconds:.0f} s, {failed} failed", file=sys.stderr)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
