"""Plays the plan with XTEST and writes down, for every event, when and to whom it went."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from nodreel.events import Rect
from tests.bed.bed import BedError, wait_for
from tests.bed.injector import BUTTON_PRESS, KEY_PRESS, MOTION
from tests.demo.eyes import find_beacon, read_beacon
from tests.demo.plan import (
    BROWSER,
    OURS,
    TERMINAL,
    Chord,
    Click,
    DragWindow,
    Go,
    Look,
    Step,
    Switch,
    Type,
    Wait,
    Wheel,
    path,
)
from tests.demo.truth import Deed, Glimpse, Photo, Truth, What, Whose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tests.bed.injector import Sent
    from tests.demo.plan import Scene
    from tests.demo.stage import Stage

HERTZ = 125.0
FRAME_TIME = 0.06  # seconds in which an app paints the answer to what it was given
SIGN = 20.0  # seconds in which a busy machine says that a designated app in front is recorded
PATCH = 96  # edge of the square compared around a click, pixels


class Player:
    """One pair of hands; ``truth`` grows while it works.

    Like a person they look at the sign: with a designated app that has come to the front they wait
    until ``records`` says that it is recorded. How long that took each time is in ``waited``.
    """

    def __init__(self, stage: Stage, records: Callable[[str], bool]) -> None:
        self._records, self.waited = records, list[float]()
        self._stage, self._hands, self._eyes = stage, stage.hands, stage.eyes
        self.truth = Truth()
        self.given: dict[str, dict[str, int]] = {}  # app -> what -> how many it should have got
        self.typed_in_terminal = ""

    def play(self, scenes: Iterable[Scene], seconds: float, least: int) -> int:
        """Play whole scenes until the time is over, ``least`` of them at least; return how many."""
        end, played = time.monotonic() + seconds, 0
        for _, steps in scenes:
            if played >= least and time.monotonic() >= end:
                break
            for step in steps:
                self._do(step)
            played += 1
        return played

    def _do(self, step: Step) -> None:  # noqa: C901  one line per kind of step
        match step:
            case Go():
                self._go(step)
            case Click():
                self._click(step)
            case Type():
                self._type(step.text)
            case Chord():
                self._chord(step.names)
            case Wheel():
                for _ in range(abs(step.notches)):
                    self._notch(up=step.notches > 0)
                    time.sleep(0.05)
            case Switch():
                self._switch(step.app)
            case DragWindow():
                self._drag(step)
            case Wait():
                time.sleep(step.seconds)
            case Look():
                self._look()

    # ------------------------------------------------------------------------------------ pointer

    def _go(self, step: Go) -> None:
        self._path(self._stage.place_in(step.app, step.fx, step.fy), step.bend)

    def _path(self, end: tuple[int, int], bend: float = 0.0) -> None:
        due = time.monotonic()
        front = self._stage.in_front()
        for x, y in path((self._hands.x, self._hands.y), end, bend, HERTZ):
            due += 1 / HERTZ
            time.sleep(max(0.0, due - time.monotonic()))
            sent = self._hands.move(x, y)
            app, inside = self._stage.at_pointer()
            self._note(What.MOVE, sent, self._pointer_whose(app, front, inside=inside), app)

    def _pointer_whose(self, app: str | None, front: str | None, *, inside: bool) -> Whose:
        if app in OURS and inside:
            return Whose.OURS if app in self._stage.open_to(front) else Whose.EITHER
        return Whose.EITHER if app in OURS else Whose.THEIRS

    def _click(self, step: Click) -> None:
        time.sleep(step.dwell)
        for _ in range(step.times):
            time.sleep(FRAME_TIME)
            app, inside = self._stage.at_pointer()
            front = self._stage.in_front()
            whose = self._pointer_whose(app, front, inside=inside)
            activating = app in OURS and inside and app not in self._stage.open_to(front)
            if whose is not Whose.THEIRS:
                self._glimpse()
            down = self._hands.button_down(step.button)
            place = len(self.truth.deeds)
            self._note(What.BUTTON, down, whose, app, activating=activating)
            time.sleep(FRAME_TIME)
            up = self._hands.button_up(step.button)
            self._note(What.BUTTON, up, whose, app, activating=activating)
            if step.to_front:
                self._await(step.to_front)
            if activating and app != BROWSER and self._stage.in_front() == app:
                self._amend(place, Whose.OURS)  # it took the keyboard: ours after all
            if inside:
                self._give(app, "button")

    def _amend(self, first: int, whose: Whose) -> None:
        from dataclasses import replace

        deeds = self.truth.deeds
        deeds[first:] = [replace(d, whose=whose) if d.activating else d for d in deeds[first:]]

    def _glimpse(self) -> None:
        x, y = self._hands.x, self._hands.y
        width, height = self._eyes.size
        left, top = (
            max(0, min(x - PATCH // 2, width - PATCH)),
            max(0, min(y - PATCH // 2, height - PATCH)),
        )
        screen = self._eyes.screen()
        at = find_beacon(screen)
        self.truth.glimpses.append(
            Glimpse(
                click=len(self.truth.deeds),
                beacon=read_beacon(screen, at) if at else None,
                beacon_at=at or (0, 0),
                area=Rect(left, top, PATCH, PATCH),
                patch=screen[top : top + PATCH, left : left + PATCH].copy(),
            )
        )

    def _notch(self, *, up: bool) -> None:
        app, inside = self._stage.at_pointer()
        whose = self._pointer_whose(app, self._stage.in_front(), inside=inside)
        down = self._hands.button_down(4 if up else 5)
        self._hands.button_up(4 if up else 5)
        deed = Deed(
            What.SCROLL, 1 if up else -1, True, self._hands.x, self._hands.y,
            down.before, down.after, whose, app or "",
        )  # fmt: skip
        self.truth.deeds.append(deed)
        if inside:
            self._give(app, "wheel")

    def _drag(self, step: DragWindow) -> None:
        area = self._stage.windows.area(self._stage.actors[step.app].window)
        self._path((area.x + area.w // 2, area.y - 10))
        time.sleep(FRAME_TIME)
        for deed in (self._hands.button_down, None, self._hands.button_up):
            if deed is None:
                self._path((self._hands.x + step.dx, self._hands.y + step.dy))
                continue
            app, _ = self._stage.at_pointer()
            self._note(What.BUTTON, deed(), Whose.EITHER, app)
            time.sleep(FRAME_TIME)

    # --------------------------------------------------------------------------------------- keys

    def _type(self, text: str) -> None:
        app = self._stage.in_front()
        for sign in text:
            first = len(self._hands.sent)
            self._hands.type(sign)
            self._note_keys(self._hands.sent[first:], app)
            time.sleep(0.035)
        if app == TERMINAL:
            self.typed_in_terminal += text

    def _chord(self, names: tuple[str, ...], whose: Whose | None = None) -> None:
        app = self._stage.in_front()
        for press in (True, False):
            for name in names if press else reversed(names):
                sent = self._hands.key_down(name) if press else self._hands.key_up(name)
                self._note_keys([sent], app, whose)
                time.sleep(0.03)

    def _note_keys(self, sent: list[Sent], app: str | None, whose: Whose | None = None) -> None:
        after = self._stage.in_front()
        for one in sent:
            seen = whose or self._key_whose(app, after)
            self._note(What.KEY, one, seen, app)
            self._give(app, "keydown" if one.kind == KEY_PRESS else "keyup")

    def _key_whose(self, before: str | None, after: str | None) -> Whose:
        if before in OURS and after in OURS:
            return Whose.OURS
        return Whose.THEIRS if before not in OURS and after not in OURS else Whose.EITHER

    def _switch(self, app: str) -> None:
        """Alt belongs to whoever had the keyboard; Tab and what follows to the window manager."""
        had = self._stage.in_front()
        self._note(What.KEY, self._hands.key_down("Alt_L"), Whose.EITHER, had)
        time.sleep(0.15)
        self._note(What.KEY, self._hands.key_down("Tab"), Whose.THEIRS, None)
        time.sleep(0.05)
        self._note(What.KEY, self._hands.key_up("Tab"), Whose.THEIRS, None)
        time.sleep(0.15)
        self._note(What.KEY, self._hands.key_up("Alt_L"), Whose.EITHER, had)
        self._await(app)

    def _await(self, app: str) -> None:
        wait_for(lambda: self._stage.in_front() == app, f"{app} in front")
        if app in OURS:
            began = time.monotonic()
            with suppress(BedError):  # then what is missing says so
                wait_for(lambda: self._records(app), f"{app} to be recorded", SIGN)
            self.waited.append(time.monotonic() - began)

    # --------------------------------------------------------------------------------------- eyes

    def _look(self) -> None:
        if self._stage.in_front() not in OURS:
            return
        quiet = self._eyes.quiet_screen()
        if quiet is None:
            return
        time.sleep(0.5)  # time for a settled frame, then see that it is still the same
        again = self._eyes.quiet_screen()
        if again is not None and (quiet[2] == again[2]).all():
            ours = self._stage.visible(self._stage.open_to(self._stage.in_front()))
            self.truth.photos.append(Photo(quiet[0], again[1], again[2], ours))

    # --------------------------------------------------------------------------------- what it was

    def _note(
        self, what: What, sent: Sent, whose: Whose, app: str | None, *, activating: bool = False
    ) -> None:
        press = sent.kind in {KEY_PRESS, BUTTON_PRESS, MOTION}
        self.truth.deeds.append(
            Deed(
                what,
                sent.detail,
                press,
                sent.x,
                sent.y,
                sent.before,
                sent.after,
                whose,
                app or "",
                activating=activating,
            )
        )

    def _give(self, app: str | None, what: str) -> None:
        if app:
            counts = self.given.setdefault(app, {})
            counts[what] = counts.get(what, 0) + 1


def disagreements(player: Player, stage: Stage) -> list[str]:
    """Where the apps' own logs do not bear out the injector (then nothing is proved)."""
    found = []
    for app, what in (("lookalike", "keydown"), ("lookalike", "keyup"), ("lookalike", "button"),
                      ("lookalike", "wheel"), ("chromium", "button")):  # fmt: skip
        should, said = player.given.get(app, {}).get(what, 0), stage.said(app, what)
        if should != said:
            found.append(f"{app} says it got {said} of {should} {what} events")
    page_keys, keys = stage.said("chromium", "keydown"), player.given.get("chromium", {})
    if page_keys > keys.get("keydown", 0):  # menus keep some for themselves
        found.append(f"the page got {page_keys} keys, {keys.get('keydown', 0)} were typed")
    if stage.typed_in_terminal() != player.typed_in_terminal:
        found.append("the terminal did not get what was typed into it")
    return found
