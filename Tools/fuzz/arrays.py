"""NumPy files and archives, sound and broken, written byte by byte."""

import io
import struct
import zipfile

import hostile

# Small arrays under the names that the shipped scenarios use: 5 x 12 features of 3 classes.
_DIMENSION, _CLASSES, _SAMPLES = 5, 3, 12


def npy(numbers, shape, dtype='<f8', header=None, version=(1, 0)):
    """A .npy file."""
    code = {'<f8': '<d', '>f8': '>d', '<f4': '<f', '<i8': '<q', '|u1': '<B', '<i4': '<i'}[dtype]
    body = b''.join(struct.pack(code, n if code[1] in 'df' else int(n)) for n in numbers)
    if header is None:
        header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {tuple(shape)}, }}"
    text = header.encode('utf-8', 'surrogatepass')
    size = '<H' if version[0] == 1 else '<I'
    text += b' ' * (-(len(text) + 1 + 8 + struct.calcsize(size)) % 64) + b'\n'
    return b'\x93NUMPY' + bytes(version) + struct.pack(size, len(text)) + text + body


def npz(members, compressed=False):
    """A .npz archive of (name, bytes)."""
    buffer = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if compressed else zipfile.ZIP_STORED
    with zipfile.ZipFile(buffer, 'w', method) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name)  # a fixed date: the same bytes in each run
            info.compress_type = method
            archive.writestr(info, data)
    return buffer.getvalue()


def _members(rng, breaks=None):
    labels = [i % _CLASSES for i in range(_SAMPLES)]

    def normal(count):
        return [rng.gauss(0, 1) for _ in range(count)]

    arrays = {
        'H': (normal(_DIMENSION * _SAMPLES), (_DIMENSION, _SAMPLES), '<f8'),
        'W': (normal(_DIMENSION * _CLASSES), (_DIMENSION, _CLASSES), '<f8'),
        'b': (normal(_CLASSES), (_CLASSES,), '<f8'),
        'y': (labels, (_SAMPLES,), '<i8'),
    }
    return [
        (f'{name}.npy', breaks(rng, *array) if breaks and rng.random() < 0.5 else npy(*array))
        for name, array in arrays.items()]


def start(rng):
    """A sound init.npz."""
    return npz(_members(rng))


def digits(rng):
    """A sound stand-in for the digits: 40 inputs of 6 numbers in 4 classes."""
    return npz([
        ('X.npy', npy([rng.randrange(17) for _ in range(240)], (40, 6), '|u1')),
        ('y.npy', npy([i % 4 for i in range(40)], (40,), '<i8'))])


def broken_start(rng):
    """An init.npz that is not what it should be."""
    kind = rng.randrange(9)
    if kind <= 2:
        return npz(_members(rng, _broken_array), rng.random() < 0.5)
    good = npz(_members(rng), rng.random() < 0.5)
    if kind == 3:
        return good[:rng.randrange(len(good))]
    if kind == 4:
        data = bytearray(good)
        for _ in range(rng.choice([1, 4, 40])):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        return bytes(data)
    if kind == 5:
        return _broken_array(rng, [0.0] * 60, (5, 12), '<f8')
    if kind == 6:
        return npz([('archive/data.pkl', b'\x80\x02}q\x00.'), ('archive/version', b'3\n'),
                    ('archive/data/0', b'\0' * 64)])
    if kind == 7:
        return _bomb(rng)
    return rng.choice([b'', b'PK', b'PK\x05\x06' + b'\0' * 18, b'\x80\x02}q\x00.', b'\x93NUMPY',
                       b'\x89HDF\r\n\x1a\n', b'\x1f\x8b\x08', b'{}', bytes(1000)])


def _bomb(rng):
    shape = rng.choice([(5, 400_000), (5, 2**40), (2_000_000,)])
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}"
    data = npy([], (), header=header) + bytes(16_000_000)
    return npz([(f'{n}.npy', data) for n in 'HW'], compressed=True)


_HEADERS = [
    "{'descr': '<f8', 'fortran_order': False, 'shape': (5, 12)",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (-5, 12), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 12), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807, 2), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (), }",
    "{'descr': '<f8', 'fortran_order': True, 'shape': (5, 12), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (12, 5), }",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (5, 12, 1), }",
    "{'descr': '|O', 'fortran_order': False, 'shape': (5, 12), }",
    "{'descr': '<c16', 'fortran_order': False, 'shape': (5, 6), }",
    "{'descr': '<f2', 'fortran_order': False, 'shape': (5, 12), }",
    "{'descr': '<V2', 'fortran_order': False, 'shape': (5, 12), }",
    "{'descr': '<U3', 'fortran_order': False, 'shape': (5, 12), }",
    "{'descr': [('a', '<f8'), ('b', '<i4')], 'fortran_order': False, 'shape': (5,), }",
    "{'descr': '<f8', 'descr': '<f4', 'fortran_order': False, 'shape': (5, 12), }",
    "{'descr': '\u001b[31m', 'fortran_order': False, 'shape': (5, 12), }",
    "{'descr': '" + 'x' * 30_000 + "', 'fortran_order': False, 'shape': (5, 12), }",
    "{'shape': (" + '1, ' * 5000 + "), 'descr': '<f8', 'fortran_order': False}",
    "((((((((((", "", "__import__('os').system('" + hostile.MARK + "')",
]


def _broken_array(rng, numbers, shape, dtype):
    kind = rng.randrange(7)
    if kind <= 2:
        return npy(numbers, shape, '<f8', header=rng.choice(_HEADERS),
                   version=rng.choice([(1, 0), (2, 0), (3, 0), (9, 9)]))
    if kind == 3:
        bad = [rng.choice([float('nan'), float('inf'), 1e308, -1.0, 1e-320]) for _ in numbers[:3]]
        return npy(bad + list(numbers[3:]), shape, '<f8')
    if kind == 4:
        data = npy(numbers, shape, dtype)
        return data[:rng.randrange(len(data))]
    if kind == 5:
        return npy(numbers, shape, rng.choice(['>f8', '<f4', '|u1', '<i4']) if all(
            0 <= n < 256 for n in numbers) else '>f8')
    data = bytearray(npy(numbers, shape, dtype))
    data[rng.randrange(min(len(data), 128))] ^= 1 << rng.randrange(8)
    return bytes(data)
