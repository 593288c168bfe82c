"""JSON as text, with what a well-behaved writer cannot write."""

import json


class Raw(str):
    """Text that goes into the file as it is."""


def text(value, rng, plain=False):
    """A tree as JSON; sometimes escaped, sometimes with comments and trailing commas."""
    ascii_only = plain or rng.random() < 0.5
    loose = not plain and rng.random() < 0.1

    def word(string):
        return json.dumps(string, ensure_ascii=ascii_only)

    def write(item):
        if isinstance(item, Raw):
            return str(item)
        if isinstance(item, dict):
            inside = ', '.join(f'{word(k)}: {write(v)}' for k, v in item.items())
            return '{' + inside + (', /* x */ }' if loose and item else '}')
        if isinstance(item, (list, tuple)):
            inside = ', '.join(write(v) for v in item)
            return '[' + inside + (', // x\n]' if loose and item else ']')
        if isinstance(item, str):
            return word(item)
        return json.dumps(item)

    return write(value).encode('utf-8', 'surrogatepass')


def places(tree):
    """All (container, key, path) of a tree."""
    found = []

    def walk(node, path):
        items = (
            list(node.items()) if isinstance(node, dict)
            else list(enumerate(node)) if isinstance(node, list) else [])
        for key, value in items:
            here = path + (key,)
            found.append((node, key, here))
            walk(value, here)

    walk(tree, ())
    return found


def dotted(path):
    """A path as `--set` takes it: model.loss.gamma, solvers[1].step."""
    parts = ''
    for key in path:
        parts += f'[{key}]' if isinstance(key, int) else ('.' if parts else '') + key
    return parts
