"""Writes resizing.json: what Pillow's resize makes of pictures of random sizes, as FNV-1a of its bytes.
The pictures are numbers of a generator that the test has, too.  pip install pillow numpy"""

import json, os, random
import numpy as np
from PIL import Image

here = os.path.dirname(os.path.abspath(__file__))
filters = {"nearest": Image.NEAREST, "bilinear": Image.BILINEAR, "bicubic": Image.BICUBIC}


def picture(width, height, channels, seed):
    """Noise in places, and smooth and hard edges in others."""
    state, values = seed, []
    for i in range(width * height * channels):
        state = (state * 1664525 + 1013904223) % 2 ** 32
        pixel = i // channels
        x, y = pixel % width, pixel // width
        smooth = (x * 5 + y * 3 + i % channels * 40) % 256
        values.append(state >> 24 if (x // 16 + y // 16) % 2 else smooth)
    shape = (height, width) if channels == 1 else (height, width, channels)
    return Image.fromarray(np.array(values, np.uint8).reshape(shape))


def fnv(data):
    value = 2166136261
    for byte in data:
        value = (value ^ byte) * 16777619 % 2 ** 32
    return value


if __name__ == "__main__":
    random.seed(5)
    cases = []
    for number in range(60):
        width, height = random.choice([(1, 1), (2, 3)]) if number < 2 else (
            random.randint(1, 90), random.randint(1, 90))
        across, down = random.randint(1, 70), random.randint(1, 70)
        if number % 9 == 0:
            across = width
        if number % 11 == 0:
            down = height
        channels = 1 if number % 4 == 3 else 3
        name = list(filters)[number % 3]
        image = picture(width, height, channels, number)
        box = None
        if number % 5 == 4 and width > 8 and height > 8:
            box = [width // 4, height // 3, width // 2, height // 2]
            image = image.crop((box[0], box[1], box[0] + box[2], box[1] + box[3]))
        result = image.resize((across, down), filters[name])
        cases.append({"width": width, "height": height, "channels": channels, "seed": number, "box": box,
                      "toWidth": across, "toHeight": down, "interpolation": name,
                      "hash": fnv(result.tobytes())})
    with open(os.path.join(here, "resizing.json"), "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]\n")
