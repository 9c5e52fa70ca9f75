"""Writes small pictures of every kind into pictures/, and pictures.json: what Pillow (or, for what
Pillow cannot write or read in full, NumPy) makes of each.  pip install pillow numpy"""

import base64, io, json, os, struct, zlib
import numpy as np
from PIL import Image, ImageOps

here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, "pictures")
os.makedirs(folder, exist_ok=True)
W, H = 19, 13
expected = []

y, x = np.mgrid[0:H, 0:W]
colour = np.stack([x * 13, y * 19, 255 - (x + y) * 8], -1).clip(0, 255).astype(np.uint8)
colour[3:7, 5:11] = [250, 20, 40]
grey = (x * 7 + y * 9).clip(0, 255).astype(np.uint8)
alpha = ((x + y) * 8).clip(0, 255).astype(np.uint8)
rgba = np.dstack([colour, alpha])


def note(name, pixels, tolerance):
    pixels = np.asarray(pixels, np.uint8)
    expected.append({
        "name": name, "width": pixels.shape[1], "height": pixels.shape[0],
        "channels": 1 if pixels.ndim == 2 else 3, "tolerance": tolerance,
        "pixels": base64.b64encode(pixels.tobytes()).decode()})


def seen(data):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    image.load()
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        grey = image.mode in ("LA", "L")
        image = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        return np.asarray(white.convert("L") if grey else white)
    if image.mode in ("1", "L"):
        return np.asarray(image.convert("L"))
    return np.asarray(image.convert("RGB"))


def put(name, data, pixels=None, tolerance=0):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)
    note(name, seen(data) if pixels is None else pixels, tolerance)


def saved(image, format, **options):
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


photo, plain = Image.fromarray(colour), Image.fromarray(grey)
# JPEG: two builds of libjpeg-turbo may differ by a level or two in how they make colours finer.
for number, name in enumerate(["444", "422", "420"]):
    put(f"baseline-{name}.jpg", saved(photo, "JPEG", quality=90, subsampling=number), tolerance=3)
put("progressive.jpg", saved(photo, "JPEG", progressive=True), tolerance=3)
put("grey.jpg", saved(plain, "JPEG"), tolerance=1)
inks = Image.fromarray(np.dstack([255 - colour, np.minimum(grey, 90)]), "CMYK")
cmyk = saved(inks, "JPEG", quality=95)
put("cmyk.jpg", cmyk, tolerance=2)
adobe = cmyk.index(b"Adobe")
put("ycck.jpg", cmyk[:adobe + 11] + b"\x02" + cmyk[adobe + 12:], tolerance=3)
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = exif.tobytes()
    if orientation % 2:  # The other byte order.
        data = b"Exif\0\0II" + struct.pack("<HIHHHIHHI", 42, 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    put(f"orientation-{orientation}.jpg", saved(photo, "JPEG", quality=90, exif=data), tolerance=3)
put("restart.jpg", saved(photo, "JPEG", restart_marker_blocks=1), tolerance=3)
put("unended.jpg", saved(photo, "JPEG", subsampling=0)[:-2], seen(saved(photo, "JPEG", subsampling=0)), 3)
whole = saved(photo, "JPEG", subsampling=0)
put("extraneous.jpg", whole[:-2] + bytes(9) + whole[-2:], seen(whole), 3)
put("named.png", saved(photo, "JPEG"), tolerance=3)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(samples, depth, kind, interlaced=False, extra=b""):
    samples = np.asarray(samples)
    if samples.ndim == 2:
        samples = samples[..., None]
    height, width, channels = samples.shape
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
              (0, 1, 1, 2)] if interlaced else [(0, 0, 1, 1)]
    raw = b""
    for left, top, across, down in passes:
        part = samples[top::down, left::across]
        if part.size == 0:
            continue
        for row in part.reshape(part.shape[0], -1):
            if depth == 16:
                packed = row.astype(">u2").tobytes()
            else:
                bits = "".join(format(int(v), f"0{depth}b") for v in row)
                bits += "0" * (-len(bits) % 8)
                packed = bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits), 8))
            raw += b"\0" + packed
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(raw))
            + chunk(b"IEND", b""))


def over_white(pixels, mask):
    pixels, mask = pixels.astype(np.int64), mask.astype(np.int64)
    mask = mask[..., None] if pixels.ndim == 3 else mask
    value = pixels * mask + 255 * (255 - mask) + 128
    return ((value >> 8) + value) >> 8


for interlaced in (False, True):
    name = "-interlaced" if interlaced else ""
    for depth in (1, 2, 4):
        levels = grey >> (8 - depth)
        put(f"grey-{depth}{name}.png", png(levels, depth, 0, interlaced),
            levels.astype(int) * 255 // (2 ** depth - 1))
        palette = np.stack([np.arange(2 ** depth) * 15, 255 - np.arange(2 ** depth) * 12,
                            np.arange(2 ** depth) * 3], -1).astype(np.uint8)
        put(f"palette-{depth}{name}.png",
            png(levels, depth, 3, interlaced, chunk(b"PLTE", palette.tobytes())))
    put(f"grey-8{name}.png", png(grey, 8, 0, interlaced))
    put(f"grey-alpha{name}.png", png(np.dstack([grey, alpha]), 8, 4, interlaced), over_white(grey, alpha))
    put(f"colour{name}.png", png(colour, 8, 2, interlaced))
    put(f"colour-alpha{name}.png", png(rgba, 8, 6, interlaced))
    wide = grey.astype(np.uint16) * 257 - (grey > 100) * 77
    down = lambda v: (v.astype(np.int64) * 255 + 32895) >> 16
    put(f"grey-16{name}.png", png(wide, 16, 0, interlaced), down(wide), 1)
    deep = colour.astype(np.uint16) * 257 - (colour > 100) * 77
    put(f"colour-16{name}.png", png(deep, 16, 2, interlaced), down(deep), 1)
    deeper = np.dstack([deep, alpha.astype(np.uint16) * 257])
    put(f"colour-alpha-16{name}.png", png(deeper, 16, 6, interlaced),
        over_white(down(deep), alpha), 1)
steps = np.arange(256, dtype=np.uint8)
palette = np.stack([steps, 255 - steps, steps // 2], -1)
put("palette-8.png", png(grey, 8, 3, extra=chunk(b"PLTE", palette.tobytes())))
put("palette-alpha.png",
    png(grey, 8, 3, extra=chunk(b"PLTE", palette.tobytes()) + chunk(b"tRNS", bytes(range(0, 256, 2)))))
put("grey-key.png", png(grey, 8, 0, extra=chunk(b"tRNS", struct.pack(">H", int(grey[4, 4])))),
    np.where(grey == grey[4, 4], 255, grey))
put("colour-key.png", png(colour, 8, 2, extra=chunk(b"tRNS", struct.pack(">HHH", 250, 20, 40))),
    np.where((colour == [250, 20, 40]).all(-1)[..., None], 255, colour))
# Training elsewhere reads the numbers as they stand, whatever gamma they were made for.
put("gamma.png", png(colour, 8, 2, extra=chunk(b"gAMA", struct.pack(">I", 100000))), colour)
exif = Image.Exif()
exif[0x0112] = 6
put("orientation.png", saved(photo, "PNG", exif=exif.tobytes()))
put("lossy.webp", saved(photo, "WEBP", quality=80), tolerance=2)
put("lossless.webp", saved(photo, "WEBP", lossless=True))
put("lossy-alpha.webp", saved(Image.fromarray(rgba), "WEBP", quality=80), tolerance=2)
put("lossless-alpha.webp", saved(Image.fromarray(rgba), "WEBP", lossless=True, exact=True))
put("orientation.webp", saved(photo, "WEBP", lossless=True, exif=exif.tobytes()))

refused = {
    "animated.webp": saved(photo, "WEBP", save_all=True, append_images=[photo.rotate(90)]),
    "picture.gif": saved(photo, "GIF"), "picture.bmp": saved(photo, "BMP"),
    "picture.tif": saved(photo, "TIFF"), "picture.ico": saved(photo, "ICO", sizes=[(8, 8)]),
    "picture.jp2": saved(photo, "JPEG2000"), "picture.avif": saved(photo, "AVIF"),
    "picture.ppm": saved(photo, "PPM"), "picture.pdf": saved(photo, "PDF"),
}
for name, data in refused.items():
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data[:600])

with open(os.path.join(here, "pictures.json"), "w") as file:
    json.dump(expected, file, indent=0)
    file.write("\n")
