"""One input: a command line with the files that it finds."""

import dataclasses
import os


@dataclasses.dataclass
class Case:
    """A run of `dyn`: arguments, files of the work folder (relative names) and standard input."""

    index: int
    arguments: list  # of bytes, without the program
    files: dict  # bytes -> bytes
    links: list = dataclasses.field(default_factory=list)  # (name, target, is_symbolic)
    stdin: bytes = b''
    inputs: set = dataclasses.field(default_factory=set)  # names that the run may read

    @property
    def command(self):
        """The subcommand, or an empty word."""
        return self.arguments[0].decode('utf-8', 'replace') if self.arguments else ''

    @property
    def token(self):
        """The word that names of this run contain."""
        return f'FZ{self.index}'

    def filled(self, data, root):
        """Bytes with their placeholders replaced."""
        return data.replace(b'{ROOT}', os.fsencode(root)).replace(b'{TOKEN}', self.token.encode())

    def changed(self, **changes):
        """A copy with other parts."""
        return dataclasses.replace(self, **changes)
