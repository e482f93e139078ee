"""Which keys pause from anywhere: a chord as the person writes it, ``Ctrl+Alt+Shift+P``. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from nodreel.host.preferences import preferences

if TYPE_CHECKING:
    from pathlib import Path

USUAL: Final = "Ctrl+Alt+Shift+P"
_MODIFIERS: Final = {"shift": 1, "ctrl": 4, "alt": 8, "super": 64}
"""As the X server counts them where nobody changed that: Mod1 is Alt, Mod4 is Super."""
_SHIFT: Final = 1
_NAMED: Final = {"pause": 0xFF13, **{f"f{n}": 0xFFBD + n for n in range(1, 13)}}
"""Keysyms of keys that write nothing, which need no modifier."""
_LONGEST: Final = 40


@dataclass(frozen=True, slots=True)
class Chord:
    """``keysym`` is of the key without Shift, ``modifiers`` a mask of the X protocol."""

    words: str
    modifiers: int
    keysym: int


def chord_of(folder: Path) -> Chord | None:
    """Read ``[shortcut] pause`` of the preferences; '' is none, and nonsense is the usual one."""
    wanted = preferences(folder, "shortcut").get("pause", USUAL)
    if wanted == "":
        return None
    return (read_chord(wanted) if isinstance(wanted, str) else None) or read_chord(USUAL)


def read_chord(words: str) -> Chord | None:
    """Understand a chord; None where it is none, or would take a key that is needed to write."""
    *held, key = [part.strip().lower() for part in words[:_LONGEST].split("+")]
    if not set(held) <= set(_MODIFIERS) or len(set(held)) != len(held):
        return None
    mask = sum(_MODIFIERS[name] for name in held)
    writes = len(key) == 1 and key.isascii() and key.isalnum()
    if not (key in _NAMED or (writes and mask & ~_SHIFT)):
        return None
    parts = [*(name.capitalize() for name in held), key.upper() if writes else key.capitalize()]
    return Chord("+".join(parts), mask, _NAMED[key] if key in _NAMED else ord(key))
