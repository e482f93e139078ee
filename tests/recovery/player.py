"""Plays deeds on the sample forms, and writes down when each really was, and what it did there."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nodreel.action import ActionKind
from nodreel.events import Rect
from tests.bed.bed import wait_for
from tests.recovery.plan import CHOICES
from tests.recovery.typist import PACE, Typist

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.bed.bed import App, Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows
    from tests.recovery.plan import Deed

BUTTONS = {ActionKind.RIGHT_CLICK: 3, ActionKind.MIDDLE_CLICK: 2}
TIMES = {ActionKind.DOUBLE_CLICK: 2, ActionKind.TRIPLE_CLICK: 3}
APART = 0.45  # seconds between deeds: more than a double click takes
LEFT = 8  # pixels by which neighbouring clicks differ


@dataclass(frozen=True, slots=True)
class Truth:
    """A deed as it was done: between these monotonic ns, at (x, y); ``text`` as the app had it."""

    deed: Deed
    began: int
    ended: int
    app: str
    x: int | None = None
    y: int | None = None
    text: str = ""
    confirmed: bool = True
    dead: int = 0  # dead keys that were pressed for the text


@dataclass
class Form:
    """One of the sample forms on the bed."""

    name: str
    app: App
    window: int
    _read: int = 0
    _boxes: dict[str, list[int]] = field(default_factory=dict)
    said: list[dict[str, object]] = field(default_factory=list)
    note: str = ""

    def look(self) -> None:
        """Read what the form said since the last time."""
        text = self.app.log.read_text()
        whole = text.rfind("\n") + 1
        for line in text[self._read : whole].splitlines():
            if line.startswith("{"):
                told = json.loads(line)
                if told["event"] == "boxes":
                    self._boxes = told["boxes"]
                elif told["event"] == "note":
                    self.note = told["text"]
                self.said.append(told)
        self._read = whole

    def box(self, name: str) -> Rect:
        """Return where a control lies now, once it is shown."""

        def there() -> Rect | None:
            self.look()
            return Rect(*self._boxes[name]) if name in self._boxes else None

        return wait_for(there, f"{name} to be shown", 5)

    def state(self) -> tuple[list[tuple[object, object]], str]:
        """Return what was chosen and pressed, in order, and what stands in the note."""
        self.look()
        told = {"menu", "combo", "button"}
        return [(s["event"], s["name"]) for s in self.said if s["event"] in told], self.note

    def gone(self, name: str) -> None:
        """Wait until a menu's item is not shown any more."""

        def away() -> bool:
            self.look()
            return name not in self._boxes

        wait_for(away, f"{name} to go", 5)


class Player:
    """One pair of hands on two forms; ``truth`` grows while it works."""

    def __init__(self, bed: Bed, hands: Injector, windows: Windows, forms: Sequence[Form]) -> None:
        self._bed, self._hands, self._windows, self._forms = bed, hands, windows, forms
        self.front = forms[0]
        self.truth: list[Truth] = []
        self._layout, self._typist = "us", Typist(hands)
        self._turn = 0

    def play(self, deeds: Iterable[Deed], seconds: float | None = None) -> None:
        """Play them one after the other, for that long at most."""
        end = time.monotonic() + (seconds or 1e9)
        for deed in deeds:
            if time.monotonic() > end:
                break
            self._layouts(deed.layout)
            began = time.monotonic_ns()
            at, text, confirmed = self._do(deed)
            ended = time.monotonic_ns()
            x, y = at or (None, None)
            dead = self._typist.dead(text)
            self.truth.append(
                Truth(deed, began, ended, self.front.name, x, y, text, confirmed, dead)
            )
            time.sleep(APART)

    def _layouts(self, layout: str) -> None:
        if layout != self._layout:
            self._bed.run("setxkbmap", layout)
            self._layout, self._typist = layout, Typist(self._hands)
            time.sleep(0.3)

    def _do(self, deed: Deed) -> tuple[tuple[int, int] | None, str, bool]:
        at, text, confirmed = None, "", True
        match deed.kind:
            case ActionKind.SCROLL:
                at = self._go(self.front.box(deed.control))
                for _ in range(abs(deed.notches)):
                    self._hands.scroll(0, 1 if deed.notches > 0 else -1)
                    time.sleep(0.05)
            case ActionKind.DRAG:
                at = self._drag(self.front.box(deed.control))
            case ActionKind.TYPE:
                text, confirmed = self._type(deed)
            case ActionKind.HOTKEY | ActionKind.KEY:
                self._tap(*deed.keys)
            case ActionKind.SELECT:
                confirmed = self._select(deed)
            case ActionKind.WAIT:
                time.sleep(2.6)
                self._go(self.front.box("Submit"))
            case ActionKind.SWITCH:
                confirmed = self._switch()
            case _:
                at = self._go(self.front.box(deed.control))
                self._click(BUTTONS.get(deed.kind, 1), TIMES.get(deed.kind, 1))
        return at, text, confirmed

    def _go(self, box: Rect) -> tuple[int, int]:
        """Move the pointer into a box; never twice in a row to the same place."""
        self._turn += 1
        x = box.x + box.w // 4 + (self._turn % 3) * LEFT
        y = box.y + box.h // 2
        steps = 6
        from_x, from_y = self._hands.x, self._hands.y
        for n in range(1, steps + 1):
            self._hands.move(from_x + (x - from_x) * n // steps, from_y + (y - from_y) * n // steps)
            time.sleep(0.012)
        time.sleep(0.04)
        return x, y

    def _click(self, button: int = 1, times: int = 1) -> None:
        for _ in range(times):
            self._hands.button_down(button)
            time.sleep(0.03)
            self._hands.button_up(button)
            time.sleep(0.04)

    def _drag(self, box: Rect) -> tuple[int, int]:
        x, y = self._go(box)
        self._hands.button_down()
        for n in range(1, 8):
            time.sleep(0.015)
            self._hands.move(x + 10 * n, y)
        time.sleep(0.03)
        self._hands.button_up()
        return x, y

    def _tap(self, *names: str) -> None:
        for name in names:
            self._hands.key_down(name)
            time.sleep(0.02)
        for name in reversed(names):
            self._hands.key_up(name)
            time.sleep(0.02)

    def _type(self, deed: Deed) -> tuple[str, bool]:
        """Type into the field; the text is what it then holds more than before."""
        self.front.look()
        before = self.front.note
        self._tap("End")
        time.sleep(0.1)
        self._typist.type(deed.text)
        wanted = before + plain(deed.text)

        def written() -> bool:
            self.front.look()
            return self.front.note == wanted

        try:
            wait_for(written, "the text", 3)
        except Exception:  # noqa: BLE001  it is told as unconfirmed
            return self.front.note.removeprefix(before), False
        return plain(deed.text), True

    def _select(self, deed: Deed) -> bool:
        """Choose in a menu or dropdown; True when the form says that it was chosen."""
        form = self.front
        form.look()
        heard = len(form.said)
        if deed.by_keyboard:
            self._by_keyboard(deed)
        else:
            for name in deed.names:
                self._go(form.box(name))
                time.sleep(0.15)
                self._click()
                time.sleep(0.25)
        last = deed.names[-1]

        def chosen() -> bool:
            form.look()
            return any(
                s.get("name") == last and s["event"] in {"menu", "combo"} for s in form.said[heard:]
            )

        try:
            wait_for(chosen, f"{last} to be chosen", 2)
        except Exception:  # noqa: BLE001  a dropdown that had it already says nothing
            return deed.names[0] == "Kind" and last in CHOICES
        finally:
            if deed.names[0] != "Kind":
                form.gone(last)
        return True

    def _by_keyboard(self, deed: Deed) -> None:
        self._go(self.front.box("File"))
        self._click()
        wait_for(lambda: self.front.box(deed.names[1]), "the menu", 5)
        time.sleep(0.3)
        downs = {"Open": 1, "Save": 2}[deed.names[1]]
        for _ in range(downs):
            self._tap("Down")
            time.sleep(0.15)
        self._tap("Return")

    def _switch(self) -> bool:
        other = next(form for form in self._forms if form is not self.front)
        self._hands.key_down("Alt_L")
        time.sleep(0.1)
        self._tap("Tab")
        time.sleep(0.1)
        self._hands.key_up("Alt_L")
        wait_for(lambda: self._windows.active() == other.window, f"{other.name} in front", 5)
        self.front = other
        time.sleep(0.6)  # its fields have to be known before text counts
        return True


def plain(text: str) -> str:
    """Return what is left of a text with backspaces in it."""
    out: list[str] = []
    for sign in text:
        if sign == "\b":
            out.pop()
        else:
            out.append(sign)
    return "".join(out)


__all__ = ["PACE", "Form", "Player", "Truth", "plain"]
