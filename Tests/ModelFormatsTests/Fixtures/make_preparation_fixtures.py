"""Writes preparations.json: how torchvision prepares pictures for the first weights of each of its
classifiers, and what timm's configuration of each of its own says of the pixels.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0+cpu torchvision==0.28.0 timm==1.0.31
    venv/bin/python make_preparation_fixtures.py
"""

import json
from pathlib import Path

import torch

# PyPI's torchvision is compiled for CUDA: beside a torch without it its own operators are not there,
# and must not be given shapes. Classifiers use none of them.
torch.library.register_fake = lambda *arguments, **keywords: lambda function: function
import timm
import torchvision

TIMM = ["tf_mobilenetv3_*", "tf_efficientnet_*", "tf_efficientnetv2_*", "mobilenetv1_*", "mobilenetv2_*",
        "mobilenetv3_*", "mobilenetv4_conv_*", "mnasnet_*",
        "efficientnet_b*", "efficientnet_lite*", "resnet*d", "regnet*", "densenet*", "inception_v3"]


def within(name, mean, deviation):
    """What the transforms and the network together take from pixels: two pre-trained networks begin
    with a step of their own, which weights=None leaves out."""
    if name not in ("googlenet", "inception_v3"):
        return mean, deviation
    model = torchvision.models.get_model(
        name, weights=None, init_weights=False, transform_input=True)
    means = torch.tensor(mean).reshape(1, 3, 1, 1)
    deviations = torch.tensor(deviation).reshape(1, 3, 1, 1)
    black = model._transform_input((torch.zeros(1, 3, 1, 1) - means) / deviations).flatten()
    white = model._transform_input((torch.ones(1, 3, 1, 1) - means) / deviations).flatten()
    rounded = lambda values: [round(value, 5) for value in values.tolist()]
    return rounded(black / (black - white)), rounded(1 / (white - black))


preparations = {}
for name in torchvision.models.list_models(module=torchvision.models):
    weights = list(torchvision.models.get_model_weights(name))
    transforms = weights[0].transforms()
    mean, deviation = within(name, transforms.mean, transforms.std)
    preparations["torchvision " + name] = {
        "size": transforms.crop_size[0],
        "resize": transforms.resize_size[0],
        "interpolation": transforms.interpolation.value,
        "mean": mean,
        "deviation": deviation,
    }
for pattern in TIMM:
    for name in timm.list_models(pattern):
        configuration = timm.get_pretrained_cfg(name)
        preparations["timm " + name] = {
            "mean": configuration.mean, "deviation": configuration.std}
path = Path(__file__).parent / "preparations.json"
lines = (f"{json.dumps(name)}: {json.dumps(value)}" for name, value in sorted(preparations.items()))
path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
