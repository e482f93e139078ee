"""What was done and what of it is in the record, press by press."""

from __future__ import annotations

import pytest

from nodreel.events import MILLISECOND, Button, Cause, Element, Key, KeyClass, Nanos, Scroll
from tests.bed.injector import BUTTON_PRESS, KEY_PRESS, Sent
from tests.canary.kept import Deed, What, judge

MS = MILLISECOND


def sent(ms: int, detail: int = 1, kind: int = BUTTON_PRESS, x: int = 5) -> Sent:
    return Sent(kind, detail, x, 6, ms * MS, (ms + 1) * MS)


def click(ms: int, x: int = 5, press: bool = True) -> tuple[int, Button]:
    """A click of an episode that began 100 ms after the machine's clock."""
    return ms * MS, Button(Nanos((ms - 100) * MS), press, 1, x, 6, app="a")


def element(ms: int, cause: Cause = Cause.CLICK) -> tuple[int, Element]:
    return ms * MS, Element(Nanos((ms - 100) * MS), cause, "button")


def test_what_was_recorded_is_kept_and_what_was_not_is_missed() -> None:
    done = [Deed("page", What.CLICK, sent(ms)) for ms in (200, 300, 400)]
    found = judge(done, [click(200), click(301), click(350), element(301)])
    assert found.done["page", What.CLICK] == 3
    assert found.kept["page", What.CLICK] == 2
    assert found.missed == [done[2]]
    assert found.share(["page"]) == pytest.approx(2 / 3)
    assert found.with_element(["page"]) == pytest.approx(1 / 2)
    assert found.share(["other"]) == found.with_element(["other"]) == 0


def test_an_event_is_the_record_of_one_deed_only() -> None:
    done = [Deed("page", What.CLICK, sent(200)), Deed("page", What.CLICK, sent(202))]
    assert judge(done, [click(201)]).kept.total() == 1


@pytest.mark.parametrize(
    "other", [click(200, x=7), click(200, press=False), click(206), click(190)]
)
def test_another_event_is_none(other: tuple[int, Button]) -> None:
    assert not judge([Deed("page", What.CLICK, sent(200))], [other]).kept


def test_a_focused_element_is_not_a_clicked_one() -> None:
    done = [Deed("page", What.CLICK, sent(200))]
    assert judge(done, [click(200), element(200, Cause.FOCUS)]).with_element(["page"]) == 0


def test_scrolls_and_shortcuts_are_found_by_what_they_are() -> None:
    done = [
        Deed("a", What.SCROLL, sent(200, 5)),
        Deed("a", What.SCROLL, sent(300, 4)),
        Deed("a", What.SHORTCUT, sent(400, 38, KEY_PRESS)),
        Deed("a", What.SHORTCUT, sent(500, 38, KEY_PRESS)),
    ]
    events = [
        (200 * MS, Scroll(Nanos(0), 0, -1, 5, 6)),
        (300 * MS, Scroll(Nanos(0), 0, -1, 5, 6)),
        (400 * MS, Key(Nanos(0), True, KeyClass.SHORTCUT, 38, 97)),
        (500 * MS, Key(Nanos(0), True, KeyClass.CHARACTER)),
    ]
    found = judge(done, events)
    assert found.kept == {("a", What.SCROLL): 1, ("a", What.SHORTCUT): 1}
