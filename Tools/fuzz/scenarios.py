"""The shipped scenarios, made so small that one runs in a tenth of a second."""

import glob
import json
import os

# Most that a key may have after shrinking.
SMALL = {
    'classes': 4, 'feature_dimension': 6, 'outputs': 4, 'hidden': 4, 'majority': 8, 'largest': 8,
    'ratio': 4, 'dimension': 5, 'tests_per_class': 3, 'batch': 4, 'width': 5,
}
STEPS = 20


def load(folder):
    """All scenarios under a folder, small, by name."""
    paths = sorted(glob.glob(os.path.join(folder, '**', '*.json'), recursive=True))
    trees = {}
    for path in paths:
        with open(path, encoding='utf-8') as file:
            trees[os.path.relpath(path, folder)[:-5]] = shrunk(json.load(file))
    return trees


def shrunk(tree):
    """A scenario with few samples, outputs, steps and members."""
    tree = _walk(tree, None)
    model = tree['model']
    sizes = model.get('samples_per_class')
    if isinstance(sizes, list):
        model['samples_per_class'] = [min(n, 4) for n in sizes]
        model['classes'] = len(sizes)
    elif isinstance(sizes, int):
        model['samples_per_class'] = min(sizes, 3)
    if model.get('kernel'):
        model['classes'] = min(model['classes'], 3)
    if 'data' in model and model['data'].get('kind') == 'file':
        model['data']['path'] = 'digits.npz'
    time = tree.get('time')
    if time and isinstance(time.get('end'), (int, float)):
        steps = [s.get('step', 1) for s in tree.get('solvers', [])]
        time['end'] = min([time['end']] + [STEPS * s for s in steps])
        if 'start' in time:
            time['start'] = time['end'] / 10
    return tree


def _walk(node, key):
    if isinstance(node, dict):
        if key == 'sweep':
            return {k: _few(v) for k, v in node.items()}
        node = {k: _walk(v, k) for k, v in node.items()}
        if node.get('kind') == 'file' and 'array' in node:
            node['path'] = 'init.npz'
        return node
    if isinstance(node, list):
        return [_walk(v, None) for v in node]
    if key in SMALL and isinstance(node, (int, float)):
        return min(node, SMALL[key])
    return node


def _few(values):
    if isinstance(values, list):
        return values[:2]
    return {kind: [a, b, 2] for kind, (a, b, _) in values.items()}


def vocabulary(trees):
    """Values that each key has somewhere, as building blocks for crossed scenarios."""
    found = {}

    def walk(node):
        if isinstance(node, dict):
            for key, value in node.items():
                found.setdefault(key, []).append(value)
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    for name in sorted(trees):
        walk(trees[name])
    return found
