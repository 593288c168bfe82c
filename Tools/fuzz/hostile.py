"""Values that have broken programs: numbers, words, names of files, payloads.

`{ROOT}` in a text is replaced by the sandbox's folder and `{TOKEN}` by a word of that one run, so
that a file that turns up anywhere can be blamed on the run that made it.
"""

MARK = 'touch {ROOT}/MARKER'

# JSON numbers, and what is nearly one, as they stand in a file. Sizes between a few and 1e17 are
# left out: work that long was asked for and is no fault.
NUMBERS = [
    '0', '-0.0', '-1', '1', '2', '3', '0.5', '1.5', '-2.5', '1e-12', '1e-300', '5e-324', '1e300',
    '1.7976931348623157e308', '1e999', '-1e999', '9007199254740993', '9223372036854775807',
    '9223372036854775808', '18446744073709551616', '-9223372036854775808', '1e17', '1e100',
    'NaN', 'Infinity', '-Infinity', '01', '1.', '.5', '+1', '0x10', '1e', '--1', '1_000',
    '0.' + '0' * 400 + '1', '1' + '0' * 400,
]

# Words that end up in messages, tables, CSV files and figures.
PAYLOADS = [
    'x\r\nsystem("' + MARK + '")\r\n#',
    'x\nsystem("' + MARK + '")\n#',
    'x\rsystem("' + MARK + '")\r#',
    'x\u2028system("' + MARK + '")\u2029#',
    'x\vsystem("' + MARK + '")\f#',
    'EOD\r\nsystem("' + MARK + '")\r\n',
    "';system('" + MARK + "');'",
    "'\u0301;system(\"" + MARK + "\");#",
    '";system("' + MARK + '");"',
    '`' + MARK + '`', '"`' + MARK + '`"', '$(' + MARK + ')', '; ' + MARK + ' ;', '| ' + MARK,
    '\\"; system("' + MARK + '") #', "\\'; !" + MARK, '\n!' + MARK + '\n', '@x', '$x', '%s%n%d',
    'touch MARKER', '`touch MARKER`', '\r\n!touch MARKER\r\n',
    "=cmd|'/C calc'!A0", '+1+1', '@SUM(1)', '-2+3', '\t=1',
    '{/Symbol x}', 'a_b^c&{d}~e', '<svg onload="x">', ']]><x/>', '&lt;&#0;', '\\e[31m', '\\033[2J',
]

WORDS = PAYLOADS + [
    '', ' ', 'a,b', 'a,\u0301b', '"', '"\u0301', "'", "'\u0301", "''", 'a"b', 'a\u0301', '\u0301',
    '\u001b[31mred\u001b[0m', '\u001b]0;title\u0007', '\u009b31m', '\u0000', 'a\u0000b', '\u0007',
    '\u007f', '\u0085', '\u00a0', '\ufeff', '\u202egpj.exe', '\u2066x', '\ufffe', '\U0001f600',
    '\U000e0041', 'a\r\nb', 'a\nb', 'a\tb', '\r', '\n', 'NaN', 'nan', 'inf', 'null', 'true', '-',
    '--', '--help', '-o', '.', '..', '/', '//', '\\', 'a/b', 'x/\u0301y', 'x\u0338/y', 'A' * 300,
    'w' * 20000, '\u00e9' * 5000, '\u0301' * 3000, 'averaged', 'critical', 'closed_form', 'reduced',
    'time', 'solver', 'loss', 'relative_error', '__proto__', '%', '$', '`', '~',
]

# Names that must not lead out of a folder.
NAMES = [
    '../{TOKEN}', '../\u0301{TOKEN}', '/\u0301{TOKEN}', '/{TOKEN}', '..', '../', '.', '', '-',
    '../../{TOKEN}', '..\u0301/{TOKEN}', 'sub/{TOKEN}', 'sub/\u0301{TOKEN}', './{TOKEN}',
    '.{TOKEN}',
    '{TOKEN}\u0000.csv', 'x\u0000{TOKEN}', 'a' * 300, '\u00e9' * 200, 'CON', 'nul', '~/{TOKEN}',
    '{TOKEN}.', '{TOKEN} ', ' {TOKEN}', '-o', '--help', '-{TOKEN}', '{TOKEN}\n', '{TOKEN}\r\nx',
    '\u202e{TOKEN}', "q'{TOKEN}", 'q"{TOKEN}', '`{TOKEN}`', '$(touch {TOKEN})', '\\..\\{TOKEN}',
    '..\\{TOKEN}', '{ROOT}/other/{TOKEN}', '{ROOT}/\u0301other', '\u2215{TOKEN}', '\uff0f{TOKEN}',
    '..%2f{TOKEN}', 'own', 'old', 'own.csv', 'other', '../own', 'a/../../{TOKEN}',
]

# Pieces of bytes that are spliced into files of text.
PIECES = [
    b'\x00', b'\xff', b'\xef\xbb\xbf', b'\xc0\x80', b'\xed\xa0\x80', b'\xf4\x90\x80\x80',
    b'\xfe\xff',
    b'\xcc\x81', b'\r\n', b'\r', b'\x1b[31m', b'\x85', b'\xe2\x80\xa8', b'/*', b'*/', b'//', b'\\u',
    b'\\ud800', b'\\u0000', b'"', b'{', b'}', b'[', b']', b',', b':', b'-', b'e', b'NaN', b'null',
    b'{}', b'[[]]', b'\t', b'\\', b"'",
]

# Values of options that want a whole number.
COUNTS = [
    '0', '1', '2', '3', '7', '-1', '', ' ', ' 5', '5 ', '+3', '1.5', '1e3', 'NaN', 'inf', '0x10',
    '99999999999', '1000000000000', '9223372036854775807', '9223372036854775808',
    '-9223372036854775808', '340282366920938463463374607431768211456', '\u0663', '\uff11', 'abc',
    '1\u0301', '1\u0000', "'", '--', '-', '1,000', '1_000',
]
