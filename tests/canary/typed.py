"""Puts recorded keys together to the text they would make, in every way that gives one. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel.events import Key, KeyClass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

BACKSPACE = 0xFF08
LATIN, KEYPAD = range(0x20, 0x100), range(0xFFAA, 0xFFBA)
UNICODE = range(0x0100_0020, 0x0111_0000)
BACK = "\b"


def texts(events: Iterable[object], codes: Mapping[int, str]) -> dict[str, str]:
    """Return what the keys read like, by how they were read.

    ``codes`` says what a keycode types without Shift; case does not count when searching. Other
    events between do not part a text, nor do apps, windows and segments: all is read in one go,
    and each app once more for itself.
    """
    keys = [e for e in events if isinstance(e, Key)]
    streams: dict[str, Sequence[Key]] = {
        "presses": [k for k in keys if k.press],
        "releases": [k for k in keys if not k.press],
    }
    for app in sorted({k.app for k in keys}):
        streams[f"presses in {app}"] = [k for k in keys if k.press and k.app == app]
    readers: dict[str, Callable[[Key], str]] = {
        "keysyms": by_keysym,
        "keycodes": lambda key: by_keycode(key, codes),
    }
    found: dict[str, str] = {}
    for stream, some in streams.items():
        for reader, read in readers.items():
            signs = [read(key) for key in some]
            found[f"{reader} of {stream}"] = "".join(s for s in signs if s != BACK)
            found[f"{reader} of {stream}, corrected"] = corrected(signs)
    return found


def by_keysym(key: Key) -> str:
    """Return the character of a keysym, a backspace, or nothing."""
    sym = key.keysym or 0
    if sym == BACKSPACE:
        return BACK
    if sym in LATIN:
        return chr(sym)
    if sym in KEYPAD:
        return chr(sym - 0xFF80)
    return chr(sym - 0x0100_0000) if sym in UNICODE else ""


def by_keycode(key: Key, codes: Mapping[int, str]) -> str:
    """Return what that place on the keyboard types, a backspace, or nothing."""
    if key.keysym == BACKSPACE:
        return BACK
    return codes.get(key.keycode or 0, "")


def corrected(signs: Iterable[str]) -> str:
    """Let each backspace take back one character."""
    out: list[str] = []
    for sign in signs:
        if sign == BACK:
            del out[-1:]
        elif sign:
            out.append(sign)
    return "".join(out)


def tells(key: Key) -> bool:
    """Whether a recorded key says which character it was."""
    known = key.keysym is not None or key.keycode is not None
    return known and (key.key_class is KeyClass.CHARACTER or len(by_keysym(key).strip(BACK)) == 1)
