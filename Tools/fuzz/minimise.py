"""Makes a failing input smaller, crudely: fewer options, keys and lines."""

import copy
import json

from json_text import places

MOST_RUNS = 60


def smaller(case, fails):
    """The smallest input found for which `fails(case)` still holds."""
    budget = [MOST_RUNS]

    def still(candidate):
        if budget[0] <= 0:
            return False
        budget[0] -= 1
        return fails(candidate)

    case = _fewer_words(case, still)
    for name in sorted(case.files):
        case = _smaller_file(case, name, still)
    return case


def _fewer_words(case, still):
    index = len(case.arguments) - 1
    while index > 0:
        for width in (2, 1):
            words = case.arguments[:index] + case.arguments[index + width:]
            if len(words) < len(case.arguments) and index + width <= len(case.arguments):
                candidate = case.changed(arguments=words)
                if still(candidate):
                    case = candidate
                    break
        index -= 1
    return case


def _smaller_file(case, name, still):
    def with_file(data):
        return case.changed(files={**case.files, name: data})

    if still(with_file(b'')):
        return with_file(b'')
    try:
        tree = json.loads(case.files[name])
    except (ValueError, RecursionError):
        return _fewer_lines(case, name, still)
    path_list = sorted((p for _, _, p in places(tree)), key=len) if isinstance(tree, dict) else []
    for path in path_list:
        candidate = _without(tree, path)
        if candidate is not None and still(with_file(json.dumps(candidate).encode())):
            tree = candidate
            case = with_file(json.dumps(tree).encode())
    return case


def _without(tree, path):
    """The tree without one key; nothing where it is gone already, or for elements of lists."""
    tree = copy.deepcopy(tree)
    node = tree
    for key in path[:-1]:
        try:
            node = node[key]
        except (KeyError, IndexError, TypeError):
            return None
    if not isinstance(node, dict) or path[-1] not in node:
        return None
    del node[path[-1]]
    return tree


def _fewer_lines(case, name, still):
    lines = case.files[name].splitlines(keepends=True)
    size = len(lines) // 2
    while size >= 1:
        at = len(lines) - size
        while at >= 0:
            fewer = lines[:at] + lines[at + size:]
            candidate = case.changed(files={**case.files, name: b''.join(fewer)})
            if still(candidate):
                case, lines = candidate, fewer
            at -= size
        size //= 2
    return case
