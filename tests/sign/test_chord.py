"""A chord as it is written, and none that would take a key away from writing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.sign.chord import USUAL, Chord, chord_of, read_chord

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("words", "chord"),
    [
        (USUAL, Chord(USUAL, 13, 0x70)),
        ("super + f12", Chord("Super+F12", 64, 0xFFC9)),
        ("Pause", Chord("Pause", 0, 0xFF13)),
        ("ctrl+1", Chord("Ctrl+1", 4, 0x31)),
    ],
)
def test_what_is_a_chord(words: str, chord: Chord) -> None:
    assert read_chord(words) == chord


@pytest.mark.parametrize(
    "words", ["p", "Shift+P", "", "+", "Ctrl+", "Ctrl+Ctrl+P", "Hyper+P", "Ctrl+ß", "Ctrl+F13"]
)
def test_what_is_none(words: str) -> None:
    assert read_chord(words) is None


def test_the_person_may_want_another_or_none(tmp_path: Path) -> None:
    file = tmp_path / "preferences.toml"
    assert chord_of(tmp_path) == read_chord(USUAL)
    for wanted, chord in (('"Super+F9"', "Super+F9"), ('"p"', USUAL), ("3", USUAL), ('""', "")):
        file.write_text(f"[shortcut]\npause = {wanted}\n")
        assert chord_of(tmp_path) == read_chord(chord)
