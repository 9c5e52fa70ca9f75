#!/usr/bin/env python3
"""Compares thaw-bench with PyTorch and Keras on this machine, and prints ratios of medians.

    pip install torch torchvision tensorflow-cpu
    swift build -c release --product thaw-bench
    python3 Sources/thaw-bench/compare.py --rounds 3 resnet18:train:16 mobilenet_v2:infer:16

Every round runs each contender once, in turn, each in a process of its own, so that a machine
whose speed drifts is fair to all of them. OPENBLAS_CORETYPE, which would hold OpenBLAS to a lesser
core, is taken out of the environment for everyone.

A case is MODEL:MODE:BATCH, MODE one of train (all layers), head (only the last layer trains, nothing
is kept), infer and epochs: 10 epochs of head over 2,000 images, Thaw with its feature cache. A peer
computes every epoch alike, so the rate of its steps stands for all of them. PyTorch runs in both
memory formats, Keras with and without XLA; what counts is the best.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time

KERAS_NAMES = {
    "resnet50": "ResNet50",
    "vgg16": "VGG16",
    "mobilenet_v2": "MobileNetV2",
    "efficientnet_b0": "EfficientNetB0",
}


def report(batch, seconds):
    """What a contender prints: throughput over the median step, and its peak memory."""
    rate = batch / statistics.median(seconds)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"imagesPerSecond": rate, "peakMemoryMB": peak}))


def run_torch(model_name, mode, batch, steps, channels_last, threads):
    import torch

    # A torchvision built for another torch lacks its compiled operators. Its classifiers need none
    # of them, so the import need not register them.
    torch.library.register_fake = lambda *_, **__: lambda function: function
    import torchvision

    torch.manual_seed(0)
    torch.set_num_threads(threads)
    layout = torch.channels_last if channels_last else torch.contiguous_format
    model = getattr(torchvision.models, model_name)(weights=None).to(memory_format=layout)
    images = torch.rand(batch, 3, 224, 224).to(memory_format=layout)
    labels = torch.randint(0, 1000, (batch,))
    loss_function = torch.nn.CrossEntropyLoss()
    if mode == "infer":
        model.eval()
    elif mode == "head":
        # As Thaw freezes: everything below in inference mode, no gradients there.
        model.eval()
        for parameter in model.parameters():
            parameter.requires_grad = False
        head = [m for m in model.modules() if isinstance(m, (torch.nn.Linear, torch.nn.Conv2d))][-1]
        for parameter in head.parameters():
            parameter.requires_grad = True
    else:
        model.train()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=1e-3, momentum=0.9)

    def step():
        if mode == "infer":
            with torch.inference_mode():
                model(images)
            return
        optimizer.zero_grad(set_to_none=True)
        loss_function(model(images), labels).backward()
        optimizer.step()

    report(batch, timed(step, steps))


def run_keras(model_name, mode, batch, steps, xla, threads):
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import numpy
    import tensorflow
    import keras

    tensorflow.config.threading.set_intra_op_parallelism_threads(threads)
    keras.utils.set_random_seed(0)
    model = getattr(keras.applications, KERAS_NAMES[model_name])(
        weights=None, classifier_activation=None)
    if mode == "head":
        for layer in model.layers[:-1]:
            layer.trainable = False
    images = tensorflow.constant(numpy.random.rand(batch, 224, 224, 3).astype("float32"))
    labels = tensorflow.constant(numpy.random.randint(0, 1000, batch))
    if mode == "infer":
        predict = tensorflow.function(lambda x: model(x, training=False), jit_compile=xla)
        report(batch, timed(lambda: predict(images).numpy(), steps))
        return
    model.compile(
        optimizer=keras.optimizers.SGD(1e-3, momentum=0.9),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        jit_compile=xla)
    report(batch, timed(lambda: model.train_on_batch(images, labels), steps))


def timed(step, steps):
    for _ in range(2):
        step()
    seconds = []
    for _ in range(steps):
        start = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - start)
    return seconds


def run_contender(name, case, arguments):
    """One process, one result; None where the contender cannot run the case."""
    model, mode, batch = case
    environment = {k: v for k, v in os.environ.items() if k != "OPENBLAS_CORETYPE"}
    if name == "thaw" and mode == "epochs":
        command = [arguments.thaw_bench, "epochs", "--model", model, "--batch", str(batch),
                   "--threads", str(arguments.threads)]
    elif name == "thaw":
        command = [arguments.thaw_bench, "--model", model, "--mode", mode, "--batch", str(batch),
                   "--steps", str(arguments.steps), "--threads", str(arguments.threads)]
    else:
        command = [sys.executable, __file__, "--contender", name, "--steps", str(arguments.steps),
                   "--threads", str(arguments.threads),
                   f"{model}:{'head' if mode == 'epochs' else mode}:{batch}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"{name} failed on {model}:{mode}:{batch}\n{done.stderr[-800:]}", file=sys.stderr)
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def compare(case, arguments):
    model = case[0]
    names = ["thaw", "torch", "torch-channels-last"]
    if model in KERAS_NAMES:
        names += ["keras", "keras-xla"]
    names = [n for n in names if n.split("-")[0] in arguments.contenders]
    results = {name: [] for name in names}
    for _ in range(arguments.rounds):
        for name in names:
            result = run_contender(name, case, arguments)
            if result:
                results[name].append(result)
    rates = {n: statistics.median(r["imagesPerSecond"] for r in rs)
             for n, rs in results.items() if rs}
    memory = {n: statistics.median(r["peakMemoryMB"] for r in rs)
              for n, rs in results.items() if rs}

    def best(prefix):
        return max((rate for name, rate in rates.items() if name.startswith(prefix)), default=None)

    def ratio(rate):
        return f"{rates['thaw'] / rate:.2f}×" if rate and "thaw" in rates else "–"

    def show(value):
        return f"{value:.1f}" if value else "–"

    thaw, torch, keras = rates.get("thaw"), best("torch"), best("keras")
    torch_memory = min((m for n, m in memory.items() if n.startswith("torch")), default=None)
    print(f"| {model} | {case[1]} | {case[2]} | {show(thaw)} | {show(torch)} | {show(keras)} "
          f"| {ratio(torch)} | {ratio(keras)} | {memory.get('thaw', 0):.0f} "
          f"| {torch_memory or 0:.0f} |", flush=True)
    print(json.dumps({"case": case, "rates": rates, "memory": memory}), file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="+", metavar="MODEL:MODE:BATCH")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--contenders", nargs="+", default=["thaw", "torch", "keras"])
    parser.add_argument("--thaw-bench", default=".build/release/thaw-bench")
    parser.add_argument("--contender", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    cases = []
    for text in arguments.cases:
        model, mode, batch = text.split(":")
        cases.append((model, mode, int(batch)))
    if arguments.contender:
        model, mode, batch = cases[0]
        framework, _, variant = arguments.contender.partition("-")
        run = {"torch": run_torch, "keras": run_keras}[framework]
        run(model, mode, batch, arguments.steps, bool(variant), arguments.threads)
        return
    print("| model | mode | batch | Thaw img/s | PyTorch | Keras | vs PyTorch | vs Keras "
          "| Thaw MB | PyTorch MB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for case in cases:
        compare(case, arguments)


if __name__ == "__main__":
    main()
