"""A folder with canaries in which one input runs, and what changed there."""

import os
import shutil

# The first bytes of a trajectory that dyn wrote.
OLD_CSV = b'solver,time,zeta_h,zeta_w,loss,relative_error\nclosed_form,0.0,0.0,0.0,-1.0,0.0\n'
_OTHER_CSV = b'my,own,numbers\n1,2,3\n'
_STARTUP = b'set output "stolen.svg"\nset datafile separator ";"\nsystem(": >{ROOT}/STARTUP")\n'

_FURNITURE = {
    b'canary.txt': b'canary\n', b'own.csv': _OTHER_CSV, b'other/canary.csv': _OTHER_CSV,
    b'other/canary.txt': b'canary\n', b'home/canary.txt': b'canary\n',
    b'tmp/canary.txt': b'canary\n', b'work/own.csv': _OTHER_CSV, b'work/old.csv': OLD_CSV,
    b'work/fig.svg': b'<svg>an older figure</svg>\n', b'work/other.csv': b'solver;time\n',
    b'work/sub/canary.txt': b'canary\n'}


class Sandbox:
    """Folders other, home, tmp (TMPDIR) and work (where dyn runs) under a root."""

    def __init__(self, root):
        self.root = os.path.abspath(root)
        self.work = os.path.join(self.root, 'work')

    def prepare(self, case):
        """Empties the folder and lays out the input and the canaries."""
        shutil.rmtree(self.root, ignore_errors=True)
        for name in ('other', 'home', 'tmp', 'work/sub'):
            os.makedirs(os.path.join(self.root, name))
        root = os.fsencode(self.root)
        for name, data in _FURNITURE.items():
            _write(root + b'/' + name, data.replace(b'{ROOT}', root))
        if case.index % 5 == 4:  # not always: it would hide what else a script does
            _write(root + b'/home/.gnuplot', _STARTUP.replace(b'{ROOT}', root))
        work = os.fsencode(self.work)
        for name, data in case.files.items():
            _write(work + b'/' + name, case.filled(data, self.root))
        for name, target, symbolic in case.links:
            path = work + b'/' + name
            if os.path.lexists(path):
                continue
            if symbolic:
                os.symlink(target, path)
            elif os.path.exists(work + b'/' + target):
                os.link(work + b'/' + target, path)

    def snapshot(self):
        """Path (below the root) -> kind, inode, permissions and content."""
        found = {}
        root = os.fsencode(self.root)
        pending = [root]
        while pending:
            for entry in os.scandir(pending.pop()):
                status = entry.stat(follow_symlinks=False)
                name = entry.path[len(root) + 1:]
                if entry.is_symlink():
                    found[name] = ('link', os.readlink(entry.path))
                elif entry.is_dir():
                    found[name] = ('folder',)
                    pending.append(entry.path)
                elif entry.is_file():
                    with open(entry.path, 'rb') as file:
                        found[name] = ('file', status.st_ino, status.st_mode, file.read())
                else:
                    found[name] = ('other',)
        return found

    def environment(self, path):
        """What the child sees: nothing of the caller's but the sandbox."""
        return {
            'PATH': path, 'HOME': self.root + '/home', 'TMPDIR': self.root + '/tmp',
            'LC_ALL': 'C.UTF-8', 'TERM': 'dumb', 'SWIFT_BACKTRACE': 'enable=no',
            'ASAN_OPTIONS': 'detect_leaks=0:allocator_may_return_null=1:exitcode=99:'
                            'quarantine_size_mb=16',
            'UBSAN_OPTIONS': 'print_stacktrace=1:exitcode=99'}

    def remove(self):
        """Leaves nothing behind."""
        shutil.rmtree(self.root, ignore_errors=True)


def _write(path, data):
    with open(path, 'wb') as file:
        file.write(data)


def differences(before, after):
    """Names created, changed and deleted between two snapshots."""
    created = sorted(after.keys() - before.keys())
    deleted = sorted(before.keys() - after.keys())
    changed = sorted(n for n in before.keys() & after.keys() if before[n] != after[n])
    return created, changed, deleted
