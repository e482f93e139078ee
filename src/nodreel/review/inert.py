"""Text of strangers (titles, typed words) made safe for a terminal."""

from __future__ import annotations

import unicodedata
from typing import Final

_CONTROL: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, bidi, halves, unknown
LONGEST: Final = 120


def inert(text: str, longest: int = LONGEST) -> str:
    """Return the text on one line, with a dot for each control and bidi character.

    Cut at ``longest`` characters, with an ellipsis where something was cut.
    """
    shown = "".join("·" if unicodedata.category(c) in _CONTROL else c for c in text[: longest + 1])
    return shown if len(text) <= longest else shown[: longest - 1] + "…"
