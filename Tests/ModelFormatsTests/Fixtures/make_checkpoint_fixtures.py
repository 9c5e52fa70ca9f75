"""Writes checkpoints whose tensors stand in slices, and ones whose blocks are compressed.

    pip install tensorflow-cpu==2.21.0 cramjam==2.14.0
    python make_checkpoint_fixtures.py

Element i of a tensor, row by row, is (i * 7919 % 1009) / 1009. TensorFlow reads tables with compressed blocks
and writes none: they are TensorFlow's own, written once more (`doc/table_format.md` of LevelDB).
"""

import os
import shutil
import struct
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
import cramjam
import numpy as np
import tensorflow as tf

tf1 = tf.compat.v1
FOLDER = Path(__file__).parent / "tensorflow"
# Shapes, parts and the axis that is parted. Lengths of one, two and three bytes; parts that differ in size.
VARIABLES = {
    "fc/weights": ([5, 7], 2, 0), "fc/columns": ([3, 5], 2, 1), "conv/weights": ([3, 3, 70, 4], 3, 2),
    "long/weights": ([8300, 2], 2, 0), "whole/biases": ([6], 1, 0),
}


def values(shape):
    return (np.arange(np.prod(shape)) * 7919 % 1009 / 1009).astype(np.float32).reshape(shape)


def partitioned(version):
    folder = FOLDER / f"partitioned{version}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tf.Graph().as_default(), tf1.Session() as session:
        for name, (shape, parts, axis) in VARIABLES.items():
            partitioner = tf1.fixed_size_partitioner(parts, axis) if parts > 1 else None
            scope, last = name.split("/")
            with tf1.variable_scope(scope, partitioner=partitioner):
                # Not a constant, which would not know what part of it is asked for.
                tf1.get_variable(
                    last, shape, use_resource=False,
                    initializer=lambda shape, dtype=None, partition_info=None, **rest: start(
                        shape, VARIABLES[name][0], partition_info))
        session.run(tf1.global_variables_initializer())
        saver = tf1.train.Saver(write_version=tf1.train.SaverDef.V1 if version == 1 else tf1.train.SaverDef.V2)
        saver.save(session, str(folder / "model.ckpt"), write_meta_graph=False, write_state=False)
    check(folder)
    return folder


def check(folder):
    """TensorFlow puts the slices together, and gets the values."""
    names = list(VARIABLES)
    with tf.Graph().as_default(), tf1.Session() as session:
        found = session.run(tf1.raw_ops.RestoreV2(
            prefix=str(folder / "model.ckpt"), tensor_names=names, shape_and_slices=[""] * len(names),
            dtypes=[tf.float32] * len(names)))
    for name, tensor in zip(names, found):
        np.testing.assert_array_equal(tensor, values(VARIABLES[name][0]))


def start(shape, whole, part):
    if part is None:
        return tf.constant(values(shape))
    place = tuple(slice(first, first + size) for first, size in zip(part.var_offset, shape))
    return tf.constant(values(whole)[place])


TABLE = []
for byte in range(256):
    for _ in range(8):
        byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
    TABLE.append(byte)


def masked_crc32c(data):
    value = 0xFFFFFFFF
    for byte in data:
        value = TABLE[(value ^ byte) & 0xFF] ^ value >> 8
    value ^= 0xFFFFFFFF
    return ((value >> 15 | value << 17) + 0xA282EAD8) & 0xFFFFFFFF


def number(data, place):
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place


def varint(value):
    result = b""
    while value >= 0x80:
        result += bytes([value & 0x7F | 0x80])
        value >>= 7
    return result + bytes([value])


def entries(block):
    restarts = struct.unpack("<I", block[-4:])[0]
    place, end, key = 0, len(block) - 4 - 4 * restarts, b""
    while place < end:
        shared, place = number(block, place)
        fresh, place = number(block, place)
        length, place = number(block, place)
        key = key[:shared] + block[place : place + fresh]
        place += fresh
        yield key, block[place : place + length]
        place += length


def block_of(items):
    """A block without keys that share their beginnings."""
    result = b"".join(varint(0) + varint(len(key)) + varint(len(value)) + key + value for key, value in items)
    return result + struct.pack("<II", 0, 1)


def compressed(source, target):
    table = source.read_bytes()
    place = 0
    for _ in range(2):
        _, place = number(table[-48:], place)
    index, place = number(table[-48:], place)
    size, _ = number(table[-48:], place)
    result = bytearray()

    def write(block):
        packed = bytes(cramjam.snappy.compress_raw(block))
        handle = varint(len(result)) + varint(len(packed))
        result.extend(packed + b"\1" + struct.pack("<I", masked_crc32c(packed + b"\1")))
        return handle

    handles = []
    for key, handle in entries(table[index : index + size]):
        start, place = number(handle, 0)
        count, _ = number(handle, place)
        handles.append((key, write(table[start : start + count])))
    meta, index = write(block_of([])), write(block_of(handles))
    footer = meta + index
    result.extend(footer + bytes(40 - len(footer)) + table[-8:])
    target.write_bytes(result)
    check(target.parent)


tf1.disable_eager_execution()
tf1.disable_resource_variables()
first, second = partitioned(1), partitioned(2)
for folder in (FOLDER / "snappy1", FOLDER / "snappy2"):
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
data = "model.ckpt.data-00000-of-00001"
shutil.copy(second / data, FOLDER / "snappy2" / data)
compressed(first / "model.ckpt", FOLDER / "snappy1/model.ckpt")
compressed(second / "model.ckpt.index", FOLDER / "snappy2/model.ckpt.index")
