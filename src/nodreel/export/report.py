"""The doctor's report as one page: signs, plots and the card; it loads nothing and runs nothing.

Its policy allows the one style that is in it, by its hash. Texts of a recording are never markup.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Final

from nodreel.action import ActionKind
from nodreel.errors import StoreError
from nodreel.events import SECOND, Button, Gap, Key, Move, Scroll
from nodreel.export.card import card
from nodreel.export.plots import bars, map_of, safe, stacked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from nodreel.export.health import Sign
    from nodreel.export.source import Source

_COLUMNS: Final = 120  # bars over time
_CELLS: Final = (18, 32)  # rows and columns of the map
_AGES: Final = (
    (0.1, "to 0.1 s"),
    (0.5, "to 0.5 s"),
    (1, "to 1 s"),
    (5, "to 5 s"),
    (60, "to 1 min"),
)
_OLDER: Final = "older"
_KINDS: Final = {"moves": Move, "keys": Key, "buttons": Button, "scrolls": Scroll}
_MARKS: Final = {"ok": "fine", "bad": "bad", "note": "note"}
_STYLE: Final = """
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--ground:#fff;--line:#d0d7de;
--a:#0969da;--b:#1a7f37;--c:#bf6f00;--d:#8250df;--gap:#d0d7de;--bad:#b3261e;--fine:#1a7f37}
@media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9aa4af;--ground:#0d1117;
--line:#3d444d;--a:#4493f8;--b:#3fb950;--c:#e3a008;--d:#ab7df8;--gap:#3d444d;--bad:#ff8177;
--fine:#56d364}}
body{font:15px/1.5 system-ui,sans-serif;max-width:760px;margin:2rem auto;padding:0 1rem;
color:var(--ink);background:var(--ground)}
h1{font-size:1.5rem}h2{font-size:1rem;margin:1.6rem 0 .4rem}
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;
padding:.3rem .6rem .3rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
th{font-weight:600}.bad{color:var(--bad);font-weight:700}.fine{color:var(--fine)}
.note{color:var(--soft)}figure{margin:0}svg{width:100%;height:auto}
svg text{fill:var(--soft);font-size:12px}svg text.end{text-anchor:end}svg line{stroke:var(--line)}
.a{fill:var(--a);background:var(--a)}.b{fill:var(--b);background:var(--b)}
.c{fill:var(--c);background:var(--c)}.d{fill:var(--d);background:var(--d)}
.gap{fill:var(--gap);background:var(--gap)}.ground{fill:none;stroke:var(--line)}
figcaption{font-size:.85rem;color:var(--soft)}.key i{display:inline-block;width:.8em;height:.8em;
margin:0 .3em 0 .8em}
""".strip()


def write_report(source: Source, signs: Sequence[Sign], file: Path) -> None:
    """Write the report as one HTML file; raises StoreError."""
    try:
        file.write_text(report(source, signs), encoding="utf-8")
    except OSError as error:
        raise StoreError(f"Cannot write the report to {file}: {error.strerror}.") from error


def report(source: Source, signs: Sequence[Sign]) -> str:
    """Return the report as HTML."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    bad = sum(sign.mark == "bad" for sign in signs)
    verdict = (
        "Nothing is bad." if not bad else f"{bad} of {len(signs)} questions have a bad answer."
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
        f" style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>What a recording is worth</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>What this recording is worth</h1><p>{verdict}</p>{_signs(signs)}"
        f"{_over_time(source)}{_actions(source)}{_ages(source)}{_pointer(source)}{_card(source)}"
        "</main></body></html>\n"
    )


def _signs(signs: Iterable[Sign]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{safe(sign.name)}</th><td class="{_MARKS[sign.mark]}">'
        f"{_MARKS[sign.mark]}</td><td>{safe(sign.sentence, 400)}</td></tr>"
        for sign in signs
    )
    head = (
        '<tr><th scope="col">Question</th><th scope="col">Mark</th><th scope="col">Answer</th></tr>'
    )
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _over_time(source: Source) -> str:
    length = max(1, source.episode.length)
    minutes = length / SECOND / 60
    counted = {name: [0] * _COLUMNS for name in _KINDS}
    for event in source.events:
        for name, kind in _KINDS.items():
            if isinstance(event, kind):
                counted[name][_bin(event.t, length)] += 1
    pictures = [0] * _COLUMNS
    for done in source.frames:
        pictures[_bin(done, length)] += 1
    each = length / SECOND / _COLUMNS
    rates = {name: [n / each for n in row] for name, row in counted.items()}
    dark = [(e.t / SECOND / 60, e.until / SECOND / 60) for e in source.events if isinstance(e, Gap)]
    return stacked("Input, events a second", rates, minutes, "a second", dark) + stacked(
        "Pictures a second", {"pictures": [n / each for n in pictures]}, minutes, "a second", dark
    )


def _bin(t: int, length: int) -> int:
    return max(0, min(_COLUMNS - 1, t * _COLUMNS // length))


def _actions(source: Source) -> str:
    counted = Counter(action.kind.value for action in source.actions)
    return bars("Actions by kind", counted, "actions")


def _ages(source: Source) -> str:
    """Plot how old the picture before an action is."""
    counted = dict.fromkeys((*(name for _, name in _AGES), _OLDER, "none"), 0)
    for action in source.actions:
        if action.kind is ActionKind.WAIT:
            continue
        age = None if action.before is None else (action.start - action.before) / SECOND
        named = next((name for most, name in _AGES if age is not None and age <= most), _OLDER)
        counted["none" if age is None else named] += 1
    return bars("Age of the picture before an action", counted, "actions")


def _pointer(source: Source) -> str:
    rows, columns = _CELLS
    cells = [[0] * columns for _ in range(rows)]
    if not (source.width and source.height):
        return ""
    for event in source.events:
        if isinstance(event, Button) and event.press:
            row, column = event.y * rows // source.height, event.x * columns // source.width
            cells[max(0, min(rows - 1, row))][max(0, min(columns - 1, column))] += 1
    return map_of("Where buttons went down", cells, source.width / source.height)


def _card(source: Source) -> str:
    said = card(source, "episodes", (), {})
    rows = "".join(
        f'<tr><th scope="row">{safe(name.replace("_", " "))}</th><td>{safe(_shown(value), 400)}'
        "</td></tr>"
        for name, value in said.items()
        if name not in {"format", "holds", "cannot_hold"}
    )
    return f"<h2>Card</h2><table><tbody>{rows}</tbody></table>"


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) or "none" if isinstance(value, list) else str(value)
