from __future__ import annotations

import pytest

from nodreel.desktop.x11.keymap import Keymap, KeySyms, KeyType, layouts, layouts_by_rules

SHIFT, LOCK = 1, 2
ALPHABETIC = KeyType(SHIFT | LOCK, {SHIFT: 1, LOCK: 1})
ONE_LEVEL = KeyType(0, {})
TWO_LEVEL = KeyType(SHIFT, {SHIFT: 1})
TYPES = [ALPHABETIC, ONE_LEVEL, TWO_LEVEL]


def keymap(group_info: int = 2) -> Keymap:
    syms = (0x61, 0x41, 0x6C1, 0x6E1)
    return Keymap(TYPES, {
        38: KeySyms((0, 0, 0, 0), group_info, 2, syms),
        9: KeySyms((1, 0, 0, 0), 1, 1, (0xFF1B,)),
        39: KeySyms((2, 0, 0, 0), 1, 2, (0x73, 0x53)),
        8: KeySyms((0, 0, 0, 0), 0, 0, ()),
    })  # fmt: skip


@pytest.mark.parametrize(
    ("group", "modifiers", "sym"),
    [
        (0, 0, 0x61), (0, SHIFT, 0x41), (0, LOCK, 0x41), (0, SHIFT | LOCK, 0x61),
        (1, 0, 0x6C1), (1, SHIFT, 0x6E1), (0, 1 << 2, 0x61),
    ],
)  # fmt: skip
def test_group_and_modifiers_choose_the_symbol(group: int, modifiers: int, sym: int) -> None:
    assert keymap().keysym(38, group, modifiers) == sym


@pytest.mark.parametrize(
    ("info", "group", "sym"),
    [(2, 2, 0x61), (2, 3, 0x6C1), (0x42, 3, 0x6C1), (0x92, 3, 0x6C1), (0xB2, 3, 0x61)],
)
def test_a_group_the_key_lacks_wraps_clamps_or_goes_elsewhere(
    info: int, group: int, sym: int
) -> None:
    assert keymap(info).keysym(38, group, 0) == sym


def test_keys_without_symbols_have_none() -> None:
    assert keymap().keysym(8, 0, 0) == 0
    assert keymap().keysym(200, 0, 0) == 0
    assert keymap().keysym(9, 3, SHIFT) == 0xFF1B


def test_caps_lock_makes_capitals_where_the_type_does_not_know_it() -> None:
    assert keymap().keysym(39, 0, LOCK) == 0x53
    assert keymap().keysym(9, 0, LOCK) == 0xFF1B


@pytest.mark.parametrize(
    ("symbols", "wanted"),
    [
        ("pc+us+inet(evdev)", ("us",)),
        ("pc+us+ru:2+inet(evdev)+group(alt_shift_toggle)", ("us", "ru")),
        ("pc+de(nodeadkeys)+fr(bepo):2+us:3+inet(evdev)", ("de(nodeadkeys)", "fr(bepo)", "us")),
        ("pc+us+level3(ralt_switch)+compose(menu)", ("us",)),
        ("", ()),
    ],
)
def test_layouts_are_read_out_of_the_symbols(symbols: str, wanted: tuple[str, ...]) -> None:
    assert layouts(symbols) == wanted


def test_layouts_are_read_out_of_the_rules() -> None:
    assert layouts_by_rules(b"evdev\0pc105\0us,de\0,nodeadkeys\0\0") == ("us", "de(nodeadkeys)")
    assert layouts_by_rules(b"evdev\0pc105\0us\0\0\0") == ("us",)
    assert layouts_by_rules(b"") == ()
