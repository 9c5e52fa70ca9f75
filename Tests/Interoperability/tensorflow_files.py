"""Holds TensorFlow's well-known files against TensorFlow; see `run --tensorflow`.

Of each whole network with seeded weights: the largest difference of its logits as a share of the largest
one, and the loss before and after one step of training with the first five layers frozen.

Exit status 1 where a difference is above the limit, or the loss does not fall.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import numpy

import compare
import tensorflow_networks


# Weights that nobody has trained give what pixels of hundreds make of them: a step that lowers the loss is
# as small as those are large.
RATES = [1e-3, 1e-5, 1e-7, 1e-9, 1e-11]


def losses(path, options, images, folder):
    """Of all images in one batch, before and after a step at the largest rate at which it falls."""
    for rate in RATES:
        before, after = losses_at(rate, path, options, images, folder)
        if after < before:
            break
    return before, after


def losses_at(rate, path, options, images, folder):
    count, edge = 4, images.shape[1]
    pixels = numpy.random.default_rng(3).integers(0, 256, (count, edge, edge, 3), dtype=numpy.uint8)
    labels = numpy.arange(count, dtype=numpy.uint8) % 2
    numpy.savez(folder / "data.npz", x_train=pixels, y_train=labels, x_test=pixels, y_test=labels)
    lines = compare.thaw(
        "tune", path, "--data", folder / "data.npz", "--headless", "--json", "--epochs", 2, "--batch", count,
        "--optimizer", "sgd", "--momentum", 0, "--learning-rate", rate, "--freeze-first", 5, "--augment",
        "none", "--head", 2, "--runs-dir", folder / "runs", *options)
    events = [json.loads(line) for line in lines.splitlines()]
    return [event["train"]["loss"] for event in events if event.get("event") == "epoch"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="parts of networks' names")
    options = parser.parse_args()
    failed = 0
    print("| file | network | judge | largest difference | loss before and after one step, 5 layers frozen |")
    print("| --- | --- | --- | --- | --- |")
    for name, make in tensorflow_networks.NETWORKS.items():
        if options.names and not any(part in name for part in options.names):
            continue
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            path, words, images, expected = make(folder)
            try:
                found = compare.difference(compare.answers(path, images, folder, *words), expected)
                before, after = losses(path, words, images, folder)
            except RuntimeError as error:
                failed += 1
                print(f"| {path.name} | {name} | TensorFlow | {error} | |", flush=True)
                continue
        is_good = found <= compare.LIMIT and after < before
        failed += not is_good
        print(
            f"| {path.name} | {name} | TensorFlow | {found:.1e} | {before:.4f} → {after:.4f} |"
            + ("" if is_good else " ✘"), flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
