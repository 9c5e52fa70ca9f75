"""Writes arrays.npz and column.npz: pixel p of image i is i + p.  pip install numpy"""

import os
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))


def images(count, shape):
    size = int(np.prod(shape))
    return (np.arange(count)[:, None] + np.arange(size)).astype(np.uint8).reshape(count, *shape)


np.savez_compressed(
    os.path.join(here, "arrays.npz"), x_train=images(6, (3, 2)), y_train=np.array([5, 7, 5, 7, 5, 7], np.int64),
    x_test=images(2, (3, 2)), y_test=np.array([7, 5], np.uint8))
np.savez(
    os.path.join(here, "column.npz"), images=images(4, (2, 2, 3)),
    labels=np.array([[3], [-1], [3], [-1]], np.int16))
np.savez(os.path.join(here, "float.npz"), x=images(4, (2, 2)) / 255, y=np.arange(4))
