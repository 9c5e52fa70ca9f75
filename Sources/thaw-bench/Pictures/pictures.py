#!/usr/bin/env python3
"""Compares decoding and preparing photographs with Pillow and torchvision, and prints ratios of medians.

    pip install pillow numpy torch torchvision
    swift build -c release --product thaw-bench
    python3 Sources/thaw-bench/Pictures/pictures.py --make /tmp/photographs      # or a folder of one's own
    python3 Sources/thaw-bench/Pictures/pictures.py /tmp/photographs

Every round runs each contender once, in turn, each in a process of its own with as many workers as Thaw has
threads. All decode the same files, resize the shorter side to 256 (bilinear, antialiased), cut 224 × 224 out
of the middle, and normalise. Pillow works with NumPy in a pool of processes, torchvision in its DataLoader.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

SIZE, RESIZED = 224, 256
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def files(folder):
    """Every picture below the folder."""
    return sorted(
        os.path.join(path, name) for path, _, names in os.walk(folder) for name in names
        if name.lower().endswith((".jpg", ".jpeg", ".png", ".webp")))


def with_pillow(path):
    import numpy
    from PIL import Image

    image = Image.open(path).convert("RGB")
    scale = RESIZED / min(image.size)
    width, height = (max(RESIZED, int(side * scale)) for side in image.size)
    image = image.resize((width, height), Image.BILINEAR)
    left, top = round((width - SIZE) / 2), round((height - SIZE) / 2)
    image = image.crop((left, top, left + SIZE, top + SIZE))
    pixels = numpy.asarray(image, numpy.float32) / 255
    return ((pixels - numpy.float32(MEAN)) / numpy.float32(DEVIATION)).sum()


def run_pillow(paths, threads):
    import multiprocessing

    with multiprocessing.Pool(threads) as pool:
        pool.map(with_pillow, paths[:threads * 4])
        start = time.perf_counter()
        pool.map(with_pillow, paths, chunksize=8)
        return time.perf_counter() - start


class Photographs:
    def __init__(self, paths):
        from torchvision import transforms

        self.paths = paths
        self.transform = transforms.Compose([
            transforms.Resize(RESIZED), transforms.CenterCrop(SIZE), transforms.ToTensor(),
            transforms.Normalize(MEAN, DEVIATION)])

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        from PIL import Image

        return self.transform(Image.open(self.paths[index]).convert("RGB"))


def run_torchvision(paths, threads):
    import torch

    # A torchvision built for another torch lacks its compiled operators. Its transforms need none.
    torch.library.register_fake = lambda *_, **__: lambda function: function
    torch.set_num_threads(1)
    loader = torch.utils.data.DataLoader(
        Photographs(paths), batch_size=32, num_workers=threads, persistent_workers=True)
    for _ in loader:
        pass
    start = time.perf_counter()
    for _ in loader:
        pass
    return time.perf_counter() - start


def make(folder, count):
    """Photographs of nothing: clouds of all sizes with edges in them, as large as people's are."""
    import numpy
    from PIL import Image, ImageDraw

    random = numpy.random.default_rng(1)
    for number in range(count):
        width, height = [(500, 375), (640, 480), (375, 500), (1024, 768)][number % 4]
        pixels = numpy.zeros((height, width, 3), numpy.float32)
        for octave in range(2, 9):
            side = 2 ** octave
            noise = Image.fromarray(random.integers(0, 256, (side, side, 3), numpy.uint8))
            pixels += numpy.asarray(noise.resize((width, height), Image.BICUBIC), numpy.float32) / side
        pixels = (pixels - pixels.min()) / (pixels.max() - pixels.min()) * 255
        image = Image.fromarray(pixels.astype(numpy.uint8))
        draw = ImageDraw.Draw(image)
        for _ in range(12):
            x, y = random.integers(0, width), random.integers(0, height)
            box = [x, y, x + random.integers(5, 150), y + random.integers(5, 150)]
            draw.ellipse([int(v) for v in box], fill=tuple(int(v) for v in random.integers(0, 256, 3)))
        place = os.path.join(folder, f"class {number % 4}")
        os.makedirs(place, exist_ok=True)
        image.save(os.path.join(place, f"{number}.jpg"), quality=90)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("folder")
    parser.add_argument("--make", action="store_true", help="write photographs into the folder, and stop")
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--thaw-bench", default=".build/release/thaw-bench")
    parser.add_argument("--contender", choices=["pillow", "torchvision"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.make:
        return make(options.folder, options.count)
    paths = files(options.folder)
    if options.contender:
        run = run_pillow if options.contender == "pillow" else run_torchvision
        return print(json.dumps({"imagesPerSecond": len(paths) / run(paths, options.threads)}))
    again = [sys.executable, os.path.abspath(__file__), options.folder, "--threads", str(options.threads)]
    commands = {
        "thaw": [options.thaw_bench, "pictures", options.folder, "--threads", str(options.threads)],
        "pillow": again + ["--contender", "pillow"], "torchvision": again + ["--contender", "torchvision"]}
    rates = {name: [] for name in commands}
    for _ in range(options.rounds):
        for name, command in commands.items():
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            rates[name].append(json.loads(output)["imagesPerSecond"])
    medians = {name: statistics.median(values) for name, values in rates.items()}
    print(json.dumps({
        "images": len(paths), "threads": options.threads, "imagesPerSecond": medians,
        "ratio": {name: medians["thaw"] / value for name, value in medians.items() if name != "thaw"}}))


if __name__ == "__main__":
    main()
