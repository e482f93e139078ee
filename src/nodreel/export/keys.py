"""Keys as others number and name them: Windows virtual keys, pynput's names, pyautogui's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from nodreel.action.keysyms import NAMES, character

if TYPE_CHECKING:
    from nodreel.events import Key

_NAMED: Final = {
    "backspace": 0x08, "tab": 0x09, "enter": 0x0D, "pause": 0x13, "capslock": 0x14, "esc": 0x1B,
    "space": 0x20, "pageup": 0x21, "pagedown": 0x22, "end": 0x23, "home": 0x24, "left": 0x25,
    "up": 0x26, "right": 0x27, "down": 0x28, "printscreen": 0x2C, "insert": 0x2D, "delete": 0x2E,
    "super": 0x5B, "menu": 0x5D, "numlock": 0x90, "scrolllock": 0x91, "altgr": 0xA5,
} | {f"f{n}": 0x6F + n for n in range(1, 25)}  # fmt: skip
_SIDES: Final = {
    0xFFE1: 0xA0, 0xFFE2: 0xA1, 0xFFE3: 0xA2, 0xFFE4: 0xA3, 0xFFE9: 0xA4, 0xFFEA: 0xA5,
    0xFFEB: 0x5B, 0xFFEC: 0x5C,
}  # fmt: skip
_OEM: Final = {
    ";": 0xBA, ":": 0xBA, "=": 0xBB, "+": 0xBB, ",": 0xBC, "<": 0xBC, "-": 0xBD, "_": 0xBD,
    ".": 0xBE, ">": 0xBE, "/": 0xBF, "?": 0xBF, "`": 0xC0, "~": 0xC0, "[": 0xDB, "{": 0xDB,
    "\\": 0xDC, "|": 0xDC, "]": 0xDD, "}": 0xDD, "'": 0xDE, '"': 0xDE, "!": 0x31, "@": 0x32,
    "#": 0x33, "$": 0x34, "%": 0x35, "^": 0x36, "&": 0x37, "*": 0x38, "(": 0x39, ")": 0x30,
}  # fmt: skip
PYNPUT: Final = {
    "esc": "esc", "enter": "enter", "pageup": "page_up", "pagedown": "page_down",
    "capslock": "caps_lock", "numlock": "num_lock", "scrolllock": "scroll_lock",
    "printscreen": "print_screen", "super": "cmd", "altgr": "alt_gr",
}  # fmt: skip
"""Where pynput's name of a key is not ours."""


def virtual_key(key: Key) -> int | None:
    """Return the Windows virtual key of a US keyboard that means the same; None: there is none."""
    sym = key.keysym
    if sym is None:
        return None
    if sym in _SIDES:
        return _SIDES[sym]
    name = NAMES.get(sym)
    if name is not None:
        return _NAMED.get(name)
    sign = (character(sym) or "").upper()
    if len(sign) == 1 and sign.isascii() and sign.isalnum():
        return ord(sign)
    return _OEM.get(sign)


def pynput_name(key: Key) -> tuple[str | None, str | None]:
    """Return (name, character) as pynput tells a key; both None where only its class is known."""
    sym = key.keysym
    if sym is None:
        return None, None
    name = NAMES.get(sym)
    if name is not None:
        return PYNPUT.get(name, name), None
    return None, character(sym)
