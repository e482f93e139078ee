from __future__ import annotations

import ctypes
import ctypes.util

import pytest

from nodreel.action.keysyms import DEAD, character, held, is_dead, joined, name_of


def test_characters_are_what_libxkbcommon_says() -> None:
    library = ctypes.CDLL("libxkbcommon.so.0")
    real = library.xkb_keysym_to_utf32
    real.restype = ctypes.c_uint32
    known = 0
    for sym in (*range(0x20, 0x20AD), *range(0xFF80, 0xFFC0), *range(0x1000400, 0x1000500)):
        said, found = real(sym), character(sym)
        if said >= 0x20 and found is not None:
            assert ord(found) == said, hex(sym)
            known += 1
    assert known > 800


@pytest.mark.parametrize(
    ("dead", "sym", "text"),
    [
        (0xFE52, ord("e"), "ê"), (0xFE57, ord("u"), "ü"), (0xFE51, ord("E"), "É"),
        (0xFE50, ord(" "), "`"), (0xFE51, ord(" "), "'"), (0xFE52, 0xFE52, "^"),
        (0xFE5B, ord("c"), "ç"), (0xFE51, ord("x"), None), (0xFE6F, ord("a"), None),
        (0xFE52, 0xFF08, None),
    ],
)  # fmt: skip
def test_dead_keys_join(dead: int, sym: int, text: str | None) -> None:
    assert is_dead(dead)
    assert joined(dead, sym) == text
    assert all(map(is_dead, DEAD))


LANGUAGES = ("en_US", "de_DE", "fr_FR", "pt_BR", "pt_PT", "cs_CZ", "fi_FI", "sr_RS", "ja_JP")


@pytest.mark.parametrize("language", LANGUAGES)
def test_dead_keys_join_as_the_compose_table_of_a_language_says(language: str) -> None:
    library = ctypes.CDLL("libxkbcommon.so.0")
    for name in ("xkb_context_new", "xkb_compose_table_new_from_locale", "xkb_compose_state_new"):
        getattr(library, name).restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.xkb_context_new(0))
    locale = f"{language}.UTF-8".encode()
    table = ctypes.c_void_p(library.xkb_compose_table_new_from_locale(context, locale, 0))
    state = ctypes.c_void_p(library.xkb_compose_state_new(table, 0))
    text = ctypes.create_string_buffer(16)
    known = 0
    for dead in DEAD:
        for sym in (*range(0x20, 0x7F), 0xE2, 0xFF80, dead):
            library.xkb_compose_state_reset(state)
            library.xkb_compose_state_feed(state, dead)
            library.xkb_compose_state_feed(state, sym)
            library.xkb_compose_state_get_utf8(state, text, 16)
            made = joined(dead, sym)
            known += made is not None
            accent = language == "fi_FI" and sym == 0x20 and dead in {0xFE51, 0xFE57, 0xFE58}
            assert made is None or made == text.value.decode() or accent, (hex(dead), hex(sym))
    assert known > 150


def test_keys_have_names() -> None:
    assert [name_of(s, 9) for s in (0xFF0D, ord("A"), 0xFFBE, 0x6C1, 0x20, 0xFE08)] == [
        "enter", "a", "f1", "\u0430", "space", "keysym 0xfe08",
    ]  # fmt: skip
    assert name_of(None, 77) == "code 77"
    assert name_of(None, None) == "?"
    assert held(0b1001101) == ("ctrl", "alt", "super", "shift")
    assert held(1 << 1 | 1 << 4 | 1 << 7) == ()


@pytest.mark.parametrize("sym", [0, 0x7F, 0x85, 0x01000000, 0x01110000, 0xFF0D, 2**32 - 1])
def test_what_writes_nothing_is_none(sym: int) -> None:
    assert character(sym) is None
