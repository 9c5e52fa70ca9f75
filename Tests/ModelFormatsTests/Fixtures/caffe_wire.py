"""The encoding of Caffe's messages, for scripts that write them."""

import struct

import numpy as np


def varint(number):
    out = bytearray()
    while True:
        out.append((number & 127) | (128 if number > 127 else 0))
        number >>= 7
        if not number:
            return bytes(out)


def field(number, value):
    """Text, bytes and messages; whole numbers; floats; arrays as packed floats."""
    if isinstance(value, (bool, int, np.integer)):
        return varint(number << 3) + varint(int(value))
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    if isinstance(value, np.ndarray):
        value = np.ascontiguousarray(value, "<f4").tobytes()
    if isinstance(value, str):
        value = value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value
