"""Writes the .npy fixtures beside it: python3 make_npy.py (numpy 2)."""

import pathlib

import numpy as np

here = pathlib.Path(__file__).parent
x = (np.arange(24, dtype=np.float32) / 7 - 1).reshape(2, 3, 4)


def save(name, array, version=(1, 0)):
    with open(here / f"{name}.npy", "wb") as file:
        np.lib.format.write_array(file, array, version=version)


save("float32-v1", x)
save("float32-v2", x, (2, 0))
save("float32-v3", x, (3, 0))
save("float64", x.astype("<f8"))
save("scalar", np.float32(2.5).reshape(()))
save("vector", x.ravel())
save("empty", np.zeros((0, 28, 28, 1), np.float32))
save("fortran", np.asfortranarray(x))
save("big-endian", x.astype(">f4"))
save("uint8", np.arange(4, dtype=np.uint8))
save("structured", np.zeros(2, [("a", "<f4"), ("b", "<i4")]))
