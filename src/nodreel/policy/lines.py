"""Which line of a TOML text a key stands on; Python's parser tells lines for bad syntax only.

Works on text that parses. A key it cannot place (inside an inline table) gets its parent's line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORD = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_DOTTED = rf"{_WORD}(?:\s*\.\s*{_WORD})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(rf"\s*({_DOTTED})\s*=")
_QUOTES = re.compile(r'"""|\'\'\'')

Path = tuple[str | int, ...]


def line_of(text: str, path: Sequence[str | int]) -> int:
    """Return the line (from 1) of the key at ``path``, or of its nearest parent, or 1."""
    places = dict(_places(text))
    for length in range(len(path), 0, -1):
        found = places.get(tuple(path[:length]))
        if found is not None:
            return found
    return 1


def _places(text: str) -> Iterator[tuple[Path, int]]:
    """Walk over the lines, telling each table's and key's path and line; the first one counts."""
    table: Path = ()
    counts: dict[Path, int] = {}
    told: set[Path] = set()
    for number, line in _outside_of_strings(text):
        if header := _HEADER.match(line):
            table = _entered(header, counts)
            path = table
        elif key := _KEY.match(line):
            path = table + _words(key[1])
        else:
            continue
        for length in range(1, len(path) + 1):
            if path[:length] not in told:
                told.add(path[:length])
                yield path[:length], number


def _entered(header: re.Match[str], counts: dict[Path, int]) -> Path:
    """Return the path that a ``[table]`` or ``[[array]]`` header opens."""
    path: Path = ()
    words = _words(header[2])
    for index, word in enumerate(words):
        path += (word,)
        is_new = header[1] == "[[" and index == len(words) - 1
        if is_new:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path += (counts[path],)
    return path


def _words(dotted: str) -> Path:
    return tuple(word.strip("\"'") for word in re.findall(_WORD, dotted))


def _outside_of_strings(text: str) -> Iterator[tuple[int, str]]:
    """Yield numbered lines, leaving out those that begin inside a multi-line string."""
    closing: str | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        if closing is None:
            yield number, line
        for quotes in _QUOTES.findall(line):
            if closing is None:
                closing = quotes
            elif closing == quotes:
                closing = None
