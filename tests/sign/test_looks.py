"""What the sign says in each state, and that no state looks like another."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodreel.language.catalogue import read_catalogue
from nodreel.language.choice import _ours
from nodreel.language.speech import END, ENGLISH, ISOLATE
from nodreel.sign.looks import LONGEST, STALE_S, Look, Shape, drawn, look_of
from nodreel.sign.said import Said


def recording(app: str = "Mousepad", unwritten_s: float = 0.0) -> Said:
    return Said(
        state="recording", sentence="Yes.", recording=True, app=app, unwritten_s=unwritten_s
    )


STATES = {
    "recording": recording(),
    "stale": recording(unwritten_s=STALE_S + 4.2),
    "paused": Said(state="paused", sentence="You paused."),
    "waiting": Said(state="waiting", sentence="The app in front is not designated."),
    "silent": None,
}


GERMAN, JAPANESE = _ours("de"), _ours("ja")
ARABIC = read_catalogue(
    (Path(__file__).parents[1] / "language" / "ar.toml").read_bytes()
)  # fmt: skip


def test_it_speaks_the_persons_language() -> None:
    assert look_of(recording(), GERMAN).words == "nodreel: zeichnet Mousepad auf"
    why = Said(state="blocked", sentence="The recording sign does not answer.")
    assert look_of(why, GERMAN).words.startswith("zeichnet nicht auf: Das Zeichen der Aufz")
    assert f"{ISOLATE}Mousepad{END}" in look_of(recording(), ARABIC).words, "its own direction"
    for speech in (GERMAN, JAPANESE, ARABIC):
        words = {look_of(status, speech).words for status in STATES.values()}
        assert len(words) == len(STATES)


def test_it_draws_what_the_servers_fonts_can_write() -> None:
    assert drawn(GERMAN) is GERMAN
    assert {drawn(speech).code for speech in (ENGLISH, JAPANESE, ARABIC)} == {"en"}


def test_each_state_has_a_shape_and_a_colour_of_its_own() -> None:
    looks = [look_of(status) for status in STATES.values()]
    assert {look.shape for look in looks} == set(Shape)
    visible = [look for look in looks if look.shape not in {Shape.RING, Shape.CROSS}]
    assert len({look.colour for look in visible}) == len(visible)


@pytest.mark.parametrize(
    ("status", "shape", "words"),
    [
        (recording(), Shape.DOT, "nodreel: recording Mousepad"),
        (recording(app=""), Shape.DOT, "nodreel: recording this app"),
        (recording(unwritten_s=STALE_S), Shape.DOT, "nodreel: recording Mousepad"),
        (recording(unwritten_s=14.2), Shape.TRIANGLE, "nodreel: nothing saved for 14 s"),
        (STATES["paused"], Shape.RING, "nodreel: paused (click: resume)"),
        (
            Said(state="paused", sentence="", paused_s=840),
            Shape.RING,
            "nodreel: paused, 14 min left",
        ),
        (
            Said(state="paused", sentence="", paused_s=3),
            Shape.RING,
            "nodreel: paused, 1 min left",
        ),
        (
            STATES["waiting"],
            Shape.BAR,
            "not recording: The app in front is not designated.",
        ),
        (
            Said(state="blocked", sentence="The session is locked."),
            Shape.BAR,
            "not recording: The session is locked.",
        ),
        (None, Shape.CROSS, "nodreel: the recorder does not answer"),
    ],
)
def test_the_words(status: Said | None, shape: Shape, words: str) -> None:
    look = look_of(status)
    assert (look.shape, look.words) == (shape, words)


def test_red_means_recording_and_nothing_else() -> None:
    red = look_of(recording()).colour
    others = [look_of(status) for name, status in STATES.items() if name != "recording"]
    assert all(look.colour != red and look.shape is not Shape.DOT for look in others)


@pytest.mark.parametrize("state", ["paused", "waiting", "blocked", "stopping"])
def test_not_recording_never_looks_like_recording(state: str) -> None:
    status = Said(state=state, sentence="Why.", app="Mousepad")
    assert look_of(status).shape not in {Shape.DOT, Shape.TRIANGLE}


@given(st.text(max_size=300), st.text(max_size=300))
def test_hostile_names_stay_one_short_line(sentence: str, app: str) -> None:
    looks: list[Look] = [
        look_of(Said(state="blocked", sentence=sentence)),
        look_of(recording(app)),
    ]
    for look in looks:
        assert look.words.isprintable()
        assert len(look.words) <= LONGEST


def test_a_name_cannot_turn_the_line_around() -> None:
    assert "\u202e" not in look_of(recording(app="\u202egnidrocer ton")).words


@pytest.mark.parametrize("name", ["disk", "senses", "policy", "remote"])
def test_what_somebody_has_to_mend_asks_for_a_look(name: str) -> None:
    look = look_of(Said(state="blocked", sentence="It does not work.", open=name))
    assert (look.shape, look.words) == (Shape.TRIANGLE, "not recording: It does not work.")
