"""Which share of clicks has an element, as a person clicks: menus and dropdowns included."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING

import pytest

from nodreel.events import Cause, Element, Nanos
from nodreel.scene import Field, Verdict
from tests.bed.waiting import BedError, wait_for
from tests.desktop.atspi.forms import Form

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.events import Rect
    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

ROUNDS = 4  # a click may race its popup, or an answer its deadline, on a busy machine
HOLD = 0.06  # seconds a person holds a button
PLAIN = ("User name", "Password", "Note", "Show password", "Submit", "First row", "Second row")
MENUS = (("File", "Open"), ("File", "Save"), ("File", "Recent", "Notes"))
DROPDOWN = ("Kind", "Credit note")
SECRET = {"Password"}


class Person:
    """Clicks at a human pace and tells the client of each click, as the agent does."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.clicks: list[tuple[Nanos, tuple[str, ...]]] = []

    def click(self, *path: str) -> None:
        """Click the last of ``path``; what comes before was clicked to get there."""
        form, name = self.form, path[-1]
        rect = self.still(name)
        x, y = rect.x + min(14, rect.w // 2), rect.y + rect.h // 2
        hands = form.hands
        steps = [(hands.x + (x - hands.x) * n // 8, hands.y + (y - hands.y) * n // 8)
                 for n in range(1, 9)]  # fmt: skip
        hands.path([*steps, (x, y), (x + 1, y)])
        t = Nanos(hands.button_down().after)
        form.accessibility.point(t, x + 1, y)
        self.clicks.append((t, path))
        until = time.monotonic() + HOLD
        wait_for(lambda: time.monotonic() > until, "a person's finger")
        hands.button_up()

    def still(self, name: str) -> Rect:
        """Wait until a control shows and stays where it is; return where."""
        known: list[object] = []

        def settled() -> bool:
            known.append(self.form.boxes().get(name))
            return known[-1] is not None and known[-20:] == [known[-1]] * 20

        wait_for(settled, f"{name} to stay in its place")
        return self.form.place(name)

    def follow(self, path: tuple[str, ...]) -> None:
        """Click through a menu or a dropdown."""
        for number in range(1, len(path) + 1):
            self.click(*path[:number])
        gone = path[-1]
        if len(path) > 1:
            try:
                wait_for(lambda: gone not in self.form.boxes() or None, f"{gone} to close", 2)
            except BedError:
                self.form.hands.tap("Escape")  # a person who missed it closes it

    def elements(self) -> dict[Nanos, Element]:
        found = (e for e in self.form.fed if isinstance(e, Element) and e.cause is Cause.CLICK)
        return {e.t: e for e in found}

    def settle(self) -> None:
        """Wait for the last elements, no longer than they may take."""
        try:
            wait_for(lambda: len(self.elements()) == len(self.clicks) or None, "elements", 0.5)
        except BedError:
            return

    def missed(self) -> list[tuple[str, ...]]:
        known = self.elements()
        return [path for t, path in self.clicks if t not in known]

    def wrong(self) -> list[tuple[tuple[str, ...], Element]]:
        """Clicks whose element is not what was clicked."""
        known = self.elements()
        return [(p, known[t]) for t, p in self.clicks if t in known and not right(p, known[t])]


def right(path: tuple[str, ...], element: Element) -> bool:
    if path[-1] in SECRET:
        return (element.role, element.name) == ("password", "")
    if len(path) > 1 and element.path != path:
        return False
    return element.name == path[-1]


def attended(bed: Bed, hands: Injector, windows: Windows, kind: str) -> Form:
    form = Form(bed, hands, windows, kind)
    form.focus("User name")
    form.accessibility.attend(form.window(), Nanos(time.monotonic_ns()))
    wait_for(
        lambda: any(isinstance(f, Field) and f.verdict is Verdict.CLEAR for f in form.fed) or None,
        "the app to answer",
    )
    return form


@pytest.mark.parametrize("kind", ["gtk", "qt"])
def test_clicks_have_elements(on_bed: Bed, hands: Injector, windows: Windows, kind: str) -> None:
    form = attended(on_bed, hands, windows, kind)
    try:
        for _ in range(ROUNDS):
            person = Person(form)
            for name in PLAIN:
                person.click(name)
            person.follow(MENUS[2])
            person.follow(DROPDOWN)
            person.settle()
            if not person.missed() and not person.wrong():
                break
    finally:
        form.close()
    assert person.missed() == []
    assert person.wrong() == []


@pytest.mark.canary
@pytest.mark.parametrize("kind", ["gtk", "qt"])
def test_most_clicks_have_elements(
    on_bed: Bed, hands: Injector, windows: Windows, kind: str, say: Callable[[str], None]
) -> None:
    chance = random.Random(kind)
    form = attended(on_bed, hands, windows, kind)
    try:
        person = Person(form)
        while len(person.clicks) < 300:
            kinds = [(name,) for name in PLAIN] + [*MENUS, DROPDOWN]
            person.follow(chance.choice(kinds))
        person.settle()
    finally:
        form.close()
    clicks = len(person.clicks)
    say(f"{kind}: {clicks} clicks, without element {person.missed()}, wrong {person.wrong()}")
    assert len(person.missed()) <= clicks * 0.05
    assert len(person.missed()) + len(person.wrong()) <= clicks * 0.05
