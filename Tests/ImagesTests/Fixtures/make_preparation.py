"""Writes preparation.json: what timm's and torchvision's evaluation transforms make of 54 odd pictures, as
FNV-1a of the float32 values, height × width × channels.  pip install timm torchvision pillow numpy"""

import json, os, random
import numpy as np
from timm.data import create_transform
from make_resizing import fnv, picture

here = os.path.dirname(os.path.abspath(__file__))
random.seed(11)
cases = []
sizes = [(1, 1), (1, 90), (90, 2), (2, 3), (31, 31), (32, 32), (33, 32), (37, 36), (36, 37), (200, 5)]
for number in range(54):
    width, height = sizes[number] if number < len(sizes) else (random.randint(8, 130), random.randint(8, 130))
    fit = ["crop", "squash", "pad"][number % 3]
    interpolation = ["bilinear", "bicubic"][number % 2]
    fraction = [1.0, 0.875, 0.9, 0.95][number // 3 % 4]
    down, across = (32, 32) if number % 4 else (24, 40)
    channels = 1 if number % 7 == 6 else 3
    mean, deviation = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]) if number % 5 else ([0.5] * 3, [0.5] * 3)
    transform = create_transform(
        (3, down, across), is_training=False, interpolation=interpolation, crop_pct=fraction, mean=mean,
        std=deviation, crop_mode={"crop": "center", "squash": "squash", "pad": "border"}[fit])
    values = transform(picture(width, height, channels, number).convert("RGB"))
    values = np.ascontiguousarray(values.numpy().transpose(1, 2, 0).astype("<f4"))
    cases.append({
        "width": width, "height": height, "channels": channels, "seed": number, "fit": fit,
        "interpolation": interpolation, "fraction": fraction, "toWidth": across, "toHeight": down,
        "mean": mean, "deviation": deviation, "hash": fnv(values.tobytes())})
with open(os.path.join(here, "preparation.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
