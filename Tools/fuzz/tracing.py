"""System calls of a sample of runs: which programs started, where files were made."""

import os
import re
import shutil

# What may be opened for writing besides the sandbox.
_DEVICES = ('/dev/', '/proc/self/', '/proc/thread-self/', '/sys/kernel/debug/')
_CALLS = (
    'execve,execveat,open,openat,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,'
    'rmdir,link,linkat,symlink,symlinkat,truncate,chmod,chown')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_WRITES = re.compile(r'O_WRONLY|O_RDWR|O_CREAT|O_TRUNC')


def is_available():
    """Whether strace is installed."""
    return shutil.which('strace') is not None


def wrapped(arguments, log):
    """The command under strace."""
    return [shutil.which('strace'), '-f', '-qq', '-s', '2000', '-e', f'trace={_CALLS}',
            '-e', 'signal=none', '-o', log] + arguments


def problems(log, sandbox, gnuplot):
    """What a trace shows that must not be: (kind, detail)."""
    with open(log, encoding='utf-8', errors='replace') as file:
        lines = file.read().splitlines()
    found = []
    programs = 0
    for line in lines:
        name, _, rest = line.split(None, 1)[-1].partition('(')
        if re.search(r'= -1 E|<unfinished|^\+\+\+', rest) or not rest:
            continue
        paths = [_plain(p) for p in _QUOTED.findall(rest)]
        if name.startswith('execve'):
            programs += 1
            path = paths[0] if paths else ''
            if programs > 1 and os.path.realpath(path) != gnuplot:
                found.append(('started a process', path))
        elif name in ('open', 'openat') and not _WRITES.search(rest):
            continue
        else:
            found += [
                ('wrote outside', f'{name} in /{p.split("/")[1] if p.startswith("/") else p}')
                for p in paths if not _is_inside(p, sandbox)]
    return found


def _plain(text):
    return text.encode('utf-8').decode('unicode_escape', 'replace')


def _is_inside(path, sandbox):
    full = os.path.normpath(os.path.join(sandbox.work, path))
    return full.startswith(sandbox.root + '/') or path.startswith(_DEVICES)
