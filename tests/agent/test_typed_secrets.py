"""A secret typed where it can be read is in no picture; what only looked like one comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodreel import Picture
from nodreel.events import Key, Rect, Why, Withheld
from nodreel.ipc.client import call
from nodreel.ipc.wire import Pause, Resume
from nodreel.rects import area, clip
from tests.bed.bed import wait_for

if TYPE_CHECKING:
    from tests.agent.journey import Journey
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

WINDOW = Rect(50, 60, 600, 400)


def test_pixels_of_a_typed_secret(journey: Journey, windows: Windows, hands: Injector) -> None:
    shell = journey.open("xterm", "-T", "work", "-e", "cat")
    window = windows.wait("work", shell.pid).id
    windows.place(window, WINDOW)
    windows.activate(window)
    journey.consent()
    journey.agent()
    journey.until("recording")

    def shown() -> bool:
        found = pictures(journey)
        return bool(found) and area(clip(found[-1].kept, (WINDOW,))) > 100_000

    def withheld() -> int:
        return sum(isinstance(e, Withheld) and e.why is Why.SECRET_SHAPE for e in journey.stored())

    wait_for(shown, "a picture of the window")
    hands.type("20261122")  # may become a card
    wait_for(lambda: not shown(), "its pixels to be left out")
    hands.type(" ok\n")
    wait_for(shown, "the window to be seen again")
    before = withheld()
    hands.type("4111 1111 1111 1111\n")
    hands.type("then some more\n")
    wait_for(lambda: withheld() > before, "the secret to be told")
    wait_for(lambda: not shown(), "its pixels to be left out")
    stored = journey.stored()
    assert not any(isinstance(e, Key) and e.keysym == ord("4") for e in stored)
    t = max(e.t for e in stored if isinstance(e, Withheld))
    later = [p for p in stored if isinstance(p, Picture) and p.done >= t]
    assert all(area(clip(p.kept, (WINDOW,))) == 0 for p in later)
    status = journey.status()
    assert status is not None
    assert "Something secret was typed in this window" in status.sentence
    call(journey.paths, Pause(), timeout=10)
    seen = len(pictures(journey))
    call(journey.paths, Resume(), timeout=10)
    journey.until("recording")
    wait_for(lambda: len(pictures(journey)) > seen, "a picture after the pause")
    assert not shown(), "the secret is still on the screen"


def pictures(journey: Journey) -> list[Picture]:
    return [item for item in journey.stored() if isinstance(item, Picture)]
