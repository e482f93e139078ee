"""Plots as SVG: no script, no style of their own, nothing from outside. Pure.

Every plot has a title that is read aloud, axes with units, and colours that are also told by words.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH: Final = 720
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 12, 10, 30  # around the plot itself, pixels
_TICKS: Final = (1, 2, 5)
SERIES: Final = ("a", "b", "c", "d")
"""Classes of colours; the page says which they are."""


def safe(text: str, longest: int = 120) -> str:
    """Return the text of a stranger as HTML: no markup, no control or bidi character."""
    shown = "".join(c if c.isprintable() else "·" for c in text[:longest])
    return html.escape(shown + ("…" if len(text) > longest else ""))


def stacked(
    title: str, series: Mapping[str, Sequence[float]], until: float, unit: str,
    dark: Sequence[tuple[float, float]] = (),
) -> str:  # fmt: skip
    """Return bars over time, from 0 to ``until`` minutes, one upon the other.

    ``dark``: from when to when (minutes) nothing was recorded.
    """
    height, columns = 150, max((len(values) for values in series.values()), default=0)
    sums = [sum(values[n] for values in series.values()) for n in range(columns)]
    top = _nice(max(sums, default=0) or 1)
    wide, high = WIDTH - _LEFT - _RIGHT, height - _TOP - _BOTTOM
    bars = []
    for start, end in dark:
        x, to = (_LEFT + wide * max(0.0, min(1.0, t / (until or 1))) for t in (start, end))
        bars.append(_rect("gap", x, _TOP, max(1.0, to - x), high, "nothing recorded"))
    base = [0.0] * columns
    for colour, (name, values) in zip(SERIES, series.items(), strict=False):
        for n, value in enumerate(values):
            if value:
                y = _TOP + high * (1 - (base[n] + value) / top)
                x = _LEFT + wide * n / columns
                said = f"{name}: {value:g}"
                bars.append(_rect(colour, x, y, wide / columns, high * value / top, said))
                base[n] += value
    legend = " ".join(
        f'<span class="key"><i class="{colour}"></i>{safe(name)}</span>'
        for colour, name in zip(SERIES, series, strict=False)
    )
    legend += ' <span class="key"><i class="gap"></i>nothing recorded</span>' if dark else ""
    axes = _axes(height, top, unit, f"0 to {until:.0f} min")
    return _figure(title, height, "".join(bars) + axes, f"<figcaption>{legend}</figcaption>")


def bars(title: str, counts: Mapping[str, int], unit: str) -> str:
    """Return a bar for each name, longest first."""
    rows = sorted(counts.items(), key=lambda row: -row[1])
    most, line = max(counts.values(), default=1) or 1, 22
    left, wide = 130, WIDTH - 130 - 70
    drawn = "".join(
        f'<text x="{left - 6}" y="{n * line + 16}" class="end">{safe(name, 24)}</text>'
        + _rect("a", left, n * line + 4, wide * count / most, line - 6, f"{name}: {count} {unit}")
        + f'<text x="{left + wide * count / most + 6:.1f}" y="{n * line + 16}">{count}</text>'
        for n, (name, count) in enumerate(rows)
    )
    return _figure(title, max(1, len(rows)) * line + 6, drawn)


def map_of(title: str, cells: Sequence[Sequence[int]], shape: float) -> str:
    """Return how often something fell where, as a map; ``shape``: width by height of the screen."""
    rows, columns = len(cells), len(cells[0]) if cells else 0
    wide = WIDTH * 2 / 3
    high = wide / (shape or 1)
    most = max((count for row in cells for count in row), default=0) or 1
    drawn = _rect("ground", 0, 0, wide, high, "the screen")
    drawn += "".join(
        f'<rect class="a" x="{wide * c / columns:.1f}" y="{high * r / rows:.1f}"'
        f' width="{wide / columns:.1f}" height="{high / rows:.1f}"'
        f' opacity="{0.15 + 0.85 * (count / most) ** 0.5:.2f}"><title>{count}</title></rect>'
        for r, row in enumerate(cells)
        for c, count in enumerate(row)
        if count
    )
    return _figure(title, int(high) + 2, drawn)


def _nice(most: float) -> float:
    """Return a round number that is not less."""
    size = 1.0
    while True:
        for step in _TICKS:
            if most <= step * size:
                return step * size
        size *= 10


def _axes(height: int, top: float, unit: str, along: str) -> str:
    low = height - _BOTTOM
    return (
        f'<line x1="{_LEFT}" y1="{low}" x2="{WIDTH - _RIGHT}" y2="{low}"/>'
        f'<line x1="{_LEFT}" y1="{_TOP}" x2="{_LEFT}" y2="{low}"/>'
        f'<text x="{_LEFT - 6}" y="{_TOP + 8}" class="end">{top:g}</text>'
        f'<text x="{_LEFT - 6}" y="{low}" class="end">0</text>'
        f'<text x="{_LEFT}" y="{height - 10}">{safe(along)}</text>'
        f'<text x="{WIDTH - _RIGHT}" y="{height - 10}" class="end">{safe(unit)}</text>'
    )


def _rect(colour: str, x: float, y: float, width: float, height: float, said: str) -> str:  # noqa: PLR0917
    return (
        f'<rect class="{colour}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}"'
        f' height="{height:.1f}"><title>{safe(said)}</title></rect>'
    )


def _figure(title: str, height: int, drawn: str, more: str = "") -> str:
    return (
        f'<figure><h2>{safe(title)}</h2><svg viewBox="0 0 {WIDTH} {height}" role="img"'
        f' aria-label="{safe(title)}">{drawn}</svg>{more}</figure>'
    )
