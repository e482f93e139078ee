from __future__ import annotations

import pytest

from nodreel.events import Key, KeyClass, Nanos
from nodreel.export.keys import pynput_name, virtual_key


def key(sym: int | None) -> Key:
    return Key(Nanos(0), True, KeyClass.OTHER, 9, sym)


@pytest.mark.parametrize(
    ("sym", "vk"),
    [
        (ord("a"), 0x41), (ord("A"), 0x41), (ord("7"), 0x37), (ord("&"), 0x37), (ord(";"), 0xBA),
        (0xFF0D, 0x0D), (0xFFE1, 0xA0), (0xFFE2, 0xA1), (0xFFC9, 0x7B), (0x20, 0x20),
        (0x6C1, None), (0xDF, None), (None, None), (0xFF20, None),
    ],
)  # fmt: skip
def test_virtual_keys(sym: int | None, vk: int | None) -> None:
    assert virtual_key(key(sym)) == vk


@pytest.mark.parametrize(
    ("sym", "said"),
    [
        (ord("a"), (None, "a")), (0xDF, (None, "ß")), (0xFF1B, ("esc", None)),
        (0xFF55, ("page_up", None)), (0xFFEB, ("cmd", None)), (None, (None, None)),
        (0x20, ("space", None)),
    ],
)  # fmt: skip
def test_pynputs_names(sym: int | None, said: tuple[str | None, str | None]) -> None:
    assert pynput_name(key(sym)) == said
