"""What every run must satisfy, whatever its input."""

import json
import os
import re

import outputs
from sandbox import OLD_CSV, differences

# Benign ends, the same in all commands; the article Tasks lists them.
STATUSES = {0, 1, 64, 65, 66, 73}
LONGEST_LINE = 10_000

TRACES = re.compile(
    rb'Fatal error|Stack dump|stack trace|Thread \d+ .*crashed|AddressSanitizer|runtime error: |'
    rb'terminate called|\*\*\* (?:buffer|stack)|libc\+\+abi|Program crashed|'
    rb'Swift/[A-Za-z]+\.swift:\d+|OpenBLAS (?:warning|error|blas_thread)')
_CONTROLS = re.compile(
    '[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]')
_OUTPUT_NAMES = (b'-o', b'--output', b'--states', b'--plot')
_HELP = (b'-h', b'--help', b'--version', b'help')
_BENIGN = re.compile(rb'^home/\.cache(/fontconfig.*)?$')
_MACHINE_READ = (b'json', b'csv')


def problems(case, sandbox, before, after, outcome):
    """All that is wrong with a run: (kind, detail)."""
    found = _ending(outcome) + _words(case, outcome)
    found += _files(case, sandbox, before, after, outcome.status)
    if outcome.status == 0 and not outcome.stopped:
        found += _results(case, sandbox, before, after, outcome)
    return found


def _ending(outcome):
    found = []
    if outcome.stopped:
        what = f'used more than {outcome.peak >> 20} MiB' if outcome.stopped == 'memory' else 'hung'
        return [(what.split(' than')[0], '')]
    if outcome.status < 0:
        found.append(('died of a signal', f'{-outcome.status}'))
    elif outcome.status not in STATUSES:
        found.append(('exit status outside the contract', f'{outcome.status}'))
    trace = TRACES.search(outcome.err)
    if trace:
        found.append(('trace on standard error', summary_of_trace(outcome.err)))
    if outcome.left:
        found.append(('left a process', ' '.join(outcome.left)))
    return found


def summary_of_trace(err):
    """The lines of a trace that tell one fault from another."""
    text = err.decode('utf-8', 'replace')
    for pattern in (
            r'(\S*Fatal error:[^\n]*)', r'(runtime error: [^\n]*)',
            r'(SUMMARY: AddressSanitizer[^\n]*)', r'(ERROR: AddressSanitizer[^\n]{0,80})'):
        match = re.search(pattern, text)
        if match:
            frames = re.findall(r'#\d+ 0x\S+ in (\S+)', text)
            own = [f for f in frames if 'asan' not in f.lower() and 'sanitizer' not in f][:3]
            return re.sub(r'/\S*/|0x[0-9a-f]+|==\d+==', '', match.group(1)) + ' ' + ' '.join(own)
    return text[:200]


def _words(case, outcome):
    found = []
    err = outcome.err
    # The report of verify says itself what has failed.
    speaks = outcome.out if case.command == 'verify' and outcome.status == 1 else err
    if outcome.status > 0 and not re.search(rb'[A-Za-z]+\W+[A-Za-z]+\W+[A-Za-z]+', speaks):
        found.append(('failure without a sentence', f'status {outcome.status}'))
    if not any(b'/dev/stderr' in w or b'/fd/2' in w for w in case.arguments):
        found += [(f'{k} on standard error', d or case.command[:20]) for k, d in _unclean(err)]
    if not prints_data(case):
        found += [
            (f'{k} on standard output', d or case.command[:20]) for k, d in _unclean(outcome.out)]
    return found


def prints_data(case):
    """Whether standard output is for programs, or a drawing, rather than a text for people."""
    words = case.arguments
    return (
        b'--terminal' in words or any(o in words for o in (b'-', b'/dev/stdout', b'/dev/fd/1'))
        or any(w == b'--format' and v in _MACHINE_READ for w, v in zip(words, words[1:]))
        or any(w in (b'--format=json', b'--format=csv', b'--output=-') for w in words)
        or any(b'/fd/1' in w or b'/dev/std' in w or w.endswith(b'=-') for w in words)
        or b'--generate-completion-script' in words or b'--experimental-dump-help' in words)


def _unclean(data):
    found = []
    try:
        text = data.decode('utf-8')
    except UnicodeDecodeError:
        found.append(('invalid UTF-8', ''))
        text = data.decode('utf-8', 'replace')
    controls = _CONTROLS.search(text)
    if controls:
        found.append(('control character', _class_of(ord(controls.group()))))
    longest = max((len(line) for line in data.split(b'\n')), default=0)
    if longest > LONGEST_LINE:
        found.append(('very long line', ''))
    return found


def _class_of(code):
    if code in (0x2028, 0x2029):
        return 'line separator'
    if code > 0x2000:
        return 'direction of writing'
    return 'escape' if code in (0x1b, 0x9b) else 'C1' if code >= 0x80 else 'C0'


def named_outputs(case, sandbox):
    """The paths that the command line names as outputs, and what each is: figure, states, text."""
    words = [case.filled(w, sandbox.root) for w in case.arguments]
    named = []
    for index, word in enumerate(words):
        option, is_joined, value = word.partition(b'=')
        if word in _OUTPUT_NAMES:
            named += [(word, v) for v in words[index + 1:index + 2]]
        elif is_joined and option in _OUTPUT_NAMES:
            named.append((option, value))
        if word.startswith(b'-o') and word != b'-o':
            named += [(b'-o', word[2:]), (b'-o', word[3:])]
    work = os.fsencode(sandbox.work)
    return [(_content(case, o), os.path.join(work, n)) for o, n in named if b'\0' not in n]


def _content(case, option):
    if option == b'--states':
        return 'states'
    return 'figure' if option == b'--plot' or case.command == 'plot' else 'text'


def _read_inodes(case, sandbox, before):
    """The inodes of the files that the run may have read: what it names but for outputs, and the
    arrays that a scenario or a replacement of its values names."""
    words = [case.filled(w, sandbox.root) for w in case.arguments]
    operands = [
        w for i, w in enumerate(words)
        if b'\0' not in w and (i == 0 or words[i - 1] not in _OUTPUT_NAMES)
        and not (w.partition(b'=')[1] and w.partition(b'=')[0] in _OUTPUT_NAMES)]
    root = os.fsencode(sandbox.root) + b'/'
    work = os.fsencode(sandbox.work)
    names = {os.path.realpath(os.path.join(work, w))[len(root):] for w in operands}
    files = {n: before[n] for n in names if n in before and before[n][0] == 'file'}
    text = b'\n'.join(operands + [entry[3] for entry in files.values()] + [case.stdin])
    for name in case.inputs:
        entry = before.get(b'work/' + name)
        if name.endswith(b'.npz') and name in text and entry:
            files[name] = entry
    return {entry[1] for entry in files.values() if entry[0] == 'file'}


def _files(case, sandbox, before, after, status):
    created, changed, deleted = differences(before, after)
    root = os.fsencode(sandbox.root) + b'/'
    named = {os.path.realpath(n) for _, n in named_outputs(case, sandbox)}
    inodes = _read_inodes(case, sandbox, before)
    found = []
    for name in deleted:
        found.append(('deleted a file', _kind_of(name)))
    for name in created + changed:
        base = os.path.basename(name)
        if base == b'MARKER' or base.startswith(b'MARKER-'):
            found.append(('executed a command', case.command))
        elif base in (b'STARTUP', b'stolen.svg'):
            found.append(('gnuplot read its startup file', case.command))
        elif base.startswith((b'.dyn-', b'dyn-figure-')):
            found.append(('left a temporary file', base[:11].decode()))
        elif name in changed and before[name][0] == 'file' and before[name][1] in inodes:
            found.append(('replaced an input', _reads(case, name)))
        elif not _is_allowed(case, name, before, named, root):
            what = 'created' if name in created else 'changed'
            found.append((f'{what} a file that was not named', _kind_of(name)))
        elif status in (64, 66):
            found.append((f'wrote a file although the status is {status}', case.command))
    return found


def _reads(case, name):
    return f'{case.command} {os.path.splitext(name)[1].decode("utf-8", "replace")}'


def _kind_of(name):
    top = name.split(b'/')[0].decode('utf-8', 'replace') if b'/' in name else 'the folder above'
    return f'{top}/...{os.path.splitext(name)[1].decode("utf-8", "replace")}'


def _is_allowed(case, name, before, named, root):
    """A named output, the default output, or what is no doing of dyn's."""
    full = root + name
    if full in named or any(full.startswith(n + b'/') for n in named) or _BENIGN.match(name):
        return True
    is_default = (
        case.command == 'simulate' and name.startswith(b'work/') and name.count(b'/') == 1
        and name.endswith(b'.csv'))
    if not is_default:
        return False
    old = before.get(name)
    return old is None or old[0] == 'file' and old[3].startswith(OLD_CSV[:10])


def _results(case, sandbox, before, after, outcome):
    """Whether what was written is well-formed."""
    found = []
    root = os.fsencode(sandbox.root) + b'/'
    named = [(kind, os.path.realpath(n)) for kind, n in named_outputs(case, sandbox)]
    for name, entry in after.items():
        full = root + name
        if entry[0] == 'file' and before.get(name) != entry:
            for kind, path in named:
                if full == path or full.startswith(path + b'/'):
                    found += outputs.faults(case.command, kind, name, entry[3])
    words = case.arguments
    asks_json = b'json' in words[1:] and b'--format' in words or b'--format=json' in words
    # Whoever asks for help gets it, in no format but its own.
    asks_help = any(w in _HELP for w in words)
    if asks_json and not asks_help and case.command in ('verify', 'geometry', 'spectrum') and outcome.out:
        try:
            json.loads(outcome.out, parse_constant=_refuse)
        except ValueError as error:
            found.append(('ill-formed JSON on standard output', re.sub(r'\d+', 'N', str(error))))
    return found


def _refuse(word):
    raise ValueError(f'{word} is not JSON')
