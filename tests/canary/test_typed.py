"""Recorded keys become text again, whatever of them was kept."""

from __future__ import annotations

import pytest

from nodreel.events import Focus, Key, KeyClass, Nanos
from tests.canary.corpus import Corpus
from tests.canary.needles import Needles
from tests.canary.typed import tells, texts

(WORD,) = Corpus(9).strings("a", 1)
NEEDLES = Needles([WORD])
CODES = {10 + place: sign for place, sign in enumerate(dict.fromkeys(WORD.text.lower()))}
PLACE = {sign: code for code, sign in CODES.items()}
BACKSPACE = Key(Nanos(1), True, KeyClass.EDITING, 22, 0xFF08)


def press(sign: str, *, press: bool = True, sym: bool = True, code: bool = True, app: str = "a",
          base: int = 0) -> Key:  # fmt: skip
    return Key(
        Nanos(1), press, KeyClass.CHARACTER, PLACE.get(sign.lower(), 99) if code else None,
        base + ord(sign) if sym else None, app=app,
    )  # fmt: skip


def found(events: list[object]) -> set[str]:
    readings = texts(events, CODES)
    return {how for how, text in readings.items() if list(NEEDLES.find(text.encode()))}


def test_what_was_typed_is_found() -> None:
    assert "keysyms of presses" in found([press(sign) for sign in WORD.text])


def test_the_place_of_a_key_tells_as_much_as_its_sign() -> None:
    assert "keycodes of presses" in found([press(sign, sym=False) for sign in WORD.text])


def test_a_release_tells_as_much_as_a_press() -> None:
    keys = [press(sign, press=False, code=False) for sign in WORD.text]
    assert "keysyms of releases" in found([*keys])


@pytest.mark.parametrize("base", [0, 0x0100_0000])
def test_keysyms_of_unicode_and_latin_are_read(base: int) -> None:
    assert found([press(sign, code=False, base=base) for sign in WORD.text])


def test_apps_and_other_events_do_not_part_a_text() -> None:
    keys: list[object] = [
        press(sign, app="a" if n % 2 else "b") for n, sign in enumerate(WORD.text)
    ]
    for place in (9, 6, 3):
        keys.insert(place, Focus(Nanos(1), "b"))
    assert found(keys)


def test_another_app_s_keys_between_do_not_hide_it() -> None:
    keys: list[object] = []
    for sign in WORD.text:
        keys += [press(sign), press("x", app="b")]
    assert "keysyms of presses in a" in found(keys)


def test_slips_taken_back_do_not_hide_it() -> None:
    keys: list[object] = []
    for sign in WORD.text:
        keys += [press(sign), press("#"), BACKSPACE]
    assert "keysyms of presses, corrected" in found(keys)


def test_only_the_class_of_a_key_tells_nothing() -> None:
    keys = [press(sign, sym=False, code=False) for sign in WORD.text]
    assert not found([*keys])
    assert not any(map(tells, keys))
    assert tells(press("x", sym=False))
    assert tells(press("x", code=False))
    assert not tells(BACKSPACE)
