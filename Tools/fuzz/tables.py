"""Trajectory CSVs, sound and broken."""

import hostile
import mutations

_HEADER = ['solver', 'time', 'zeta_h', 'zeta_w', 'loss', 'accuracy', 'norm_z', 'relative_error']


def sound(rng, keys=()):
    """What `dyn simulate` writes."""
    return _text(_rows(rng, keys))


def _rows(rng, keys=()):
    rows = [list(keys) + _HEADER]
    for member in ([1], [2]) if keys else ([],):
        for solver in ('closed_form', 'ode'):
            for step in range(4):
                numbers = [step, step / 2, step / 2] + [rng.random() for _ in range(4)]
                rows.append([f'{v}' for v in list(member) + [solver] + numbers])
    return rows


def _cell(text):
    if any(c in text for c in ',"\r\n'):
        return '"' + text.replace('"', '""') + '"'
    return text


def _text(rows, end='\n'):
    return (end.join(','.join(_cell(c) for c in row) for row in rows) + end).encode(
        'utf-8', 'surrogatepass')


def broken(rng):
    """A table that a program other than `dyn` wrote, or that nobody should have written."""
    rows = _rows(rng, ['model.loss.gamma'] if rng.random() < 0.3 else ())
    kind = rng.randrange(12)
    if kind <= 2:
        return _payload(rows, rng)
    if kind == 3:
        return _as_pandas(rows, rng)
    if kind == 4:
        return _strange_numbers(rows, rng)
    if kind == 5:
        return mutations.damaged(_text(rows), rng)
    if kind == 6:
        row = rng.choice(rows)
        row[rng.randrange(len(row)):] = rng.choice([[], ['x'] * 20, ['"'], ['a"b', '"c']])
        return _text(rows)
    if kind == 7:
        return _header(rows, rng)
    if kind == 8:
        return _wide(rng)
    if kind == 9:
        return _text(rows).replace(b',', rng.choice([b';', b'\t', b'","', b'",', b',"', b', ']))
    if kind == 10:
        return rng.choice([
            b'', b'\n', b'\r\n', b',', b'"', b'solver', b'solver,time\n', b'\x00', _text(rows[:1]),
            b'solver,time,loss\na,0,0\n', b'"' * 10_001, b'a' * 1_000_000, b'{"a": 1}\n',
            b'PK\x03\x04', b'solver,time,loss\n' + b'a,1,2\n' * 3000])
    return _text(rows[:1] + [r for r in rows[1:] for _ in range(rng.choice([1, 2]))])


def _payload(rows, rng):
    """Hostile words where names and headers stand."""
    for _ in range(rng.choice([1, 1, 3])):
        row = rng.choice(rows)
        row[rng.choice([0, 0, 0, rng.randrange(len(row))])] = mutations.word(rng)
    if rng.random() < 0.3:  # the same word for a whole solver, so that it makes a line
        name = rng.choice(hostile.PAYLOADS)
        for row in rows[1:]:
            row[rows[0].index('solver') if 'solver' in rows[0] else 0] = name
    return _text(rows, rng.choice(['\n', '\n', '\r\n']))


def _as_pandas(rows, rng):
    form = rng.randrange(6)
    if form == 0:
        return b'\xef\xbb\xbf' + _text(rows, '\r\n')
    if form == 1:
        return _text([[''] + rows[0]] + [[str(i)] + r for i, r in enumerate(rows[1:])])
    if form == 2:
        return _text(rows) + b'\n\r\n\n'
    if form == 3:
        return _text([[('' if c > 3 and rng.random() < 0.3 else v) for c, v in enumerate(r)]
                      if i else r for i, r in enumerate(rows)])
    if form == 4:
        return b'# a comment\n' + _text(rows)
    return ('\n'.join(','.join(f'"{c}"' for c in r) for r in rows)).encode('utf-8', 'replace')


def _strange_numbers(rows, rng):
    odd = ['nan', 'NaN', 'NA', 'inf', '-inf', 'Infinity', '1e999', '-1e999', '1e-400', '0', '-0',
           '0x1p3', '1d5', ' 1', '1 ', '1\u0301', '', '--', '1,5', '1e308', '-1e308', '5e-324']
    share = rng.choice([0.1, 0.5, 1])
    for row in rows[1:]:
        for column in range(1, len(row)):
            if rng.random() < share:
                row[column] = rng.choice(odd)
    return _text(rows)


def _header(rows, rng):
    kind = rng.randrange(5)
    if kind == 0:
        rng.shuffle(rows[0])
    elif kind == 1:
        rows[0][rng.randrange(len(rows[0]))] = rng.choice(rows[0])
    elif kind == 2:
        del rows[0]
    elif kind == 3:
        rows[0] = [c.upper() for c in rows[0]]
    else:
        rows[0][rng.randrange(len(rows[0]))] = mutations.word(rng)
    return _text(rows)


def _wide(rng):
    """Very many columns, rows or lines of a legend."""
    kind = rng.randrange(3)
    if kind == 0:
        count = rng.choice([40, 3000, 100_000])
        names = ['solver', 'time'] + [f'c{i}' for i in range(count)]
        return _text([names, ['a', '0'] + ['1'] * count, ['a', '1'] + ['2'] * count])
    if kind == 1:
        return _text([_HEADER] + [
            [f's{i}', str(t)] + ['1'] * 6 for i in range(rng.choice([30, 60])) for t in (0, 1)])
    return _text([_HEADER] + [['a', str(t)] + [str(rng.random())] * 6 for t in range(5000)])
