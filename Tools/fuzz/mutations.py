"""Broken and hostile scenarios: changes of the tree, then of the bytes."""

import copy

import hostile
from json_text import Raw, places, text

# Keys whose value is an amount of work: between these a run is legitimately long.
_WORK = {
    'classes', 'samples_per_class', 'feature_dimension', 'outputs', 'hidden', 'majority', 'largest',
    'dimension', 'tests_per_class', 'batch', 'width', 'count', 'end', 'start', 'max_steps', 'every',
    'duration', 'period',
}
_MOST, _ABSURD = 30, 1e17
_LONGEST_NUMBER = 40


def broken(tree, words, rng):
    """A tree with one to three faults."""
    tree = copy.deepcopy(tree)
    for _ in range(rng.choice([1, 1, 1, 1, 2, 3])):
        tree = rng.choice(_TREE_FAULTS)(tree, words, rng)
        if not isinstance(tree, dict):
            break
    return bounded(tree)


def bounded(node, key=None):
    """Keeps amounts of work small or absurd."""
    if isinstance(node, dict):
        return {k: bounded(v, k) for k, v in node.items()}
    if isinstance(node, list):
        return [bounded(v, key) for v in node]
    if isinstance(node, Raw) and key in _WORK and len(node) < _LONGEST_NUMBER:
        try:
            return node if _is_bounded(float(node)) else 7
        except ValueError:
            return node
    if key in _WORK and isinstance(node, (int, float)) and not _is_bounded(node):
        return _MOST
    return node


def _is_bounded(number):
    return not _MOST < number < _ABSURD


def value(rng):
    """Any value where another was meant."""
    kind = rng.random()
    if kind < 0.4:
        return Raw(rng.choice(hostile.NUMBERS))
    if kind < 0.75:
        return word(rng)
    return rng.choice([
        None, True, False, [], {}, [[]], [None], {'': 1}, {'kind': 'x'}, {'kind': []},
        [1, 'a', None], [[1, 2], [3]], {'values': [1]}, {'linear': [0, 1, 3]}, {'log': [0, 1, 3]},
        [Raw('1e999')], Raw('"\\ud800"'), Raw('"\\udc00\\ud800"'), Raw('tru'), Raw(''),
        Raw('[' * 3000 + ']' * 3000), Raw('{"a":' * 2000 + '1' + '}' * 2000),
        [rng.random() for _ in range(rng.choice([1, 100, 3000]))], ['x'] * 2000,
    ])


def word(rng):
    """A hostile word; now and then a very long one."""
    if rng.random() < 0.01:
        return rng.choice('aé\u0301\n"') * rng.choice([100_000, 1_000_000])
    return rng.choice(hostile.WORDS if rng.random() < 0.8 else hostile.NAMES)


def _replace(tree, words, rng):
    node, key, _ = rng.choice(places(tree))
    node[key] = value(rng)
    return tree


def _number(tree, words, rng):
    numbers = [
        (n, k) for n, k, _ in places(tree)
        if isinstance(n[k], (int, float)) and not isinstance(n[k], bool)]
    if numbers:
        node, key = rng.choice(numbers)
        node[key] = Raw(rng.choice(hostile.NUMBERS))
    return tree


def _drop(tree, words, rng):
    node, key, _ = rng.choice(places(tree))
    del node[key]
    return tree or {'model': {}}


def _objects(tree):
    return [tree] + [n[k] for n, k, _ in places(tree) if isinstance(n[k], dict)]


def _unknown(tree, words, rng):
    node = rng.choice(_objects(tree))
    key = rng.choice(sorted(words)) if rng.random() < 0.5 else word(rng)
    node[key] = copy.deepcopy(rng.choice(words[key])) if key in words else value(rng)
    return tree


def _misspelt(tree, words, rng):
    node = rng.choice(_objects(tree))
    if node:
        key = rng.choice(list(node))
        at = rng.randrange(len(key) + 1) if isinstance(key, str) else 0
        node[f'{key[:at]}{rng.choice("xḰ .")}{key[at:]}'] = node.pop(key)
    return tree


def _twice(tree, words, rng):
    node = rng.choice(_objects(tree))
    if node:
        key = rng.choice(list(node))
        first = text(node[key], rng, plain=True).decode('utf-8', 'replace')
        again = text(value(rng), rng, plain=True).decode('utf-8', 'replace')
        node[key] = Raw(f'{first}, {text(key, rng, plain=True).decode()}: {again}')
    return tree


def _cross(tree, words, rng):
    """A value that the same key has in another scenario."""
    node, key, _ = rng.choice(places(tree))
    if isinstance(key, str) and key in words:
        node[key] = copy.deepcopy(rng.choice(words[key]))
    return tree


def _name(tree, words, rng):
    key = rng.choice(['name', 'name', 'description', 'solver'])
    if key == 'solver':
        for solver in tree.get('solvers') or []:
            if isinstance(solver, dict):
                solver['name'] = word(rng)
    else:
        tree[key] = rng.choice(hostile.NAMES) if rng.random() < 0.6 else word(rng)
    return tree


def _sweep(tree, words, rng):
    keys = [
        'description', 'name', 'model.loss.gamma', 'initial_state.seed', 'model.loss', 'time.end',
        'solvers[0].name', 'time', 'model', 'sweep', '', '.', 'model.', 'a.b', 'solvers[9]',
        'model.weight_decay', 'model.classes', 'x' * 300, '.'.join(['a'] * 1000)]
    sweep = {}
    for _ in range(rng.choice([1, 1, 2])):
        values = [
            word(rng) if rng.random() < 0.5 else value(rng) for _ in range(rng.choice([1, 2, 3]))]
        sweep[rng.choice(keys)] = (
            values if rng.random() < 0.8 else
            {rng.choice(['linear', 'log']): [Raw(rng.choice(hostile.NUMBERS[:20])), 1, 3]})
    tree['sweep'] = sweep
    return tree


_TREE_FAULTS = [
    _replace, _replace, _number, _number, _number, _number, _drop, _drop, _unknown, _misspelt,
    _twice,
    _cross, _cross, _cross, _name, _name, _name, _name, _sweep, _sweep]


def damaged(data, rng):
    """Bytes with a fault that no JSON writer makes."""
    fault = rng.randrange(7)
    at = rng.randrange(len(data) + 1)
    if fault == 0:
        return data[:at]
    if fault == 1 and data:
        changed = bytearray(data)
        for _ in range(rng.choice([1, 1, 3, 20])):
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
        return bytes(changed)
    if fault == 2:
        return data[:at] + rng.choice(hostile.PIECES) + data[at:]
    if fault == 3:
        return rng.choice([b'\xef\xbb\xbf', b'\xff\xfe', b'\x00', b'\r\n', b'#!/bin/sh\n']) + data
    if fault == 4:
        return data.replace(b' ', rng.choice([b'\r\n', b'\t', b'\xc2\xa0', b'', b'/**/']))
    if fault == 5:
        end = rng.randrange(at, len(data) + 1)
        return data[:end] + data[at:end] * rng.choice([1, 2, 50]) + data[end:]
    return rng.choice([
        b'', b'\n', b'{}', b'[]', b'null', b'0', b'"x"', b'[' * 100_000, b'{"a":' * 50_000,
        b'[' + b'1,' * 50_000 + b'1]', b'"' + b'a' * 200_000, b'\x00' * 100, data + data,
        b'{"model": ' + b'1' * 100_000 + b'}', b'/*' * 10_000, b'PK\x03\x04' + data])
