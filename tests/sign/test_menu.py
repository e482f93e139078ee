"""What the menu offers in each state, and that its first line follows what was written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodreel.language.choice import _ours
from nodreel.sign.menu import LONGEST, STATUS, Choice, Entry, menu_of
from nodreel.sign.said import Said

RECORDING = Said("recording", "Recording.", recording=True, app="Mousepad", last_written_s=1.0)
PAUSED = Said("paused", "You paused.")
PAUSES = {Choice.PAUSE_15, Choice.PAUSE_60, Choice.PAUSE_TOMORROW, Choice.PAUSE}


def enabled(status: Said | None) -> set[int]:
    return {entry.id for entry in menu_of(status) if entry.enabled}


def test_the_first_line_says_what_was_last_saved() -> None:
    first = menu_of(replace(RECORDING, last_written_s=3.2))[0]
    assert first == Entry(STATUS, "Recording: Mousepad, saved 3 s ago", enabled=False)
    assert "nothing saved" in menu_of(replace(RECORDING, last_written_s=None))[0].label
    later = menu_of(RECORDING, passed=89)[0]
    assert later.label == "Recording: Mousepad, saved 2 min ago", "it gets old by itself"
    assert menu_of(PAUSED)[0].label == "You paused."
    assert menu_of(None)[0].label == "nodreel does not answer"
    assert menu_of(RECORDING, "Deleted 3 segments, for good.")[0].label.startswith("Deleted 3")


@pytest.mark.parametrize("code", ["de", "es", "fr", "ja", "zh"])
def test_each_entry_is_there_in_the_persons_language(code: str) -> None:
    for status in (RECORDING, PAUSED, None):
        own, english = menu_of(status, say=_ours(code)), menu_of(status)
        assert [entry.id for entry in own] == [entry.id for entry in english]
        pairs = [(a.label, b.label) for a, b in zip(own, english, strict=True) if a.label]
        assert all(a != b for a, b in pairs if b != PAUSED.sentence)
        assert len({a for a, _ in pairs}) == len(pairs)


def test_only_a_pause_can_be_resumed() -> None:
    assert Choice.RESUME in enabled(PAUSED)
    assert Choice.RESUME not in enabled(RECORDING)
    assert Choice.RESUME not in enabled(None)


@pytest.mark.parametrize("status", [RECORDING, PAUSED, None])
def test_taking_away_is_always_there(status: Said | None) -> None:
    always = {Choice.DELETE_5, Choice.DELETE_60, Choice.WITHDRAW, Choice.QUIT, Choice.REVIEW}
    assert always <= enabled(status)
    assert (enabled(status) >= PAUSES) == (status is not None)


def test_each_choice_is_there_once_and_separators_are_none() -> None:
    entries = menu_of(RECORDING)
    assert len({entry.id for entry in entries}) == len(entries)
    assert [Choice(e.id) for e in entries if e.label and e.id != STATUS] == list(Choice)
    assert not any(entry.enabled for entry in entries if not entry.label)


@given(st.text(max_size=300))
def test_no_name_breaks_the_line(name: str) -> None:
    label = menu_of(replace(RECORDING, app=name))[0].label
    assert label.isprintable()
    assert len(label) <= LONGEST
