"""Failing inputs as folders: command.txt, problems.txt and the sandbox as it was laid out."""

import json
import os
import shlex

from sandbox import Sandbox


def save(case, folder, program, problems):
    """Lays out one input; command.txt runs it again."""
    sandbox = Sandbox(folder)
    sandbox.prepare(case)
    words = [os.fsencode(program)] + [case.filled(a, sandbox.root) for a in case.arguments]
    feed = ''
    if case.stdin:
        with open(os.path.join(folder, 'stdin'), 'wb') as file:
            file.write(case.filled(case.stdin, sandbox.root))
        feed = ' <../stdin'
    root = shlex.quote(sandbox.root)
    home = f'HOME={root}/home TMPDIR={root}/tmp ASAN_OPTIONS=detect_leaks=0'
    with open(os.path.join(folder, 'command.txt'), 'w', encoding='utf-8') as file:
        file.write(f'cd {shlex.quote(sandbox.work)} &&\n{home} \\\n')
        file.write(' '.join(shell_word(w) for w in words) + feed + '\n')
    with open(os.path.join(folder, 'problems.txt'), 'w', encoding='utf-8') as file:
        file.writelines(json.dumps(p, ensure_ascii=True) + '\n' for p in problems)


def shell_word(data):
    """An argument as bash reads it."""
    if data and all(chr(c).isalnum() or c in b'-_./=:,+@%' for c in data):
        return data.decode('ascii', 'replace')
    if all(32 <= c < 127 for c in data):
        return shlex.quote(data.decode('ascii'))
    return "$'" + ''.join(
        chr(c) if 32 <= c < 127 and chr(c) not in "'\\" else f'\\x{c:02x}' for c in data) + "'"
