"""What a keysym writes, what it is called, and how dead keys join what follows them.

Source: X11 protocol, appendix A (the older sets are the ISO 8859 parts and KOI8 by their low byte)
and the compose table of en_US.UTF-8, which GTK and Qt follow; where the tables of other languages
say something else of the same keys, it is not known which. Input methods are not seen: where one
may be at work, keys come without a symbol.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

_UNICODE, _LAST_UNICODE = 0x0100_0000, 0x0110_FFFF
_SETS: Final = {
    0x00: "latin-1", 0x01: "iso8859-2", 0x02: "iso8859-3", 0x03: "iso8859-4", 0x05: "iso8859-6",
    0x06: "koi8-u", 0x0C: "iso8859-8", 0x0D: "tis-620", 0x13: "iso8859-15",
}  # fmt: skip
_GREEK: Final = "iso8859-7"
_GREEK_LETTERS: Final = range(0x07C1, 0x07FA)
_CYRILLIC_SMALL: Final = {
    0x6A1: "ђ", 0x6A2: "ѓ", 0x6A5: "ѕ", 0x6A8: "ј", 0x6A9: "љ", 0x6AA: "њ", 0x6AB: "ћ",
    0x6AC: "ќ", 0x6AE: "ў", 0x6AF: "џ",
}  # fmt: skip
_SINGLE: Final = {
    0x20AC: "€", 0x06B0: "№", 0x0AA9: "—", 0x0AAA: "–", 0x0AAE: "…", 0x0AC9: "™", 0x0AD0: "‘",
    0x0AD1: "’", 0x0AD2: "“", 0x0AD3: "”", 0x0AFD: "‚", 0x0AFE: "„", 0x0AE6: "•", 0x07F2: "σ",
    0x07F3: "ς", 0xFF80: " ", 0xFFBD: "=", 0xFFAA: "*", 0xFFAB: "+", 0xFFAC: ",", 0xFFAD: "-",
    0xFFAE: ".", 0xFFAF: "/",
} | {0xFFB0 + n: str(n) for n in range(10)} | _CYRILLIC_SMALL | {
    sym + 0x10: sign.upper() for sym, sign in _CYRILLIC_SMALL.items()
}  # fmt: skip

DEAD: Final = {
    0xFE50: ("\u0300", "`", "`"), 0xFE51: ("\u0301", "'", "´"), 0xFE52: ("\u0302", "^", "^"),
    0xFE53: ("\u0303", "~", "~"), 0xFE54: ("\u0304", "¯", "¯"), 0xFE55: ("\u0306", "˘", "˘"),
    0xFE56: ("\u0307", "˙", "˙"), 0xFE57: ("\u0308", '"', "¨"), 0xFE58: ("\u030a", "°", "°"),
    0xFE59: ("\u030b", "˝", "˝"), 0xFE5A: ("\u030c", "ˇ", "ˇ"), 0xFE5B: ("\u0327", "¸", "¸"),
    0xFE5C: ("\u0328", "˛", "˛"),
}  # fmt: skip
"""Keysym: (combining character, with a space after it, pressed twice)."""
_BY_LANGUAGE: Final = {(0xFE51, "c"), (0xFE51, "C"), (0xFE5A, "u"), (0xFE5A, "U")}
"""ć, or ç where Portuguese is spoken; ǔ, or ů in Czech."""
_DEAD_RANGE: Final = range(0xFE50, 0xFEA0)
_ASCII: Final = range(0x20, 0x7F)

NAMES: Final = {
    0xFF08: "backspace", 0xFF09: "tab", 0xFE20: "tab", 0xFF89: "tab", 0xFF0D: "enter",
    0xFF8D: "enter", 0xFF1B: "esc", 0xFFFF: "delete", 0xFF9F: "delete", 0xFF63: "insert",
    0xFF9E: "insert", 0xFF50: "home", 0xFF51: "left", 0xFF52: "up", 0xFF53: "right", 0xFF54: "down",
    0xFF55: "pageup", 0xFF56: "pagedown", 0xFF57: "end", 0xFF95: "home", 0xFF96: "left",
    0xFF97: "up", 0xFF98: "right", 0xFF99: "down", 0xFF9A: "pageup", 0xFF9B: "pagedown",
    0xFF9C: "end", 0xFF67: "menu", 0xFF61: "printscreen", 0xFF13: "pause", 0xFF14: "scrolllock",
    0xFF7F: "numlock", 0xFFE5: "capslock", 0xFFE1: "shift", 0xFFE2: "shift", 0xFFE3: "ctrl",
    0xFFE4: "ctrl", 0xFFE7: "alt", 0xFFE8: "alt", 0xFFE9: "alt", 0xFFEA: "alt", 0xFFEB: "super",
    0xFFEC: "super", 0xFE03: "altgr", 0xFF7E: "altgr", 0x0020: "space", 0xFF20: "compose",
} | {0xFFBE + n: f"f{n + 1}" for n in range(35)}  # fmt: skip
MASKS: Final = ((1 << 2, "ctrl"), (1 << 3, "alt"), (1 << 6, "super"), (1 << 0, "shift"))
"""X's modifier bits as they are set up everywhere, in the order people write them."""


@cache
def character(keysym: int) -> str | None:
    """Return what a key with this symbol writes; None when it writes nothing or nothing known."""
    if _UNICODE < keysym <= _LAST_UNICODE:
        return chr(keysym - _UNICODE)
    low = keysym & 0xFF
    page = _GREEK if keysym in _GREEK_LETTERS else _SETS.get(keysym >> 8)
    upper = low >= 0xA0  # noqa: PLR2004  the older sets are upper halves
    plain = keysym in _ASCII
    if keysym in _SINGLE or page is None or not (upper or plain):
        return _SINGLE.get(keysym)
    try:
        return bytes([low]).decode(page)
    except UnicodeDecodeError:
        return None


def is_dead(keysym: int) -> bool:
    """Tell whether this key waits for the next one."""
    return keysym in _DEAD_RANGE


def joined(dead: int, keysym: int) -> str | None:
    """Return what a dead key and the one after it write; None when that is not known."""
    if dead not in DEAD:
        return None
    mark, spaced, twice = DEAD[dead]
    if keysym == dead:
        return twice
    base = character(keysym) if keysym in _ASCII else None
    if base == " ":
        return spaced
    if base is None or (dead, base) in _BY_LANGUAGE:
        return None
    made = unicodedata.normalize("NFC", base + mark)
    return made if len(made) == 1 else None


def name_of(keysym: int | None, keycode: int | None) -> str:
    """Return a key's name as hotkeys are written: ``a``, ``f5``; ``code 77`` at worst."""
    if keysym is None:
        return "?" if keycode is None else f"code {keycode}"
    written = character(keysym)
    return NAMES.get(keysym) or (written.lower() if written else f"keysym {keysym:#x}")


def held(modifiers: int) -> tuple[str, ...]:
    """Return the names of the modifiers in a mask; locks and AltGr choose a symbol, no command."""
    return tuple(name for bit, name in MASKS if modifiers & bit)
