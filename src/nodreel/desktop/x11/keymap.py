"""Keycode, group and modifiers to keysym, by the keymap that is in force when the key goes down."""

from __future__ import annotations

import sys

assert sys.platform == "linux"

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodreel.desktop.x11.connection import Connection

from nodreel.desktop.x11.keysyms import LOCK

_CLAMP, _REDIRECT = 0x40, 0x80
_NO_LAYOUT = re.compile(r"(pc|inet|group|level[35]|shift|ctrl|caps(lock)?|compose|terminate|altwin"
                        r"|keypad|kpdl|nbsp|eurosign|rupeesign|srvr_ctrl|lv5|typo|numpad|empty|latin)"
                        r"(\(.*\))?")  # fmt: skip
_PART = re.compile(r"(?P<name>\w+(\([^)]*\))?)(:(?P<group>\d))?$")


@dataclass(frozen=True, slots=True)
class KeyType:
    """Which modifiers matter for a key, and the level each combination gives."""

    mask: int
    levels: dict[int, int]


@dataclass(frozen=True, slots=True)
class KeySyms:
    """The symbols of one key: by group, then by level."""

    types: tuple[int, ...]
    group_info: int
    width: int
    syms: tuple[int, ...]


class Keymap:
    """One keymap. ``keysym(…)`` is 0 where the key has no symbol."""

    def __init__(self, types: list[KeyType], keys: dict[int, KeySyms]) -> None:
        self._types = types
        self._keys = keys

    def keysym(self, keycode: int, group: int, modifiers: int) -> int:
        """Return the symbol of a key under that group (0-3) and those real modifiers."""
        key = self._keys.get(keycode)
        groups = key.group_info & 0x0F if key else 0
        if key is None or not groups:
            return 0
        group = _in_range(group, groups, key.group_info)
        kind = self._types[key.types[group]]
        level = kind.levels.get(modifiers & kind.mask, 0)
        at = group * key.width + min(level, key.width - 1)
        sym = key.syms[at] if level < key.width else 0
        if modifiers & LOCK and not kind.mask & LOCK:
            sym = _capital(sym)
        return sym


def _in_range(group: int, groups: int, info: int) -> int:
    if 0 <= group < groups:
        return group
    if info & _REDIRECT:
        target = (info >> 4) & 0x03
        return target if target < groups else 0
    return (0 if group < 0 else groups - 1) if info & _CLAMP else group % groups


def _capital(sym: int) -> int:
    """Caps Lock where the key's own type does not know it: Latin-1 letters only."""
    small = 0x61 <= sym <= 0x7A or (0xE0 <= sym <= 0xFE and sym != 0xF7)  # noqa: PLR2004 - keysyms
    return sym - 0x20 if small else sym


def read_map(reply: bytes) -> Keymap:
    """Read the answer to XkbGetMap (types and symbols)."""
    n_types, first_key, n_keys = reply[15], reply[17], reply[20]
    at = 40
    types = []
    for _ in range(n_types):
        mask, entries, preserve = reply[at], reply[at + 5], reply[at + 6]
        at += 8
        rows = [reply[at + 8 * i : at + 8 * i + 8] for i in range(entries)]
        types.append(KeyType(mask, {r[1]: r[2] for r in rows if r[0]}))
        at += entries * (12 if preserve else 8)
    keys = {}
    for code in range(first_key, first_key + n_keys):
        *kinds, info, width, count = struct.unpack_from("=4BBBH", reply, at)
        syms = struct.unpack_from(f"={count}I", reply, at + 8)
        keys[code] = KeySyms(tuple(kinds), info, width, syms)
        at += 8 + 4 * count
    return Keymap(types, keys)


def layouts(symbols: str) -> tuple[str, ...]:
    """Read layout names by group out of the symbols' name ("pc+us+ru:2+inet(evdev)")."""
    found: dict[int, str] = {}
    for part in re.split(r"[+|]", symbols):
        match = _PART.match(part)
        if match and not _NO_LAYOUT.fullmatch(match["name"]):
            found.setdefault(int(match["group"] or 1) - 1, match["name"])
    return tuple(found.get(i, "") for i in range(max(found, default=-1) + 1))


def layouts_by_rules(value: bytes) -> tuple[str, ...]:
    """Read layout names out of ``_XKB_RULES_NAMES`` (rules, model, layouts, variants, options)."""
    words = [*value.decode("latin-1").split("\0"), "", "", "", ""]
    variants = words[3].split(",")
    return tuple(
        f"{name}({variants[i]})" if i < len(variants) and variants[i] else name
        for i, name in enumerate(words[2].split(","))
        if words[2]
    )


def ask_layouts(x: Connection, names_reply: bytes) -> tuple[str, ...]:
    """Names by group: what is loaded if it says so, else what was asked for."""
    atom = struct.unpack_from("=I", names_reply, 32)[0] if len(names_reply) > 32 else 0  # noqa: PLR2004 - header
    return layouts(x.atom_name(atom)) or layouts_by_rules(
        x.property_bytes(x.ask_property(x.root, "_XKB_RULES_NAMES", 256))
    )
