"""Attacks that once succeeded, or that follow from how `dyn` works: tried in every campaign."""

import json

import hostile

_MODEL = {'classes': 3, 'samples_per_class': 2, 'feature_dimension': 4}
_LINE_END = 'b\r\nsystem("' + hostile.MARK + '")\r\n#'
_BACKQUOTES = '`' + hostile.MARK + '`'
_HEADER = 'solver,time,zeta_h,zeta_w,loss,relative_error\n'


def _scenario(**changes):
    return json.dumps({'model': _MODEL, 'time': {'end': 2, 'outputs': 3}, **changes})


def _solvers(*names):
    return _scenario(solvers=[{'kind': 'closed_form', 'name': n} for n in names])


def _table(solver):
    cell = '"' + solver.replace('"', '""') + '"'
    return _HEADER + ''.join(f'{cell},{t},{t},{t},{-t},0\n' for t in range(4))


def _spectrum(**changes):
    return _scenario(
        model={**_MODEL, 'loss': {'kind': 'cross_entropy'}}, solvers=[{'kind': 'gradient_descent'}],
        **changes)


def attacks():
    """(words, name of the input, its text) of each."""
    plain = _scenario()
    found = []
    for word in (_LINE_END, "'\u0301;system(\"" + hostile.MARK + '");#', _BACKQUOTES,
                 '";system("' + hostile.MARK + '");"', '\u0000', '\u001b[31m', '\u0007',
                 '{/=99 x}'):
        found += [
            ('plot t.csv -o out.svg', 't.csv', _table(word)),
            ('simulate a.json --plot out.svg', 'a.json', _scenario(
                sweep={'description': ['a', word]})),
            ('spectrum a.json --plot out.svg', 'a.json', _spectrum(description=word)),
            ('spectrum a.json', 'a.json', _spectrum(sweep={'description': [word]})),
            ('validate a.json', 'a.json', _scenario(name=word)),
            ('verify a.json', 'a.json', _scenario(sweep={'description': [word]})),
        ]
    for name in hostile.NAMES:
        found.append(('simulate a.json', 'a.json', _scenario(name=name)))
        found.append(('simulate a.json extra.json -o sub', 'a.json', _scenario(name=name)))
    for name in ('a,\u0301b', '"\u0301', 'x/\u0301y', 'a\r\nb', '=1+1', "'\u0301", '\u0000'):
        found.append(('simulate a.json -o out.csv', 'a.json', _solvers(name)))
    for name in ('a.json', './a.json', '{ROOT}/work/a.json', 'link', 'hard', 'sub/../a.json',
                 'chain.svg', './/a.json', '../work/a.json', 'sub/up/a.json'):
        found += [
            (f'simulate a.json -o {name}', 'a.json', plain),
            (f'simulate a.json --states {name}', 'a.json', plain),
            (f'geometry a.json -o {name}', 'a.json', _spectrum()),
            (f'geometry a.json --states {name}', 'a.json', _spectrum()),
        ]
    found += [
        *((f'plot p.svg -o {name}', 'p.svg', _table('a'))
          for name in ('p.svg', './p.svg', 'link.svg', 'hard.svg')),
        ('simulate a.json -o same --states ./same', 'a.json', plain),
        ('simulate a.json -o same.svg --plot sub/../same.svg', 'a.json', plain),
        ('simulate own.json', 'own.json', plain), ('simulate other.json', 'other.json', plain),
        ('simulate old.json', 'old.json', plain),
        ("simulate q'r.json --plot out.svg", "q'r.json", plain),
        ("simulate 'q.json --plot out.svg", "'q.json", plain),
        ('simulate a.json --threads 99999999999', 'a.json', plain),
        ('spectrum a.json --probes 1000000000000', 'a.json', _spectrum()),
        ('spectrum a.json --probes 10000000', 'a.json', _spectrum()),
        ('spectrum a.json --steps 1000000000000', 'a.json', _spectrum()),
        ('simulate a.json --set ' + 'a.' * 50_000 + 'b=1', 'a.json', plain),
        ('simulate a.json', 'a.json', _scenario(sweep={'model.loss.gamma': [-1, -2]})),
        ('simulate a.json', 'a.json', _scenario(sweep={
            '.'.join(['model'] * 1000): {'linear': [0, 1, 100_001]}})),
        ('simulate a.json', 'a.json', _scenario(sweep={'time': [1, 2]})),
        ('simulate a.json', 'a.json', _scenario(x='w' * 1_000_000)),
        ('simulate a.json -o out.csv --plot out.svg', 'a.json', _scenario(initial_state={
            'features': {'kind': 'zeros'}, 'prototypes': {'kind': 'zeros'}})),
        ('simulate a.json -o out.csv --plot out.svg', 'a.json', _scenario(observables=[])),
        ('plot t.csv -o out.svg', 't.csv', _HEADER),
        ('plot t.csv -o out.svg', 't.csv', _HEADER + 'a,0,0,0,nan,nan\n'),
        ('plot t.csv --terminal', 't.csv', _table(_LINE_END)),
        ('simulate a.json', 'a.json', '[' * 200_000),
        ('simulate a.json', 'a.json', '{"a":' * 100_000),
    ]
    return found
