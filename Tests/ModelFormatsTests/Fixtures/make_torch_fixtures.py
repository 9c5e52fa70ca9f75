"""Small files of torch.save of every kind, and what is in them (torch 2.13, numpy, safetensors).

    python make_torch_fixtures.py

writes torch/*.pth, *.pt and torch/expected.json beside itself.
"""

import argparse
import io
import json
import pathlib
import pickle
import re
import tarfile
import zipfile
from collections import OrderedDict

import numpy as np
import torch

folder = pathlib.Path(__file__).resolve().parent / "torch"
folder.mkdir(exist_ok=True)


def values(*shape):
    count = int(np.prod(shape))
    return torch.from_numpy(((np.arange(count) * 37 % 101) / 64 - 0.5).astype(np.float32)).reshape(*shape)


shared = values(12)
kinds = OrderedDict(
    f32=values(2, 3, 2, 2),
    f64=values(3, 2).double(),
    f16=values(5).half(),
    bf16=values(5).bfloat16(),
    i64=torch.arange(-2, 4),
    i32=torch.arange(-2, 4, dtype=torch.int32),
    i16=torch.arange(-2, 4, dtype=torch.int16),
    i8=torch.arange(-2, 4, dtype=torch.int8),
    u8=torch.arange(250, 256, dtype=torch.uint8),
    flags=torch.tensor([True, False, True]),
    scalar=torch.tensor(0.75),
    empty=torch.zeros(0, 3),
    transposed=values(3, 4).t(),
    # As TensorFlow's kernels lie in memory: strides 1, 32, 288, 96.
    tensorflow=values(3, 3, 8, 4).permute(3, 2, 1, 0),
    columns=values(4, 6)[:, 1:4:2],
    expanded=torch.tensor([1.5, -2.5]).expand(3, 2),
    shared_a=shared[2:6],
    shared_b=shared[4:].reshape(2, 4),
    parameter=torch.nn.Parameter(values(2, 2)),
)
(folder / "expected.json").write_text(
    json.dumps(
        {
            name: {"shape": list(t.shape), "values": t.detach().double().reshape(-1).tolist()}
            for name, t in kinds.items()
        }
    )
    + "\n"
)
torch.save(kinds, folder / "kinds.pth")
torch.save(kinds, folder / "kinds-stream.pth", _use_new_zipfile_serialization=False)
torch.save(kinds, folder / "kinds-stream4.pth", _use_new_zipfile_serialization=False, pickle_protocol=4)
torch.save(kinds, folder / "kinds-protocol5.pth", pickle_protocol=5)


def packed(source, target, change=lambda name, data: data, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", compression) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), change(name, old.read(name)), compression)


packed(folder / "kinds.pth", folder / "kinds-deflated.pth", compression=zipfile.ZIP_DEFLATED)

# A big-endian machine's: the byte order is said, and elements are turned.
plain = OrderedDict(f32=values(2, 3), f64=values(2).double(), f16=values(5).half(), u8=kinds["u8"])
buffer = io.BytesIO()
torch.save(plain, buffer)
sizes = {str(i): t.element_size() for i, t in enumerate(plain.values())}


def turned(name, data):
    if name.endswith("byteorder"):
        return b"big"
    key = name.split("/data/")[-1]
    if key in sizes and "/data/" in name:
        return np.frombuffer(data, f"<u{sizes[key]}").byteswap().tobytes()
    return data


packed(buffer, folder / "big.pth", turned)

# Beside weights other things are kept, which only Python could make.
torch.save(
    {
        "epoch": 3,
        "pytorch-lightning_version": "2.4.0",
        "state_dict": OrderedDict((f"model.{name}", kinds[name]) for name in ["f32", "scalar"]),
        "hyper_parameters": argparse.Namespace(lr=0.1, path=pathlib.PurePosixPath("/data")),
        "callbacks": {"ModelCheckpoint": {"best_model_score": torch.tensor(0.5), "monitor": np.float64(1.5)}},
        "optimizer_states": [{"state": {0: {"exp_avg": values(2, 2)}}, "param_groups": [{"betas": (0.9, 0.999)}]}],
        "best_acc1": torch.tensor(71.5),
        "tags": {"a", "b"},
    },
    folder / "lightning.ckpt",
)

# What cannot be read, and says what to save instead.
torch.save(torch.nn.Sequential(torch.nn.Linear(2, 2)), folder / "whole.pth")
torch.save({"model": torch.nn.Linear(2, 2), "epoch": 1}, folder / "whole-inside.pth")
torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), folder / "script.pt")
(folder / "plain.pkl").write_bytes(pickle.dumps({"weight": np.zeros(3, np.float32)}, protocol=4))
with tarfile.open(folder / "tar.pth", "w", format=tarfile.USTAR_FORMAT) as tar:
    for name in ["sys_info", "pickle", "storages", "tensors"]:
        info = tarfile.TarInfo(name)
        info.size = 4
        tar.addfile(info, io.BytesIO(b"\x80\x02N."))

# A DenseNet's weights as torchvision had them until 0.2.1, in a wrapper's wrapper: what they are today.
old = torch.load(folder / "densenet-2018.pth.tar", weights_only=True)["state_dict"]
from safetensors.torch import save_file

save_file(
    {
        re.sub(r"(denselayer\d+)\.(norm|conv)\.(\d)\.", r"\1.\2\3.", name.removeprefix("module.densenet121.")): t
        for name, t in old.items()
    },
    folder / "densenet-2018.safetensors",
)
