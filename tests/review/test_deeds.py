from __future__ import annotations

from dataclasses import replace

from nodreel.action import Action, ActionKind
from nodreel.events import Nanos
from nodreel.review.deeds import sentence

TYPED = Action(
    ActionKind.TYPE, Nanos(0), Nanos(9), "pad", (1,), text="it's", length=4, strokes=(Nanos(0),)
)


def test_a_text_is_told_or_only_its_length() -> None:
    assert sentence(TYPED) == 'type, in pad, "it\'s"'
    assert sentence(replace(TYPED, text=None)) == "type, in pad, 4 characters"


def test_what_was_inferred_says_so() -> None:
    drag = Action(ActionKind.DRAG, Nanos(0), Nanos(9), "", (1,), 1, 2, 3, 4, sure=False)
    assert sentence(drag) == "drag, at 1,2, to 3,4, (in part inferred)"
    picked = replace(drag, kind=ActionKind.SELECT, names=("File", "Open"), sure=True)
    assert sentence(picked) == "select, File > Open, to 3,4"
