"""C6. No secrets."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from nodreel.events import Focus, Key, KeyClass, Kind, Nanos, Note
from nodreel.gate.context import Grab, context_of
from nodreel.gate.gate import Drop, Held, Rules, admit
from nodreel.gate.hindsight import Hindsight
from nodreel.gate.timeline import Timeline
from nodreel.scrub.sieve import Scrubber
from tests.scenes import APPS, PAD, RULES, scene
from tests.scrub.playing import Hands, stored, text_of
from tests.scrub.samples import in_context, samples

SECRET = Key(Nanos(1), True, KeyClass.CHARACTER, keycode=38, keysym=97)


def test_keys_typed_while_something_else_holds_the_keyboard_are_dropped() -> None:
    context = context_of(scene(grabbed=True), APPS)
    assert context.grab is Grab.SECRET
    assert admit(SECRET, context, RULES, Held()) is Drop.GRAB
    assert admit(SECRET, context_of(scene(locked=True), APPS), RULES, Held()) is Drop.LOCKED


def test_keys_that_a_program_types_are_dropped_by_default() -> None:
    careful = Rules(RULES.apps, RULES.kinds, keep_synthetic=False)
    typed = replace(SECRET, synthetic=True)
    assert admit(typed, context_of(scene(), APPS), careful, Held()) is Drop.SYNTHETIC


def test_by_default_only_the_sort_of_a_key_is_kept() -> None:
    shape = PAD.model_copy(update={"keys": "shape"})
    rules = Rules({"pad": shape}, frozenset(Kind), keep_synthetic=True)
    timeline = Timeline()
    number = timeline.add(context_of(scene(), (shape,)))
    kept = admit(SECRET, timeline[number], rules, Held())
    assert isinstance(kept, Key)
    out = [e for e in Hindsight(timeline, rules).judge(kept, number) if isinstance(e, Key)]
    assert len(out) == 1
    assert (out[0].key_class, out[0].keycode, out[0].keysym) == (KeyClass.CHARACTER, None, None)


def test_known_shapes_are_taken_out_of_what_is_typed() -> None:
    for sample in samples(Random(6)):
        before, behind = in_context(sample)
        hands = Hands()
        hands.type(before + sample.text + behind, then=1900 // (sample.shown + 2))
        text = text_of(stored(hands.events)[0])
        longest = max(sample.text.split(), key=len)
        assert longest[-6:] not in text, sample
        assert not set("0123456789") & set(text), sample


def test_known_shapes_are_taken_out_of_titles_and_notes() -> None:
    for sample in samples(Random(6)):
        before, behind = in_context(sample)
        text = before + sample.text + behind
        scrubber = Scrubber()
        title, note = scrubber.sift([Focus(Nanos(1), "pad", text), Note(Nanos(2), text)], [])
        assert isinstance(title, Focus)
        assert isinstance(note, Note)
        assert title.title == note.text == f"{before}[{sample.name}]{behind}"
        assert scrubber.found == {f"secret shape: {sample.name}": 2}


def test_a_number_of_eight_digits_is_taken_out_and_one_of_seven_is_not() -> None:
    hands = Hands()
    hands.type("in 1234567 and 12345678")
    assert text_of(stored(hands.events)[0]) == "in 1234567 and ········"


def test_the_clause_says_what_it_cannot_do_yet() -> None:
    from pathlib import Path

    text = (Path(__file__).parents[2] / "CONSENT.md").read_text()
    clause = " ".join(text.partition("## C6.")[2].partition("## C7.")[0].split())
    assert "a password has no shape to know it by" in clause
    assert "Pictures are not searched" in clause
    assert "seven digits of a number, eleven characters of an account number" in clause
