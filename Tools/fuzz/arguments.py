"""Command lines: every command with usual and unusual options."""

import hostile
import mutations
from json_text import dotted, places, text

COMMANDS = ['simulate'] * 8 + ['plot'] * 4 + ['validate'] * 2 + ['verify', 'verify'] + [
    'geometry', 'geometry', 'geometry', 'spectrum', 'spectrum', 'spectrum', 'schema', 'other']

# The options that name an output, by command.
OUTPUT_OPTIONS = {
    'simulate': ['-o', '--output', '--states', '--plot'], 'plot': ['-o', '--output'],
    'geometry': ['-o', '--output', '--states', '--plot'], 'spectrum': ['--plot']}

_COUNT_OPTIONS = {
    'spectrum': ['--dense-limit', '--steps', '--probes', '--seed', '--threads'],
    'simulate': ['--threads'], 'verify': ['--threads'], 'validate': ['--threads'],
    'geometry': ['--threads']}

_ENDING = {'-o': 'csv', '--output': 'csv', '--states': 'npz', '--plot': 'svg'}

_SETS = [
    'model.loss.gamma=0.1', 'model.loss.gamma=NaN', 'model.loss.gamma=', '=', '=1', 'a', 'model',
    '.=1',
    '..a=1', 'model..loss=1', 'model.=1', 'model.classes={', 'solvers[0].step=0', 'solvers[-1]={}',
    'solvers[99999999999999999999].x=1', 'solvers[1000000].x=1', 'solvers[0', 'solvers]0[=1',
    'solvers[0][0]=1', 'sweep={}', 'sweep["a.b"]=[1]', "sweep['a.b']=[1]", 'sweep=[]', 'model=null',
    'time={"end":1,"outputs":2}', 'name="../{TOKEN}"', 'name="/\u0301{TOKEN}"', 'name=x',
    'name="{ROOT}/other/x"', 'name={TOKEN}', 'description="\\u001b[31m"', 'time.end=1e999',
    'time.outputs=-1', 'time.at=[0,1,1e308]', '\u0301=1', 'model\u0301.loss=1',
    'model.\u0301loss=1',
    'initial_state.seed=18446744073709551616', 'initial_state.seed=-1', 'observables=[]',
    'observables=["loss","loss"]', 'observables=["aligned_distance"]', 'model.classes=1',
    '\u001b[31m=1',
    'sweep={"description":["a","b\\r\\nsystem(\\"touch {ROOT}/MARKER\\")\\r\\n#"]}',
    'sweep={"model.loss.gamma":[0.1,0.1]}', 'sweep={"time":[1]}',
    'sweep={"model":[1],"model.loss":[2]}',
    'a.' * 50_000 + 'b=1', 'a=' + '[' * 60_000, 'a="' + 'x' * 100_000 + '"', 'x=1\u0000', 'x="\n"',
]


def line(command, work, rng):
    """The arguments of a command over the names in `work`, as bytes."""
    if command == 'other':
        return _encoded(_other(rng))
    words = [command]
    operands = _operands(command, work, rng)
    options = []
    if command in _COUNT_OPTIONS:
        options += _settings(work, rng)
        for option in _COUNT_OPTIONS[command]:
            if rng.random() < 0.05:
                options.append([option, rng.choice(hostile.COUNTS)])
    options += _outputs(command, work, rng)
    options += _others(command, work, rng)
    rng.shuffle(options)
    if rng.random() < 0.05 and options:
        options.append(rng.choice(options))
    for option in options:
        joined = len(option) == 2 and option[0].startswith('--') and rng.random() < 0.2
        words += [f'{option[0]}={option[1]}'] if joined else option
    words[1:1] = operands
    if rng.random() < 0.03:
        words.insert(rng.randrange(len(words) + 1), mutations.word(rng))
    if rng.random() < 0.02 and len(words) > 1:
        words.pop()
    return _encoded(words)


def _encoded(words):
    """As the operating system takes them: no NUL, and below its limit of 128 KiB a word."""
    data = [w.encode('utf-8', 'surrogatepass').replace(b'\0', b'')[:120_000] for w in words]
    return data


def _other(rng):
    return rng.choice([
        [], ['--help'], ['--version'], ['help'], ['help', 'simulate'],
        ['help', mutations.word(rng)],
        [mutations.word(rng)], ['simulat', 'a.json'], ['--generate-completion-script', 'bash'],
        ['--generate-completion-script', mutations.word(rng)], ['schema', mutations.word(rng)],
        [rng.choice(COMMANDS[:-1]), '--help'], [rng.choice(COMMANDS[:-1])], ['--', 'simulate'],
        ['--experimental-dump-help'], [''], ['-' * 5000], ['x'] * 5000,
        ['schema', '--observables'], ['simulate', '--help', mutations.word(rng)]])


def _operands(command, work, rng):
    if command == 'schema':
        return [] if rng.random() < 0.7 else [mutations.word(rng)]
    names = list(work['csv' if command == 'plot' else 'json'])
    if rng.random() < 0.07:
        names = [rng.choice([
            'missing', '-', 'sub', '/dev/null', 'link', 'hard', 'loop', 'init.npz', 'own.csv',
            './' + names[0], '{ROOT}/work/' + names[0], '../work/' + names[0], 'sub/../' + names[0],
            '', mutations.word(rng), names[0] + '/', names[0] + '\u0301'])]
    if names[0].startswith('-') and names[0] != '-' and rng.random() < 0.5:
        names[0] = './' + names[0]
    if command != 'plot' and rng.random() < 0.06:
        names.append(rng.choice([names[0], 'missing', 'link', 'extra.json', './' + names[0]]))
    return names


def _settings(work, rng):
    options = []
    while rng.random() < 0.18:
        choice = rng.random()
        if choice < 0.6 or work['tree'] is None:
            words = rng.choice(_SETS)
        else:
            node, key, path = rng.choice(places(work['tree']))
            fresh = mutations.bounded(mutations.value(rng), key)
            words = f'{dotted(path)}={text(fresh, rng).decode("utf-8", "replace")}'
        options.append(['--set', words])
    return options


def _outputs(command, work, rng):
    """Outputs: most under names of their own, some onto inputs by another spelling."""
    options = []
    shares = {'-o': 0.5, '--output': 0.2, '--states': 0.2, '--plot': 0.2}
    for option in OUTPUT_OPTIONS.get(command, []):
        share = {'-o': 0.8, '--output': 0.12}[option] if command == 'plot' else shares[option]
        if rng.random() >= share:
            continue
        ending = 'svg' if command == 'plot' else _ENDING[option]
        options.append([option, _output_name(ending, work, rng)])
    return options


def _output_name(ending, work, rng):
    choice = rng.random()
    if choice < 0.65:
        ending = ending if rng.random() < 0.93 else rng.choice(['svg', 'png', 'pdf', 'csv', 'npz'])
        return rng.choice(['out', 'out', 'old', 'same', 'sub/out', 'fig']) + '.' + ending
    targets = list(work['json']) + list(work['csv']) + ['init.npz', 'digits.npz', 'own.csv']
    target = rng.choice(targets)
    if choice < 0.8:
        return rng.choice([
            target, './' + target, '{ROOT}/work/' + target, 'sub/../' + target, './/' + target,
            '../work/' + target, 'link', 'hard', 'link.svg', 'hard.svg', 'link.npz', 'hard.npz',
            'chain.svg', 'sub/up/' + target])
    return rng.choice([
        '-', '', 'sub', 'sub/', 'missing/x.' + ending, '../other/{TOKEN}.' + ending, '/dev/null',
        '/dev/full', '/dev/stdout', '/dev/fd/1', 'loop', 'dangling', 'own.csv', 'own.csv/x.svg',
        '{ROOT}/other/{TOKEN}.' + ending, 'a' * 300 + '.' + ending, 'x\u0301/\u0301y.' + ending,
        "q'r." + ending, '$(touch MARKER).' + ending, '`touch MARKER`.' + ending, '\n.' + ending,
        '-x.' + ending, '\u202e.' + ending, 'x.SVG', 'x.svg.gz', '.svg', 'same.' + ending,
        './same.' + ending, '/proc/self/fd/1', '/proc/self/mem', '/dev/stderr', '/dev/fd/99'])


def _others(command, work, rng):
    options = []

    def sometimes(share, *option):
        if rng.random() < share:
            options.append(list(option))

    if command in ('verify', 'geometry', 'spectrum'):
        formats = ['json'] * 6 + ['table'] * 2 + ['csv'] * 2 * (command == 'geometry') + ['x', '']
        sometimes(0.4, '--format', rng.choice(formats))
    if command in ('simulate', 'spectrum'):
        sometimes(0.06, '--solver', rng.choice(
            ['closed_form', 'ode', 'gradient_descent', mutations.word(rng)]))
    if command == 'simulate':
        sometimes(0.4, '--quiet')
    if command == 'geometry':
        sometimes(0.1, '--solve', rng.choice(
            ['equal_norms', 'orthogonal_minorities', 'etf', 'minority_collapse', 'x']))
    if command == 'plot':
        sometimes(0.06, '--terminal')
        sometimes(0.15, '--observable', rng.choice(
            ['loss', 'loss', 'accuracy', 'time', 'solver', mutations.word(rng)]))
    sometimes(0.02, rng.choice(['--unknown', '-x', '--', '---', '-oo', '--output', '--set']))
    return options
