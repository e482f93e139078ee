"""Behaviour as text: what was typed, and what of it is stored. See any file in typed/."""

from __future__ import annotations

from pathlib import Path

import pytest

from nodreel.events import Gap, Key, KeyClass, Nanos
from nodreel.scrub.typed import CUT_AT, LONGEST, Typed
from tests.scrub.playing import Hands, stored, text_of

TYPED = sorted((Path(__file__).parent / "typed").glob("*.txt"))


def play(lines: list[str]) -> list[str]:
    hands, pace = Hands(), 100
    for line in lines:
        what, _, words = line.partition(" ")
        match what:
            case "pace":
                pace = int(words)
            case "type":
                hands.type(words, then=pace)
            case "key":
                name, _, times = words.partition("*")
                for _ in range(int(times or 1)):
                    hands.key(name, then=pace)
            case "shift":
                hands.key(words, shift=True, then=pace)
            case "hold":
                name, held = words.split()
                hands.key(name, held=int(held), then=pace)
            case "click":
                hands.click()
            case "focus":
                app, _, title = words.partition(" ")
                hands.focus(app, title or None)
            case _:
                raise AssertionError(line)
    events, scrubber = stored(hands.events)
    counted = [
        f"{n} {name.removeprefix('secret shape: ')}" for name, n in sorted(scrubber.found.items())
    ]
    return [text_of(events), *counted]


@pytest.mark.parametrize("path", TYPED, ids=lambda p: p.stem)
def test_typed(path: Path) -> None:
    given, _, wanted = path.read_text().partition("\n---\n")
    lines = [line for line in given.splitlines() if line and not line.startswith("#")]
    assert play(lines) == wanted.splitlines()


def reading(hands: Hands, *, keys: Typed | None = None) -> dict[int, str]:
    typed = keys or Typed()
    for number, event in enumerate(hands.events):
        typed.read(event, number)
    typed.look()
    return typed.secret


def test_a_gap_begins_a_new_text() -> None:
    hands = Hands()
    hands.type("4111")
    hands.events.append(Gap(Nanos(hands.t), Nanos(hands.t + 1)))
    hands.type("1111")
    assert not reading(hands)


def test_a_key_whose_end_was_not_seen_begins_a_new_text() -> None:
    hands = Hands()
    hands.type("4111")
    hands.events.append(
        Key(Nanos(1), False, KeyClass.MODIFIER, 37, 0xFFE3, app="pad", released_unseen=True)
    )
    hands.type("1111")
    assert not reading(hands)


def test_the_keypad_types_digits() -> None:
    typed = Typed()
    for n in range(8):
        typed.read(Key(Nanos(n), True, KeyClass.CHARACTER, 80, 0xFFB0 + n, app="pad"), n)
    typed.look()
    assert set(typed.secret) == set(range(8))


def test_a_letter_of_another_script_is_no_boundary_of_a_number() -> None:
    hands = Hands()
    hands.type("\u03b14111 1111\u0416")
    assert set(reading(hands).values()) == {"long number"}


def test_what_was_read_stays_when_what_was_found_is_forgotten() -> None:
    typed, hands = Typed(), Hands()
    hands.type("ghp_")
    assert set(reading(hands, keys=typed)) == {0, 2, 4, 6}
    typed.forget()
    assert not typed.secret
    more = Hands()
    more.type("a")
    typed.read(more.events[0], 8)
    typed.look()
    assert set(typed.secret) == {0, 2, 4, 6, 8}


def test_a_copy_reads_on_alone() -> None:
    typed, hands = Typed(), Hands()
    hands.type("4111")
    reading(hands, keys=typed)
    ahead = typed.copy()
    assert reading(hands, keys=ahead)
    assert not reading(Hands(), keys=typed)


def test_long_texts_are_shortened_between_words_and_nothing_is_overlooked() -> None:
    hands = Hands()
    for _ in range(5):
        hands.type("plain words " * (CUT_AT // 12))
        hands.type("4111 1111 ")
    typed = Typed()
    assert len(reading(hands, keys=typed)) == 5 * 9
    assert len(typed._chars) < CUT_AT + 16


def test_a_long_token_is_followed_to_its_end() -> None:
    hands = Hands()
    hands.type("ghp_" + "a" * (LONGEST - 200))
    assert len(reading(hands)) == LONGEST - 196


def test_a_private_key_of_any_length_is_followed() -> None:
    hands = Hands()
    hands.type("-----BEGIN RSA PRIVATE KEY-----\n")
    began = len(hands.events)
    hands.type("MIIE vgIB\n" * 600)
    secret = reading(hands)
    assert all(n in secret for n in range(began, len(hands.events), 2))


def test_the_cursor_does_not_leave_the_text_that_is_known() -> None:
    hands = Hands()
    hands.type("4111")
    for _ in range(5):
        hands.key("Left")
    hands.type("1111")
    assert not reading(hands)


def test_of_what_is_taken_back_no_more_is_remembered_than_a_text_holds() -> None:
    typed, hands = Typed(), Hands()
    for _ in range(2 * CUT_AT):
        hands.type("a")
        hands.key("BackSpace")
    reading(hands, keys=typed)
    assert 0 < len(typed._gone) <= CUT_AT
