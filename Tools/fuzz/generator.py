"""From a seed and an index to one input, the same each time."""

import copy
import random

import arguments
import arrays
import known
import mutations
import scenarios
import tables
from case import Case
from json_text import text

_JSON_NAMES = ['a.json'] * 12 + [
    'own.json', 'old.json', 'other.json', "q'r.json", 'a b.json', '-.json', 'é.json',
    'e\u0301.json',
    'a.b.json', '.json', 'noending', 'x\ny.json', '\u202ex.json',
    "x\r\nsystem(\"touch MARKER\").json",
    '`touch MARKER`.json', '$(touch MARKER).json', '\u001b[31m.json',
    'l' * 240 + '.json', '{}.json']
_CSV_NAMES = ['t.csv'] * 10 + [
    "q'r.csv", 'a b.csv', 'x\r\nsystem("touch MARKER")\r\n#.csv', '`touch MARKER`.csv', 'noending',
    '\u001b[31m.csv', '\u0301.csv', '{Symbol x}.csv', 'a_b^c.csv', 't.svg',
    'l' * 240 + '.csv', '-.csv']


class Generator:
    """Makes inputs from the shipped scenarios."""

    def __init__(self, seed, folder):
        self.seed = seed
        self.trees = scenarios.load(folder)
        self.words = scenarios.vocabulary(self.trees)
        self.names = sorted(self.trees)
        self.known = known.attacks()

    def case(self, index):
        """The input of that index: first the known attacks, then made up ones."""
        if index < len(self.known):
            return self._known(index)
        rng = random.Random(f'{self.seed}/{index}')
        command = rng.choice(arguments.COMMANDS)
        files = {}
        work = {'json': [rng.choice(_JSON_NAMES)], 'csv': [rng.choice(_CSV_NAMES)], 'tree': None}
        if command == 'plot':
            keys = ['initial_state.seed'] if rng.random() < 0.3 else []
            data = tables.sound(rng, keys) if rng.random() < 0.15 else tables.broken(rng)
            files[work['csv'][0]] = data
        else:
            tree = copy.deepcopy(self.trees[rng.choice(self._of(command))])
            work['tree'] = tree
            data = self._scenario(tree, rng)
            files[work['json'][0]] = data
            files['init.npz'] = (
                arrays.broken_start if b'init.npz' in data and rng.random() < 0.7
                else arrays.start)(rng)
            if b'digits.npz' in data:
                files['digits.npz'] = arrays.digits(rng)
            files['extra.json'] = text(self.trees['unconstrained'], rng, plain=True)
        words = arguments.line(command, work, rng)
        return Case(
            index=index, arguments=words,
            files={k.encode('utf-8', 'surrogatepass'): v for k, v in files.items()},
            links=_links(work, command), stdin=data if b'-' in words else b'',
            inputs={k.encode('utf-8', 'surrogatepass') for k in files})

    def _known(self, index):
        line, name, data = self.known[index]
        rng = random.Random(index)
        files = {'init.npz': arrays.start(rng), 'extra.json': text(
            self.trees['unconstrained'], rng, plain=True)}
        files[name] = data.encode('utf-8', 'surrogatepass')
        command = line.split(' ')[0]
        return Case(
            index=index, arguments=[w.encode() for w in line.split(' ')],
            files={k.encode(): v for k, v in files.items()},
            links=_links({'csv': [name], 'json': [name]}, command),
            inputs={k.encode() for k in files})

    def _of(self, command):
        """The scenarios that a command has something to say about."""
        if command in ('geometry', 'spectrum'):
            return [n for n in self.names if n.startswith(('imbalance', 'saddles', 'comparison'))]
        return self.names

    def _scenario(self, tree, rng):
        choice = rng.random()
        if rng.random() < 0.12 and 'initial_state' in tree:
            self._give_arrays(tree)
        if choice < 0.3:
            return text(tree, rng, plain=True)
        if choice < 0.85:
            return text(mutations.broken(tree, self.words, rng), rng)
        return mutations.damaged(text(tree, rng, plain=True), rng)

    @staticmethod
    def _give_arrays(tree):
        """Makes the initial state that of init.npz."""
        model = tree['model']
        for key in ('classes', 'samples_per_class', 'feature_dimension'):
            model.pop(key, None)
        model['labels'] = {'kind': 'file', 'path': 'init.npz', 'array': 'y'}
        tree['initial_state'] = {
            part: {'kind': 'file', 'path': 'init.npz', 'array': name}
            for part, name in [('features', 'H'), ('prototypes', 'W')]}


def _links(work, command):
    """Other spellings of the input and of the arrays."""
    target = work['csv' if command == 'plot' else 'json'][0].encode()
    links = [
        (b'link', target, True), (b'hard', target, False), (b'link.svg', target, True),
        (b'chain.svg', b'link.svg', True), (b'hard.svg', target, False), (b'loop', b'loop', True),
        (b'dangling', b'nowhere/x', True), (b'sub/up', b'..', True)]
    if command != 'plot':
        links += [(b'link.npz', b'init.npz', True), (b'hard.npz', b'init.npz', False)]
    return links
