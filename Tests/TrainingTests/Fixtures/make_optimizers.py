"""Writes optimizers.json: what Keras' optimisers make of a kernel and a bias in a few steps.

Run by hand, with Keras 3 installed: python make_optimizers.py
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = os.environ.get("KERAS_BACKEND", "tensorflow")
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np

STEPS = 6
CASES = {
    "sgd": lambda: keras.optimizers.SGD(0.05),
    "sgd-momentum": lambda: keras.optimizers.SGD(0.05, momentum=0.9),
    "sgd-nesterov": lambda: keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
    "sgd-decay": lambda: keras.optimizers.SGD(0.05, momentum=0.9, weight_decay=0.1),
    "sgd-clip": lambda: keras.optimizers.SGD(0.05, momentum=0.9, global_clipnorm=0.7),
    "rmsprop": lambda: keras.optimizers.RMSprop(0.01),
    "rmsprop-momentum": lambda: keras.optimizers.RMSprop(0.01, momentum=0.8),
    "adagrad": lambda: keras.optimizers.Adagrad(0.05),
    "adadelta": lambda: keras.optimizers.Adadelta(1.0),
    "adam": lambda: keras.optimizers.Adam(0.01),
    "adam-beta": lambda: keras.optimizers.Adam(0.01, beta_1=0.8),
    "adam-clip": lambda: keras.optimizers.Adam(0.01, global_clipnorm=0.7),
    "adamw": lambda: keras.optimizers.AdamW(0.01),
}


def numbers(array):
    return [float(x) for x in np.asarray(array, np.float32).ravel()]


rng = np.random.default_rng(7)
kernel = rng.normal(size=(5, 4)).astype(np.float32)
bias = rng.normal(size=(4,)).astype(np.float32)
gradients = [
    (rng.normal(size=(5, 4)).astype(np.float32), rng.normal(size=(4,)).astype(np.float32))
    for _ in range(STEPS)
]
result = {
    "keras": keras.__version__,
    "kernel": numbers(kernel),
    "bias": numbers(bias),
    "gradients": [{"kernel": numbers(k), "bias": numbers(b)} for k, b in gradients],
    "cases": {},
}
for name, make in CASES.items():
    optimizer = make()
    variables = [keras.Variable(kernel, name="kernel"), keras.Variable(bias, name="bias")]
    # Weight decay is for kernels only.
    optimizer.build(variables)
    if optimizer.weight_decay:
        optimizer.exclude_from_weight_decay(var_list=[variables[1]])
    for step_gradients in gradients:
        optimizer.apply(list(step_gradients), variables)
    result["cases"][name] = {
        "kernel": numbers(variables[0].numpy()),
        "bias": numbers(variables[1].numpy()),
    }

constraint = keras.constraints.MaxNorm(1.2, axis=0)
result["maxNorm"] = {"limit": 1.2, "kernel": numbers(constraint(kernel))}
path = pathlib.Path(__file__).with_name("optimizers.json")
path.write_text(json.dumps(result, indent=1) + "\n")
