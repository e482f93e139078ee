"""Words of others made harmless: on one line, visible, and marked as somebody else's."""

from __future__ import annotations

import unicodedata

_LONGEST = 1000


def inert(text: str) -> str:
    """Make text of others harmless to show: one line, no control, bidi or invisible characters."""
    kept = "".join(c if _is_visible(c) else " " for c in text[:_LONGEST])
    return " ".join(kept.split())


def quoted(text: str) -> str:
    """Mark words as somebody else's; quotation marks inside of them cannot end the quotation."""
    return f'"{inert(text).translate(_INNER)}"'


_INNER = str.maketrans(dict.fromkeys('"“”„‟«»\uff02', "'"))


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] not in "CZ" or character == " "
