"""What is typed can be seen: behaviour as text (any file in seen/), and laws over all samples."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodreel.events import Focus, Frame, Nanos, Rect
from nodreel.scrub.sieve import Scrubber
from nodreel.scrub.spots import EVERYTHING, MOST, Spot, Spots
from tests.scenes import MS, scene, window
from tests.scrub.playing import HOLD_BACK, PAD, WEB, Hands, stored, text_of
from tests.scrub.samples import Sample, in_context, samples

if TYPE_CHECKING:
    from nodreel.scene import Scene

COVERS = ["places"]
SEEN = sorted((Path(__file__).parent / "seen").glob("*.txt"))
SAMPLES = [sample for seed in range(2) for sample in samples(Random(seed))]


def play(lines: list[str]) -> str:
    """Carry out a story; ``shape`` anywhere in it: of characters no text may be kept."""
    hands, scenes = Hands(), [scene(0)]
    for line in lines:
        what, _, words = line.partition(" ")
        if what in {"move", "gone", "focus"}:
            scenes += change(hands, what, words)
        elif what != "shape":
            act(hands, what, words)
    events, _ = stored(hands.events, scenes=scenes, shape="shape" in lines)
    return text_of([event for event in events if isinstance(event, Frame | Focus)])


def change(hands: Hands, what: str, words: str) -> list[Scene]:
    """Change the desktop."""
    t = hands.t
    if what == "gone":
        return [scene(t, focus="web", windows=(window("web"),))]
    if what == "focus":
        hands.focus(words)
        return [scene(t + 10, focus=words)]
    hands.t += 10
    return [scene(t, windows=(window("pad", Rect(*numbers(words))), window("web")))]


def act(hands: Hands, what: str, words: str) -> None:
    """Do something at the keyboard, or look."""
    match what:
        case "type" | "slowly":
            hands.type(words, then=60 if what == "type" else 3000)
        case "key":
            name, _, times = words.partition("*")
            for _ in range(int(times or 1)):
                hands.key(name, then=60)
        case "click" | "scroll":
            getattr(hands, what)()
        case "field":
            hands.field(*numbers(words))
        case "clicked":
            hands.field(*numbers(words), clicked=tuple(w for w in words.split() if w.isalpha()))
        case "look":
            hands.look(full=words == "whole")
        case "page":
            hands.focus("pad", address=words)
        case "wait":
            hands.t += int(words)
        case _:
            raise AssertionError(what)


def numbers(words: str) -> list[int]:
    return [int(word) for word in words.split() if word.isdigit()]


@pytest.mark.parametrize("path", SEEN, ids=lambda p: p.stem)
def test_seen(path: Path) -> None:
    given, _, wanted = path.read_text().partition("\n---\n")
    lines = [line for line in given.splitlines() if line and not line.startswith("#")]
    assert play(lines).replace("><", ">\n<").splitlines() == wanted.splitlines()


FIELD = (10, 20, 100, 30)


@settings(max_examples=100)
@given(st.sampled_from(SAMPLES), st.integers(31, 3 * HOLD_BACK), st.booleans(), st.booleans())
def test_no_frame_shows_more_of_a_secret_than_its_beginning(
    sample: Sample, pace: int, shape: bool, known: bool
) -> None:
    before, _ = in_context(sample)
    hands = Hands()
    if known:
        hands.field(*FIELD)
    hands.type(before, then=40)
    shown: list[int] = []
    for n, character in enumerate(sample.text):
        hands.type(character, then=pace)
        hands.look()
        shown.append(n + 1)
    hands.key("Tab")
    hands.click()
    hands.look(full=True)
    shown.append(len(sample.text))
    hands.type("then some words", then=500)
    hands.look()
    shown.append(len(sample.text))
    events, _ = stored(hands.events, scenes=[scene(0)], shape=shape)
    frames = [event for event in events if isinstance(event, Frame)]
    veil = Rect(*FIELD) if known else PAD
    blank = [frame.kept == () or not touches(frame, veil) for frame in frames]
    wanted = [count > sample.shown for count in shown]
    assert all(is_ or not must for is_, must in zip(blank, wanted, strict=True))
    assert all(frame.kept and touches(frame, WEB) for frame in frames)


def touches(frame: Frame, rect: Rect) -> bool:
    from nodreel.rects import clip

    return bool(clip(frame.kept, (rect,)))


@settings(max_examples=50)
@given(st.text("abcdefghij ,.", min_size=1, max_size=40), st.integers(31, 3000))
def test_ordinary_words_blank_nothing(words: str, pace: int) -> None:
    hands = Hands()
    for character in words:
        hands.type(character, then=pace)
        hands.look()
    events, scrubber = stored(hands.events, scenes=[scene(0)])
    assert events == sorted(hands.events, key=lambda e: e.t)
    assert not scrubber.wants_full
    assert scrubber.blind == ()


def test_too_many_in_a_window_become_all_of_it() -> None:
    spots = Spots()
    for n in range(MOST + 1):
        spots.add(Spot("pad", n, Nanos(0), 1, PAD, Rect(1, 2, 3, 4)))
    assert spots.rects([scene(0)]) == (PAD,)
    spots.settle(MOST + 9, Nanos(9 * MS), shown=True, lasting=True)
    assert not spots.wants_full


def test_too_many_windows_become_everything() -> None:
    spots = Spots()
    for n in range(MOST + 1):
        spots.add(Spot("pad", n, Nanos(0), n, PAD, Rect(1, 2, 3, 4)))
    assert spots.rects([scene(0)]) == (EVERYTHING,)
    spots.settle(-1, Nanos(9 * MS), shown=True, lasting=True)
    assert not spots.wants_full


def test_what_lies_on_top_of_a_secret_is_none() -> None:
    spots = Spots()
    spots.add(Spot("pad", 1, Nanos(0), 1, PAD, PAD, lasting=True))
    over = window("web", Rect(0, 0, 400, 100))
    assert spots.rects([scene(0, windows=(window("pad"), over))]) == (Rect(0, 100, 400, 200),)
    assert spots.rects([scene(0, windows=(over, window("pad")))]) == (PAD,)


def test_what_must_not_be_looked_at_is_told() -> None:
    hands = Hands()
    hands.field(*FIELD)
    hands.type("4111111111111111", then=40)
    hands.click()
    _, scrubber = stored(hands.events, scenes=[scene(0)])
    assert scrubber.blind == (Rect(*FIELD),)
    assert not scrubber.wants_full


def test_what_was_typed_before_a_pause_is_still_on_the_screen() -> None:
    hands, spots = Hands(), Spots()
    hands.field(*FIELD)
    hands.type("4111111111111111", then=40)
    before = Scrubber(spots=spots)
    before.sift(hands.events, [], (), [scene(0)])
    later = Hands(t=9000)
    later.look(full=True)
    later.type("some words", then=40)
    later.look(full=True)
    frames = [e for e in Scrubber(spots=spots).sift(later.events, [], (), [scene(0)])
              if isinstance(e, Frame)]  # fmt: skip
    assert [touches(frame, Rect(*FIELD)) for frame in frames] == [False, False]


def test_what_only_looked_like_a_secret_before_a_pause_is_seen_again() -> None:
    hands, spots = Hands(), Spots()
    hands.type("41111111", then=40)
    Scrubber(spots=spots).sift(hands.events, [], (), [scene(0)])
    later = Hands(t=9000)
    later.look(full=True)
    (frame,) = Scrubber(spots=spots).sift(later.events, [], (), [scene(0)])
    assert isinstance(frame, Frame)
    assert touches(frame, PAD)
