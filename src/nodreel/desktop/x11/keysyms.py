"""What sort of key a keysym is (X11 protocol, appendix A, and the XKB and XF86 additions)."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

from nodreel.events import KeyClass

_UNICODE = range(0x01000100, 0x01110000)
_LEGACY_CHARACTERS = range(0x0020, 0x3000)
_KEYPAD_SIGNS = range(0xFFAA, 0xFFBE)  # * + , - . / 0-9 =
_DEAD = range(0xFE50, 0xFEA0)
_CURSOR = range(0xFF50, 0xFF59)  # Home, arrows, Page Up and Down, End, Begin
_KEYPAD_CURSOR = range(0xFF95, 0xFF9E)
_FUNCTION = range(0xFFBE, 0xFFE1)
_MODIFIERS = range(0xFFE1, 0xFFEF)
_LEVEL_SHIFTS = range(0xFE01, 0xFE20)
_NAVIGATION = {
    0xFF09, 0xFE20, 0xFF89,  # Tab, Shift+Tab, keypad Tab
    0xFF0D, 0xFF8D,  # Return, keypad Enter
    0xFF1B, 0xFF67,  # Escape, Menu
}  # fmt: skip
_EDITING = {0xFF08, 0xFFFF, 0xFF9F, 0xFF63, 0xFF9E, 0xFF65, 0xFF66, 0xFF0B}
_SPACE_KEYPAD, _EQUAL_KEYPAD = 0xFF80, 0xFFBD
_MORE_MODIFIERS = {0xFF7E, 0xFF7F, 0xFF20, 0xFF14}  # Mode_switch, Num, Multi and Scroll lock

ALT_AND_ITS_KIND = range(0xFFE7, 0xFFEF)  # Meta, Alt, Super, Hyper, left and right
LOCK, CONTROL = 1 << 1, 1 << 2


def classify(keysym: int, *, commanding: bool) -> KeyClass:
    """Name the class of a key; ``commanding``: Control, Alt or Super is held, so it is no text."""
    if keysym in _MODIFIERS or keysym in _LEVEL_SHIFTS or keysym in _MORE_MODIFIERS:
        return KeyClass.MODIFIER
    plain = _plain(keysym)
    return KeyClass.SHORTCUT if commanding and plain is not KeyClass.NAVIGATION else plain


def _plain(keysym: int) -> KeyClass:
    if keysym in _NAVIGATION or keysym in _CURSOR or keysym in _KEYPAD_CURSOR:
        return KeyClass.NAVIGATION
    if keysym in _EDITING:
        return KeyClass.EDITING
    if keysym in {_SPACE_KEYPAD, _EQUAL_KEYPAD} or any(
        keysym in r for r in (_LEGACY_CHARACTERS, _KEYPAD_SIGNS, _UNICODE, _DEAD)
    ):
        return KeyClass.CHARACTER
    return KeyClass.FUNCTION if keysym in _FUNCTION else KeyClass.OTHER
