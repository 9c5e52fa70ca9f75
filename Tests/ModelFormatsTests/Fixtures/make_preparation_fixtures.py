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

TIMM = ["tf_mobilenetv3_*", "tf_efficientnet_*", "tf_efficientnetv2_*", "mobilenetv1_100", "mobilenetv2_*",
        "efficientnet_b*", "efficientnet_lite*", "resnet*d", "regnet*", "densenet*"]

preparations = {}
for name in torchvision.models.list_models(module=torchvision.models):
    weights = list(torchvision.models.get_model_weights(name))
    transforms = weights[0].transforms()
    preparations["torchvision " + name] = {
        "size": transforms.crop_size[0],
        "resize": transforms.resize_size[0],
        "interpolation": transforms.interpolation.value,
        "mean": transforms.mean,
        "deviation": transforms.std,
    }
for pattern in TIMM:
    for name in timm.list_models(pattern):
        configuration = timm.get_pretrained_cfg(name)
        preparations["timm " + name] = {
            "mean": configuration.mean, "deviation": configuration.std}
path = Path(__file__).parent / "preparations.json"
lines = (f"{json.dumps(name)}: {json.dumps(value)}" for name, value in sorted(preparations.items()))
path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
