"""Writes layers.json: small inputs, parameters and what Keras (where it cannot, Torch) computes.

Run with keras, tensorflow and torch installed: python make_layers.py > layers.json
"""
import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import torch
from keras import layers

rng = np.random.default_rng(1)
cases = []


def draw(*shape, scale=1.0):
    """Numbers of two decimals, which JSON keeps exactly enough."""
    return np.round(rng.normal(size=shape) * scale, 2).astype(np.float32)


def values(array):
    return [float(f"{x:.6g}") for x in np.asarray(array, np.float64).ravel()]


def record(name, inputs, parameters, output, after=()):
    """Channels last; `inputs` and `output` with the batch. `after`: parameters after the call."""
    tensor = lambda a: {"shape": list(np.shape(a)), "values": values(a)}
    cases.append({
        "name": name, "inputs": [tensor(i) for i in inputs],
        "parameters": [tensor(p) for p in parameters], "output": tensor(output),
        "after": [tensor(p) for p in after],
    })


def keras_case(name, layer, *inputs, training=False, positive=()):
    tensors = [keras.ops.convert_to_tensor(i) for i in inputs]
    argument = tensors if len(tensors) > 1 else tensors[0]
    layer(argument)
    weights = [draw(*w.shape, scale=0.5) for w in layer.weights]
    for index in positive:
        weights[index] = np.abs(weights[index]) + np.float32(0.5)
    layer.set_weights(weights)
    output = layer(argument, training=training)
    record(name, inputs, weights, output, layer.get_weights() if training else ())


image = lambda channels=2, height=5, width=4: draw(2, height, width, channels)

keras_case("conv same stride 2", layers.Conv2D(3, (3, 2), strides=2, padding="same"), image())
keras_case("conv valid dilated relu",
           layers.Conv2D(2, 2, dilation_rate=(3, 2), activation="relu"), image())
keras_case("conv groups no bias",
           layers.Conv2D(4, 3, groups=2, use_bias=False, padding="same"), image(4, 3, 3))
keras_case("conv swish", layers.Conv2D(2, 1, activation="swish"), image(2, 2, 2))
keras_case("depthwise same stride 2",
           layers.DepthwiseConv2D(3, strides=2, depth_multiplier=2, padding="same"), image())
keras_case("dense", layers.Dense(3), draw(2, 5))
keras_case("dense softmax", layers.Dense(3, activation="softmax"), draw(2, 4))
keras_case("dense over positions", layers.Dense(3, activation="tanh"), image(2, 2, 2))
keras_case("batch norm inference", layers.BatchNormalization(epsilon=0.01), image(3, 2, 2),
           positive=[3])
keras_case("batch norm training", layers.BatchNormalization(momentum=0.9), image(3, 2, 2),
           training=True, positive=[3])
keras_case("batch norm without gamma", layers.BatchNormalization(scale=False), image(2, 2, 2),
           positive=[2])
keras_case("softmax", layers.Softmax(), image(3, 1, 2))
keras_case("max pooling same", layers.MaxPooling2D(3, strides=2, padding="same"), image())
keras_case("max pooling valid", layers.MaxPooling2D((2, 3), strides=(2, 1)), image())
keras_case("average pooling same", layers.AveragePooling2D(3, strides=2, padding="same"), image())
keras_case("global average", layers.GlobalAveragePooling2D(), image())
keras_case("global average kept", layers.GlobalAveragePooling2D(keepdims=True), image())
keras_case("global max", layers.GlobalMaxPooling2D(), image())
keras_case("add", layers.Add(), image(2, 2, 2), image(2, 2, 2), image(2, 2, 2))
keras_case("multiply", layers.Multiply(), image(2, 2, 2), image(2, 2, 2))
keras_case("multiply over space", layers.Multiply(), image(3, 2, 2), image(3, 1, 1))
keras_case("concatenate", layers.Concatenate(), image(1, 2, 2), image(3, 2, 2))
keras_case("zero padding", layers.ZeroPadding2D(((1, 0), (0, 2))), image(2, 2, 2))
keras_case("flatten", layers.Flatten(), image(2, 2, 2))
keras_case("rescaling", layers.Rescaling(0.5, offset=-1), image(2, 2, 2))

line = np.linspace(-4, 4, 9, dtype=np.float32)[None]
for name in ["relu", "relu6", "leaky_relu", "elu", "sigmoid", "tanh", "swish", "hard_swish",
             "hard_sigmoid"]:
    keras_case(name, layers.Activation(name), line * 2)


def torch_case(name, module, input):
    output = module(torch.from_numpy(input).permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
    record(name, [input], [], output.numpy())


torch_case("max pooling rounded up", torch.nn.MaxPool2d(3, 2, ceil_mode=True), image(1, 6, 5))
torch_case("max pooling rounded up and padded",
           torch.nn.MaxPool2d(2, 3, padding=1, ceil_mode=True), image(1, 6, 5))
torch_case("average pooling that counts padding", torch.nn.AvgPool2d(3, 2, padding=1),
           image(1, 5, 4))

print("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]")
