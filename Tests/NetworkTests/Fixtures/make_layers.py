"""Writes layers.json: small inputs, parameters and what Keras (where it cannot, Torch) computes.

Run with keras, tensorflow, torch, timm and opencv-python-headless 4 installed: python make_layers.py > layers.json
"""
import json
import os

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import torch
from keras import layers

# Torchvision, which timm takes with it, registers operators that a CPU build lacks.
torch.library.register_fake = lambda *a, **k: lambda f: f

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

# Everything below draws from a generator of its own, so that what stands above keeps its numbers.
rng = np.random.default_rng(2)
nn = torch.nn


def torch_layer(name, module, input):
    """A module with parameters, of one axis each (or none), which are drawn."""
    weights = []
    with torch.no_grad():
        for parameter in module.parameters():
            weights.append(draw(*parameter.shape, scale=0.5))
            parameter.copy_(torch.from_numpy(weights[-1]))
        output = module(torch.from_numpy(input).permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
    record(name, [input], weights, output.numpy())


def torch_convolution(name, input, kernel, bias, **options):
    """`kernel` and `bias` as Torch has them; recorded in the order rows, columns, in, out."""
    output = torch.nn.functional.conv2d(
        torch.from_numpy(input).permute(0, 3, 1, 2), torch.from_numpy(kernel),
        torch.from_numpy(bias), **options).permute(0, 2, 3, 1)
    recorded = kernel.transpose(2, 3, 1, 0)
    if options.get("groups") == input.shape[3]:
        recorded = recorded.reshape(*recorded.shape[:2], input.shape[3], -1)
    record(name, [input], [recorded, bias], output.numpy())


torch_convolution("conv groups stride dilation", image(6, 7, 8), draw(9, 2, 3, 3), draw(9),
                  groups=3, stride=2, dilation=2, padding=2)
torch_convolution("depthwise multiplier stride dilation", image(3, 7, 8), draw(6, 1, 3, 3),
                  draw(6), groups=3, stride=2, dilation=2, padding=2)
torch_case("average pooling rounded up that counts padding",
           nn.AvgPool2d(3, 2, padding=1, ceil_mode=True), image(2, 6, 4))
torch_case("average pooling rounded up", nn.AvgPool2d(3, 2, ceil_mode=True), image(2, 6, 4))
torch_case("average pooling without padding",
           nn.AvgPool2d(3, 2, padding=1, ceil_mode=True, count_include_pad=False), image(2, 6, 4))
torch_case("average pooling by a divisor", nn.AvgPool2d(2, divisor_override=3), image(2, 4, 5))
torch_case("adaptive average", nn.AdaptiveAvgPool2d((3, 4)), image(2, 5, 6))
torch_case("adaptive average of fewer pixels", nn.AdaptiveAvgPool2d(5), image(2, 2, 3))
torch_case("adaptive max", nn.AdaptiveMaxPool2d((3, 4)), image(2, 7, 6))
torch_case("response across channels", nn.LocalResponseNorm(5, alpha=0.5, k=2), image(7, 2, 2))
torch_case("response across an even number", nn.LocalResponseNorm(4, alpha=0.8, beta=0.6),
           image(7, 2, 2))
torch_layer("group norm", nn.GroupNorm(3, 6), image(6, 3, 2))
torch_layer("instance norm", nn.InstanceNorm2d(3, affine=True), image(3, 3, 2))
torch_layer("instance norm without factors", nn.InstanceNorm2d(3), image(3, 3, 2))
torch_layer("prelu of one slope", nn.PReLU(), image(3, 2, 2))
torch_case("channel shuffle", nn.ChannelShuffle(3), image(12, 2, 2))
torch_case("reflected", nn.ReflectionPad2d((2, 1, 0, 2)), image(2, 3, 4))
torch_case("replicated", nn.ReplicationPad2d((3, 1, 0, 2)), image(2, 2, 3))
torch_case("circular", nn.CircularPad2d((2, 1, 0, 2)), image(2, 3, 4))
torch_case("padded by a number and cut", nn.ConstantPad2d((-1, 2, 1, -1), 0.5), image(2, 3, 4))
torch_case("nearest of torch", nn.Upsample((7, 3)), image(2, 4, 5))
torch_case("nearest exact of torch", nn.Upsample((7, 3), mode="nearest-exact"), image(2, 4, 5))
torch_case("bilinear", nn.Upsample((7, 3), mode="bilinear"), image(2, 4, 5))
torch_case("bilinear aligned", nn.Upsample((7, 3), mode="bilinear", align_corners=True),
           image(2, 4, 5))
torch_case("hardtanh", nn.Hardtanh(-0.5, 2), image(2, 2, 3))
torch_case("rrelu", nn.RReLU(0.1, 0.4).eval(), image(2, 2, 3))
keras_case("upsampling", layers.UpSampling2D((2, 3)), image(2, 2, 3))
keras_case("upsampling bilinear", layers.UpSampling2D(2, interpolation="bilinear"), image(2, 2, 3))
keras_case("keras group norm", layers.GroupNormalization(2), image(6, 3, 2))
keras_case("keras adaptive average", layers.AdaptiveAveragePooling2D((3, 4)), image(2, 5, 6))
keras_case("keras adaptive max", layers.AdaptiveMaxPooling2D((3, 4)), image(2, 7, 6))
keras_case("grouped and dilated same",
           layers.Conv2D(4, 3, groups=2, dilation_rate=2, padding="same"), image(4, 5, 4))

import timm.layers

torch_case("blur", timm.layers.BlurPool2d(2), image(2, 5, 6))
torch_case("blur of five between zeros", timm.layers.BlurPool2d(2, 5, pad_mode="constant"),
           image(2, 6, 5))

import cv2


def caffe_case(name, definition, input):
    """One Caffe layer without parameters, by OpenCV."""
    size = (input.shape[3], *input.shape[1:3])
    header = "input: 'data' input_shape { dim: %d dim: %d dim: %d dim: %d }" % (
        input.shape[0], *size)
    net = cv2.dnn.readNetFromCaffe(
        np.frombuffer(f"{header} layer {{ name: 'l' bottom: 'data' top: 'l' {definition} }}".encode(),
                      np.uint8))
    net.setInput(np.ascontiguousarray(input.transpose(0, 3, 1, 2)))
    record(name, [input], [], net.forward().transpose(0, 2, 3, 1))


caffe_case("caffe response within a channel",
           "type: 'LRN' lrn_param { local_size: 3 alpha: 4 norm_region: WITHIN_CHANNEL }",
           image(3, 4, 5))
caffe_case("caffe response across channels",
           "type: 'LRN' lrn_param { local_size: 5 alpha: 0.5 beta: 0.6 }", image(7, 2, 2))
caffe_case("caffe average pooling",
           "type: 'Pooling' pooling_param { pool: AVE kernel_size: 3 stride: 2 pad: 1 }",
           image(2, 6, 4))
caffe_case("caffe max pooling",
           "type: 'Pooling' pooling_param { pool: MAX kernel_size: 3 stride: 2 }", image(2, 6, 5))
caffe_case("caffe power",
           "type: 'Power' power_param { power: 1.5 scale: 0.25 shift: 4 }", image(2, 2, 3))
caffe_case("caffe absolute", "type: 'AbsVal'", image(2, 2, 3))

print("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]")
