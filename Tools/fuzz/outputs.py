"""Whether an output file is whole and well-formed."""

import csv
import io
import re
import xml.etree.ElementTree
import zipfile

csv.field_size_limit(1 << 30)
_WHOLE = {b'.svg': b'</svg>', b'.png': b'IEND', b'.pdf': b'%%EOF'}


def faults(command, kind, name, data):
    """What is wrong with a file (kind: figure, states, text) that a run with status 0 wrote."""
    ending = name[name.rfind(b'.'):].lower()
    if kind == 'figure' and ending in _WHOLE:
        return _figure(ending, data)
    if kind == 'states':
        return _archive(data)
    if kind == 'text' and command == 'simulate':
        return trajectory(data)
    return []


def _archive(data):
    try:
        bad = zipfile.ZipFile(io.BytesIO(data)).testzip()
    except zipfile.BadZipFile as error:
        bad = str(error)
    return [('ill-formed archive', bad)] if bad else []


def trajectory(data):
    """Faults of a trajectory CSV: all rows have the header's cells, numbers are numbers."""
    try:
        text = data.decode('utf-8')
    except UnicodeDecodeError:
        return [('ill-formed CSV', 'invalid UTF-8')]
    try:
        rows = list(csv.reader(io.StringIO(text, newline=''), strict=True))
    except csv.Error as error:
        return [('ill-formed CSV', str(error))]
    if not rows or 'solver' not in rows[0] or 'time' not in rows[0]:
        return [('ill-formed CSV', 'no header')]
    if not text.endswith('\n'):
        return [('ill-formed CSV', 'no line end at the end')]
    header = rows[0]
    if len(set(header)) != len(header):
        return [('ill-formed CSV', 'a name twice in the header')]
    if any(len(row) != len(header) for row in rows):
        return [('ill-formed CSV', 'rows of unequal length')]
    start = header.index('time')
    for row in rows[1:]:
        for cell in row[start:]:
            try:
                float(cell)
            except ValueError:
                return [('ill-formed CSV', 'a cell that is no number')]
    return []


def _figure(ending, data):
    if not data:
        return [('empty figure', ending.decode())]
    if _WHOLE[ending] not in data[-64:]:
        return [('partial figure', ending.decode())]
    if ending == b'.svg':
        try:
            xml.etree.ElementTree.fromstring(data)
        except xml.etree.ElementTree.ParseError as error:
            return [('ill-formed SVG', re.sub(r'line \d+, column \d+', '', str(error)))]
    return []
