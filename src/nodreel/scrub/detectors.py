"""Every secret shape by name, and a text without them. Titles and notes hold whole shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.scrub import numbers, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nodreel.scrub.shape import Shape, Span

WHOLE = (*tokens.WHOLE, *numbers.WHOLE)
BEGUN = (*tokens.BEGUN, *numbers.BEGUN)


def find(text: str, shapes: Iterable[Shape]) -> list[Span]:
    """Return where any of the shapes stands in the text; spans may overlap."""
    return [span for shape in shapes for span in shape.spans(text)]


def without_secrets(text: str) -> tuple[str, list[str]]:
    """Return the text with ``[name]`` in place of every whole shape, and the names."""
    out, names, at = "", [], 0
    for span in sorted(find(text, WHOLE), key=lambda span: (span.start, -span.end)):
        if span.start >= at:
            out += f"{text[at : span.start]}[{span.name}]"
            names.append(span.name)
        at = max(at, span.end)
    return out + text[at:], names
