"""What leaves the sieve: no secret that could be known, and everything else unchanged."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from nodreel.events import (
    Cause,
    Element,
    Event,
    Focus,
    Frame,
    Key,
    KeyClass,
    Nanos,
    Note,
    Rect,
    Scroll,
    Why,
    Withheld,
)
from nodreel.policy import SecretPattern
from nodreel.scrub.own import own_shapes
from nodreel.scrub.sieve import STEP, Scrubber
from tests.scrub.playing import HOLD_BACK, Hands, is_typed, stored, text_of
from tests.scrub.samples import Sample, in_context, samples

SAMPLES = [sample for seed in range(3) for sample in samples(Random(seed))]
ANY = st.sampled_from(SAMPLES)
PACE = st.integers(1, 3 * HOLD_BACK)
WRONG = st.sampled_from(["x", "7", " ", "-", "ab"])


def typed(
    sample: Sample, paces: list[int], wrong: dict[int, str] | None = None
) -> tuple[list[Event], list[int]]:
    """Type a sample in its context; returns the events and where the secret's own presses are."""
    before, behind = in_context(sample)
    hands, at = Hands(), []
    hands.type(before)
    for n, character in enumerate(sample.text):
        pace = paces[n % len(paces)]
        slip = (wrong or {}).get(n, "")
        hands.type(slip, then=60)
        for _ in slip:
            hands.key("BackSpace", then=60)
        at.append(len(hands.events))
        hands.type(character, then=pace)
    hands.type(behind)
    return hands.events, at


def left(events: list[Event], at: list[int], sample: Sample, beat: int) -> list[int]:
    """Which characters of the secret were stored, by their place in it."""
    out, _ = stored(events, beat=beat)
    assert len(out) == len(events)
    kept = [out[i] for i in at]
    assert all(isinstance(e, Key) and e.press for e in kept)
    number = sample.name.startswith(("card", "bank", "national"))
    between = " .-" if number else "\n"
    return [
        n
        for n, e in enumerate(kept)
        if isinstance(e, Key) and e.keysym is not None and sample.text[n] not in between
    ]


@settings(max_examples=200)
@given(ANY, st.lists(PACE, min_size=1, max_size=5), st.integers(20, 4000))
def test_however_slowly_a_secret_is_typed_no_more_than_its_beginning_stays(
    sample: Sample, paces: list[int], beat: int
) -> None:
    events, at = typed(sample, paces)
    assert all(n < sample.shown for n in left(events, at, sample, beat))


@settings(max_examples=100)
@given(ANY, PACE, st.dictionaries(st.integers(0, 60), WRONG, max_size=6))
def test_nor_when_slips_are_taken_back(sample: Sample, pace: int, wrong: dict[int, str]) -> None:
    events, at = typed(sample, [pace], wrong)
    assert all(n < sample.shown for n in left(events, at, sample, 250))


@settings(max_examples=100)
@given(ANY, st.integers(20, 500))
def test_nothing_stays_of_what_is_typed_within_the_hold_back(sample: Sample, beat: int) -> None:
    begun = sample.text[: sample.shown + 2]  # by then its shape shows
    pace = (HOLD_BACK - 100) // len(begun)
    events, at = typed(sample, [pace])
    assert left(events, at, sample, beat) == []


@settings(max_examples=100)
@given(ANY, PACE)
def test_events_keep_their_number_their_times_and_their_order(sample: Sample, pace: int) -> None:
    events, _ = typed(sample, [pace])
    out, _ = stored(events)
    assert [(type(e), e.t) for e in out] == [(type(e), e.t) for e in events]


WORDS = [s for s in SAMPLES if not re.search(r"[^0-9]\s|\s[^0-9]", s.text)]


@settings(max_examples=100)
@given(st.sampled_from(WORDS), st.integers(0, 100), st.integers(0, 100), st.integers(20, 250))
def test_of_a_secret_that_recording_cuts_no_character_stays(
    sample: Sample, cut: int, lost: int, beat: int
) -> None:
    cut = min(cut, len(sample.text))
    goes_on = min(cut + lost, len(sample.text))
    hands = Hands()
    hands.type("so ")
    cuts = []
    for n, character in enumerate((*sample.text, "")):
        cuts += [hands.t] * ((n == cut) + (n == goes_on))
        if cut <= n < goes_on:
            hands.t += 15
        elif character:
            hands.key(character, held=2, then=15)
    hands.type("\nmore")
    text = text_of(stored(hands.events, beat=beat, cuts=cuts)[0])
    assert set(text.removeprefix("so ").removesuffix("<Return>more")) <= set("· .-")
    assert len(text) == len("so <Return>more") + len(sample.text) - (goes_on - cut)


def test_nor_of_what_was_taken_back_from_it() -> None:
    hands = Hands()
    hands.type("so 41")
    hands.key("BackSpace")
    hands.type("1")
    events, scrubber = stored(hands.events, cuts=[hands.t])
    assert text_of(events) == "so ··<BackSpace>·"
    assert scrubber.found == {"secret shape: part of a word": 3}


def test_behind_a_cut_the_next_word_is_whole_and_a_private_key_goes_on() -> None:
    hands = Hands()
    cut = hands.t
    hands.type("ly then")
    hands.click()
    hands.type("more -----BEGIN PRIVATE KEY-----\nMII")
    goes_on = hands.t
    hands.type("Exy\nAbc")
    text = text_of(stored(hands.events, cuts=[cut, goes_on])[0])
    assert text.startswith("·· then<click>more ·")
    assert set(text.partition("more ")[2].replace("<Return>", "")) == {"·"}


def key(t: int, sym: int, *, press: bool = True, code: int = 0) -> Key:
    return Key(Nanos(t), press, KeyClass.CHARACTER, code or sym, sym, 1, 2, app="pad", layout="us")


def test_a_key_taken_out_keeps_its_class_and_its_time_only() -> None:
    out = Scrubber().sift([key(n, ord("1")) for n in range(8)], [])
    wanted = Key(Nanos(0), True, KeyClass.CHARACTER, app="pad", layout="us")
    assert out[0] == Withheld(Nanos(0), STEP, Why.SECRET_SHAPE, "pad")
    assert [replace(e, t=Nanos(0)) for e in out[1:]] == [wanted] * 8


def test_a_release_tells_no_more_than_its_press_also_in_a_later_batch() -> None:
    scrubber = Scrubber()
    scrubber.sift([key(n, ord("1") + n) for n in range(8)], [])
    ends = [key(20 + n, ord("1") + n, press=False) for n in range(8)]
    out = scrubber.sift([replace(e, released_unseen=True) for e in ends], [])
    assert all(isinstance(e, Key) and e.keysym is None and e.keycode is None for e in out)


def test_a_release_of_a_press_that_was_stored_is_stored() -> None:
    scrubber = Scrubber()
    ends = [key(20, ord("1"), press=False)]
    assert scrubber.sift([key(1, ord("1"))], []) == [key(1, ord("1"))]
    scrubber.sift([key(2 + n, ord("2") + n) for n in range(7)], [])
    assert scrubber.sift(ends, []) == ends


def test_what_waits_is_looked_at_and_not_returned() -> None:
    scrubber = Scrubber()
    hands = Hands()
    hands.type("41111111")
    out = scrubber.sift(hands.events[:2], hands.events[2:])
    assert text_of(out) == "<withheld 1000>·"
    assert scrubber.found == {"secret shape: long number": 1}


def test_what_waited_and_went_is_forgotten() -> None:
    scrubber = Scrubber()
    hands = Hands()
    hands.type("41111123")
    scrubber.sift(hands.events[:2], hands.events[2:10])  # four of them are discarded then
    assert text_of(scrubber.sift(hands.events[10:], [])) == "123"


def test_titles_and_notes_are_cleared_and_counted() -> None:
    scrubber = Scrubber()
    token = next(s.text for s in SAMPLES if s.name == "npm token")
    title, note = f"{token} - Pad", f"used 4111 1111 1111 1111 and {token}"
    out = scrubber.sift(
        [Focus(Nanos(1), "pad", title), Note(Nanos(2), note), Focus(Nanos(3), "pad")], []
    )
    assert out == [
        Focus(Nanos(1), "pad", "[npm token] - Pad"),
        Note(Nanos(2), "used [card number] and [npm token]"),
        Focus(Nanos(3), "pad"),
    ]
    assert scrubber.found == {"secret shape: npm token": 2, "secret shape: card number": 1}


def test_all_else_passes() -> None:
    shape = Key(Nanos(1), True, KeyClass.CHARACTER, app="pad")
    scroll = Scroll(Nanos(2), 0, 1, 3, 4, app="pad")
    assert Scrubber().sift([shape, scroll], []) == [shape, scroll]


def test_names_of_elements_and_of_what_leads_to_them_are_cleared() -> None:
    token = next(s.text for s in SAMPLES if s.name == "npm token")
    element = Element(
        Nanos(1), Cause.CLICK, "menu item", token[:30], Rect(1, 2, 3, 4), path=("Keys", token)
    )
    (out,) = Scrubber().sift([element], [])
    assert out == replace(element, name="[npm token]", path=("Keys", "[npm token]"))


def test_addresses_lose_the_part_with_the_secret() -> None:
    scrubber = Scrubber()
    token = next(s.text for s in SAMPLES if s.name == "GitHub token")
    focus = Focus(Nanos(1), "net", address=f"https://a.example/reset/{token}/now")
    (out,) = scrubber.sift([focus], [])
    assert out == replace(focus, address="https://a.example/reset/{secret}/now")
    assert scrubber.found == {"secret shape: GitHub token": 1}


def test_patterns_of_the_policy_are_found_in_what_is_typed_and_in_texts() -> None:
    own = own_shapes([SecretPattern(name="case number", pattern=r"\bCASE-[0-9]{4}\b")])
    hands = Hands()
    hands.focus("pad", "CASE-1234 - Pad")
    hands.type("CASE-12")
    hands.key("Left")
    hands.key("BackSpace")
    hands.key("End")
    hands.type("234 CASE-12345")
    events, scrubber = stored(hands.events, own=own)
    assert text_of(events) == (
        "<focus pad [case number] - Pad>·····1·<Left><BackSpace><End>··· CASE-12345"
    )
    assert scrubber.found == {"secret shape: case number": 10}


def test_what_was_withheld_is_told_in_steps_and_in_time_order() -> None:
    hands = Hands()
    hands.type("so 4111 1111 1111 1111", then=150)
    events, _ = stored(hands.events, told=True)
    told = [event for event in events if isinstance(event, Withheld)]
    gone = [e.t for e in events if isinstance(e, Key) and e.press and e.keysym is None]
    assert [event.t for event in events] == sorted(event.t for event in events)
    assert all(any(w.t <= t <= w.until for w in told) for t in gone)
    assert all(w.until - w.t >= STEP for w in told)
    assert len(told) <= 4


def test_what_is_typed_where_no_text_is_kept_is_not_counted_as_taken_out() -> None:
    hands = Hands()
    hands.type("4111111111111111")
    events, scrubber = stored(hands.events, shape=True, told=True)
    assert any(isinstance(event, Withheld) for event in events)
    assert not scrubber.found


def test_what_happened_in_the_same_millisecond_is_read_in_its_order() -> None:
    hands = Hands()
    hands.type("4111111111111111\nthen")
    hands.look()
    at_once = [replace(event, t=Nanos(5)) for event in hands.events if not is_release(event)]
    shape = [replace(e, keysym=None, keycode=None) if is_typed(e) else e for e in at_once]
    unkept = [(n, e) for n, e in enumerate(at_once) if is_typed(e)]
    (frame,) = [e for e in Scrubber().sift(shape, [], unkept) if isinstance(e, Frame)]
    assert frame.kept == ()


def test_what_was_typed_where_nothing_of_it_is_kept_stands_between_the_rest() -> None:
    hands = Hands()
    hands.type("4111111111111111")
    typed = [event for event in hands.events if is_typed(event)]
    hands = Hands(t=9000)
    hands.key("Return")
    hands.look()
    out = Scrubber().sift(hands.events, [], [(0, key) for key in typed])
    assert [e.kept for e in out if isinstance(e, Frame)] == [()]


def is_release(event: Event) -> bool:
    return isinstance(event, Key) and not event.press
