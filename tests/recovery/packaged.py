"""A packaged editor that nodreel was not developed with (l3afpad), and hands that know it.

What was typed is what the file holds once it is saved; where menus and items lie is asked of the
accessibility library once, before anything is played.
"""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from nodreel.action import ActionKind
from nodreel.events import Rect
from tests.bed.bed import wait_for
from tests.recovery.plan import HOTKEYS, KEYS, SLIP, TEXTS, Deed
from tests.recovery.player import Form, Player, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

EXE = "/usr/bin/l3afpad"
TITLE = "written.txt"
LOOK = str(Path(__file__).with_name("places.py"))
MENUS = {
    "Edit": ("Select All",),  # the others are not always there to be chosen
    "Options": ("Word Wrap", "Line Numbers", "Auto Indent"),
}
PLACE = Rect(40, 60, 900, 620)
TOP, LINE, LINES = 60, 18, 12  # pixels below the window's head; lines that are clicked in turn
WEIGHTS = {
    ActionKind.CLICK: 12, ActionKind.DOUBLE_CLICK: 8, ActionKind.TRIPLE_CLICK: 8,
    ActionKind.RIGHT_CLICK: 8, ActionKind.MIDDLE_CLICK: 8, ActionKind.DRAG: 8,
    ActionKind.SCROLL: 8, ActionKind.TYPE: 14, ActionKind.HOTKEY: 8, ActionKind.KEY: 10,
    ActionKind.SELECT: 14, ActionKind.WAIT: 3,
}  # fmt: skip


def deeds(seed: int, count: int) -> Iterator[Deed]:
    """Yield that many deeds; before a text all of the one before is selected, then it is saved."""
    rng = random.Random(seed)
    kinds, weights = list(WEIGHTS), list(WEIGHTS.values())
    done = 0
    while done < count:
        for deed in _deed(rng, rng.choices(kinds, weights)[0]):
            yield deed
            done += 1


def _deed(rng: random.Random, kind: ActionKind) -> Iterator[Deed]:
    match kind:
        case ActionKind.RIGHT_CLICK:
            yield Deed(kind, "bar")  # of the text it would open a menu
        case ActionKind.DRAG:
            yield Deed(ActionKind.CLICK, "text")  # what is selected would be dragged away
            yield Deed(kind, "text")
        case ActionKind.SCROLL:
            yield Deed(kind, "text", notches=rng.choice((-1, 1)) * rng.randint(1, 6))
        case ActionKind.TYPE:
            yield Deed(ActionKind.CLICK, "text")
            yield Deed(ActionKind.HOTKEY, keys=("Control_L", "a"))
            layout = rng.choice(tuple(TEXTS))
            text = rng.choice(TEXTS[layout])
            at = rng.randrange(1, len(text))
            slip = text[: at + 1] + SLIP + text[at:] if rng.random() < 0.3 else text
            yield Deed(kind, text=slip, layout=layout)
            yield Deed(ActionKind.HOTKEY, keys=("Control_L", "s"))
        case ActionKind.HOTKEY:
            yield Deed(ActionKind.CLICK, "text")
            yield Deed(kind, keys=rng.choice(HOTKEYS))
        case ActionKind.KEY:
            yield Deed(ActionKind.CLICK, "text")
            yield Deed(kind, keys=(rng.choice(KEYS),))
        case ActionKind.SELECT:
            menu = rng.choice(tuple(MENUS))
            yield Deed(kind, names=(menu, rng.choice(MENUS[menu])))
        case _:
            yield Deed(kind, "text")


@dataclass
class Pad(Form):
    """The editor on the bed; ``file`` is what it saves to."""

    file: Path = Path()
    area: Rect = PLACE
    places: dict[str, Rect] = field(default_factory=dict)
    _turn: int = 0

    def box(self, name: str) -> Rect:
        """Return where a menu, an item, the bar beside the menus or a line of text lies."""
        if name in self.places:
            return self.places[name]
        if name == "bar":
            return Rect(self.area.x + self.area.w // 2, self.area.y + 6, self.area.w // 3, 12)
        self._turn += 1
        y = self.area.y + TOP + LINE * (self._turn % LINES)
        return Rect(self.area.x + 60, y, self.area.w // 2, LINE)


class PadPlayer(Player):
    """One pair of hands on the editor."""

    def __init__(self, bed: Bed, hands: Injector, windows: Windows, pad: Pad) -> None:
        super().__init__(bed, hands, windows, [pad])
        self._pad = pad

    def look_round(self) -> None:
        """Open each menu once and write down where everything lies in it."""
        self._pad.places = self._shown()
        for menu in MENUS:
            self._go(self._pad.places[menu])
            self._click()
            time.sleep(0.5)
            self._pad.places |= self._shown()
            self._tap("Escape")
            time.sleep(0.5)

    def _shown(self) -> dict[str, Rect]:
        told = self._bed.run("/usr/bin/python3", LOOK, str(self._pad.app.pid))
        return {name: Rect(*box) for name, box in json.loads(told).items()}

    def _type(self, deed: Deed) -> tuple[str, bool]:
        """Type over what is selected; the text is what is in the field, by what is saved later."""
        self._typist.type(deed.text)
        return plain(deed.text), True

    def _do(self, deed: Deed) -> tuple[tuple[int, int] | None, str, bool]:
        done = super()._do(deed)
        if deed.keys == ("Control_L", "s"):
            self._confirm()
        return done

    def _confirm(self) -> None:
        """Insist that the file holds what the last text was: it is the truth."""
        wanted = self.truth[-1].text
        wait_for(lambda: self._pad.file.read_text() == wanted, f"{wanted!r} to be saved", 10)

    def _select(self, deed: Deed) -> bool:
        for name in deed.names:
            self._go(self._pad.box(name))
            time.sleep(0.15)
            self._click()
            time.sleep(0.25)
        return True
