"""Holds networks of Caffe's Model Zoo against OpenCV, which computes what Caffe does.

    python3 -m venv venv && venv/bin/pip install numpy pillow 'opencv-python-headless<5'
    venv/bin/python Tests/Interoperability/caffe.py [NAMES] [--train PICTURES]

Each is written with weights that a seed makes, as its generation of Caffe writes it: the weights alone, and
with a prototxt (V0's is in its weights alone). Given are the largest difference of the answers before the
softmax as a share of the largest of them, and with --train (a folder of folders of pictures) the loss before
and after one step of training with the first five layers frozen. THAW names the program. Exit status 1 where
a difference is above the limit, or a loss does not fall.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy

import caffe_networks

THAW = os.environ.get("THAW", Path(__file__).parents[2] / ".build/release/thaw")
LIMIT = 1e-4


def thaw(*arguments):
    result = subprocess.run([THAW, *map(str, arguments)], capture_output=True, text=True)
    if result.returncode != 0:
        raise RuntimeError((result.stderr or result.stdout).strip().splitlines()[-1])
    return result.stdout


def compare(network, folder):
    logits = [layer for layer in network.layers if layer[1] != "Softmax"][-1]
    images = 60 * numpy.random.default_rng(3).standard_normal((1, network.edge, network.edge, 3)).astype("f4")
    numpy.save(folder / "x.npy", images)
    judge = folder / "judge"
    judge.mkdir()
    (judge / "deploy.prototxt").write_text(network.text("today"))
    (judge / "net.caffemodel").write_bytes(network.binary("today"))
    net = cv2.dnn.readNetFromCaffe(str(judge / "deploy.prototxt"), str(judge / "net.caffemodel"))
    net.setInput(numpy.ascontiguousarray(images.transpose(0, 3, 1, 2)))
    expected = net.forward(logits[3]).reshape(-1)
    alone = folder / "net.caffemodel"
    alone.write_bytes(network.binary(network.generation))
    files = [alone]
    if network.generation != "v0":
        pair = folder / "pair"
        pair.mkdir()
        (pair / "deploy.prototxt").write_text(network.text(network.generation))
        os.link(alone, pair / "net.caffemodel")
        files.append(pair / "deploy.prototxt")
    worst = 0.0
    for file in files:
        thaw("predict", file, folder / "x.npy", "--output", folder / "y.npy", "--output-layer", logits[0])
        found = numpy.load(folder / "y.npy").reshape(-1)
        if found.shape != expected.shape:
            raise RuntimeError(f"{found.shape} instead of {expected.shape}")
        worst = max(worst, float(abs(found - expected).max()) / max(1.0, float(abs(expected).max())))
    return alone, worst


def train(model, pictures, folder):
    inspected = json.loads(thaw("inspect", model, "--json"))
    dropout = [
        word for layer in inspected["layers"] if layer["type"] == "Dropout"
        for word in ("--dropout", f"{layer['name']}=0")]
    # The whole folder is one batch: an epoch is a step, and its loss that before the step.
    lines = thaw(
        "tune", model, "--data", pictures, "--headless", "--json", "--epochs", 2, "--batch", 64, "--freeze-first", 5,
        "--optimizer", "sgd", "--momentum", 0, "--learning-rate", 1e-5, "--augment", "none", "--validation", 0.5, "--name", "step",
        "--runs-dir", folder, *dropout).splitlines()
    epochs = [json.loads(line) for line in lines if '"epoch"' in line]
    return [epoch["train"]["loss"] for epoch in epochs if epoch.get("event") == "epoch"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", default=list(caffe_networks.NETWORKS))
    parser.add_argument("--train", type=Path)
    options = parser.parse_args()
    print("| network | generation | largest difference | loss before and after a step |")
    print("| --- | --- | --- | --- |")
    failed = False
    for name in options.names:
        network = caffe_networks.NETWORKS[name]()
        losses = "–"
        with tempfile.TemporaryDirectory() as folder:
            try:
                model, worst = compare(network, Path(folder))
                good = worst <= LIMIT
                text = f"{worst:.1e}"
                if options.train:
                    before, after = train(model, options.train, Path(folder) / "runs")[:2]
                    losses = f"{before:.4f} → {after:.4f}"
                    good = good and after < before
            except Exception as error:
                good, text = False, f"{type(error).__name__}: {error}"
        failed = failed or not good
        print(f"| {network.name} | {network.generation} | {text}{'' if good else ' ✘'} | {losses} |", flush=True)
    sys.exit(1 if failed else 0)


main()
