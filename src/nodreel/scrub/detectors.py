"""Every secret shape by name, and a text without them: a title, a note, an element's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.scrub import numbers, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nodreel.scrub.shape import Finder, Span

WHOLE = (*tokens.WHOLE, *numbers.WHOLE)
BEGUN = (*tokens.BEGUN, *numbers.BEGUN)

_LONG_ENOUGH = 16  # characters
_OFTEN_ELSE = {tokens.LOGIN, tokens.API_KEY, tokens.PRIVATE_KEY}
_HARDLY_ELSE = {shape.name for shape in tokens.BEGUN} - _OFTEN_ELSE


def find(text: str, shapes: Iterable[Finder]) -> list[Span]:
    """Return where any of the shapes stands in the text; spans may overlap."""
    return [span for shape in shapes for span in shape.spans(text)]


def lasting(begun: Span) -> bool:
    """Tell whether something begun is so long, and begins so, that it is hardly anything else."""
    return begun.end - begun.start >= _LONG_ENOUGH and begun.name in _HARDLY_ELSE


def secrets(text: str, own: Sequence[Finder] = ()) -> list[Span]:
    """Return where a text that is not being typed holds secrets, cut ones included."""
    begun = [span for span in find(text, BEGUN) if lasting(span)]
    return [*find(text, (*WHOLE, *own)), *begun]


def without_secrets(text: str, own: Sequence[Finder] = ()) -> tuple[str, list[str]]:
    """Return the text with ``[name]`` in place of every secret, and the names."""
    out, names, at = "", [], 0
    for span in sorted(secrets(text, own), key=lambda span: (span.start, -span.end)):
        if span.start >= at:
            out += f"{text[at : span.start]}[{span.name}]"
            names.append(span.name)
        at = max(at, span.end)
    return out + text[at:], names
