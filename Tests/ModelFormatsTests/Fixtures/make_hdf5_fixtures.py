"""Writes the HDF5 fixtures that have nothing to do with Keras. Needs h5py and numpy."""

import os

import h5py
import numpy as np

FOLDER = os.path.dirname(os.path.abspath(__file__))


def create(name, **options):
    return h5py.File(os.path.join(FOLDER, name), "w", **options)


VALUES = np.arange(12, dtype=np.float32).reshape(3, 4) / 8 - 0.5


def fill_text(file):
    file.attrs["variable"] = "größer"
    file.attrs["variable_list"] = ["one", "", "three"]
    file.attrs["fixed_list"] = np.array([b"conv1/kernel:0", b"bn"])
    padded = h5py.h5t.C_S1.copy()
    padded.set_size(6)
    padded.set_strpad(h5py.h5t.STR_SPACEPAD)
    space = h5py.h5s.create(h5py.h5s.SCALAR)
    attribute = h5py.h5a.create(file.id, b"space_padded", padded, space)
    attribute.write(np.array(b"abc   ", dtype="S6"), mtype=padded)
    file.attrs["empty"] = np.array([])
    file.attrs["number"] = 3
    file.create_group("group").attrs["inner"] = "yes"


with create("text.h5") as file:
    fill_text(file)

# The newest structures of the library: other superblock, links and attributes in heaps.
with create("text_latest.h5", libver="latest") as file:
    fill_text(file)
    for index in range(20):
        file.create_group(f"many/{index}").attrs["index"] = str(index)
        file["group"].attrs[f"attribute{index}"] = str(index)

with create("storage.h5") as file:
    file["single"] = VALUES
    file["half"] = VALUES.astype(np.float16)
    file["double"] = VALUES.astype(np.float64)
    file["big_endian"] = VALUES.astype(">f4")
    file.create_dataset(
        "packed", data=VALUES, chunks=(2, 3), compression="gzip", shuffle=True, fletcher32=True)
    file["scalar"] = np.float32(7)
    file["empty"] = np.zeros((0, 3), np.float32)
    file["deep/er/values"] = VALUES

with create("refused.h5") as file:
    file["kept"] = VALUES
    file["integers"] = np.arange(3)
    file.create_dataset("lzf", data=VALUES, chunks=True, compression="lzf")
    file.create_dataset("never_written", shape=(3,), dtype="f4")
    # Not the real thing: the file need not exist to be refused.
    file.create_dataset("elsewhere", shape=(3,), dtype="f4", external=[("elsewhere", 0, 12)])
    layout = h5py.VirtualLayout(shape=(3, 4), dtype="f4")
    layout[:] = h5py.VirtualSource("elsewhere", "kept", shape=(3, 4))
    file.create_virtual_dataset("view", layout)
    file["soft"] = h5py.SoftLink("/kept")
    file["external"] = h5py.ExternalLink("elsewhere", "/kept")
    file.create_dataset("reference", data=file["kept"].ref, dtype=h5py.ref_dtype)

# A group that contains itself.
with create("ring.h5") as file:
    group = file.create_group("a")
    group["a"] = group

# 4 GB of zeros in a few kilobytes.
with create("bomb.h5") as file:
    file.create_dataset(
        "zeros", shape=(1 << 30,), dtype="f4", chunks=(1 << 22,), compression="gzip")[:1 << 22] = 0
