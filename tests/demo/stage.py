"""The desktop of the demo: two programs that will be designated and two that will not."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from nodreel.events import Rect
from nodreel.rects import contains
from tests.bed.bed import Bed, wait_for
from tests.bed.browsers import CHROMIUM, EXES, start_browser
from tests.bed.injector import Injector
from tests.bed.windows import Windows
from tests.demo.eyes import Eyes, find_beacon
from tests.demo.page import Page
from tests.demo.plan import BROWSER, EDITOR, LOOKALIKE, OURS, TERMINAL

if TYPE_CHECKING:
    from collections.abc import Collection

    from tests.bed.bed import App

SIZE = (1920, 1080)
PLACES = {
    BROWSER: Rect(20, 40, 900, 640),
    EDITOR: Rect(970, 60, 880, 560),
    TERMINAL: Rect(40, 760, 800, 280),
    LOOKALIKE: Rect(1100, 580, 600, 300),  # partly over (or under) the editor
}
BINARIES = {EDITOR: "/usr/bin/mousepad", BROWSER: EXES[CHROMIUM]}
EDGE = 20  # pixels of the browser's window that may lie beside its page
CANARIES = {  # RGB of what must never be seen in a recording
    LOOKALIKE: 0xC7F105,
    TERMINAL: 0x05D9C7,
    "the desktop's background": 0x7A2E58,
}


@dataclass(frozen=True)
class Actor:
    """A program on the stage: its main window and its process."""

    app: App
    window: int


class Stage:
    """Everything that is there before nodreel is; ``with Stage(folder) as stage``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder.with_name("nodreel")
        self.bed = Bed(folder, size=SIZE, accessibility=True)
        self.page = Page()
        self.actors: dict[str, Actor] = {}

    def __enter__(self) -> Self:
        self.page.__enter__()
        try:
            self.bed.__enter__()
            self.hands = Injector(self.bed.env)
            self.windows = Windows(self.bed.env)
            self.eyes = Eyes(self.bed.env)
            self._furnish()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for made in ("hands", "windows", "eyes"):
            if hasattr(self, made):
                getattr(self, made).close()
        self.bed.close()
        self.page.__exit__()

    def _furnish(self) -> None:
        config = Path(self.bed.env["XDG_CONFIG_HOME"])
        (config / "gtk-3.0").mkdir(parents=True)
        (config / "gtk-3.0" / "settings.ini").write_text(
            "[Settings]\ngtk-cursor-blink=0\ngtk-enable-animations=0\ngtk-overlay-scrolling=0\n"
        )
        background = f"#{CANARIES['the desktop' + chr(39) + 's background']:06x}"
        self.bed.run("xsetroot", "-solid", background)
        notes = self.folder / "home" / "notes.txt"
        notes.write_text("".join(f"Line {n} of a page of notes.\n" for n in range(60)))
        self._enter(TERMINAL, "the shell", *self._terminal("the shell", "cat > typed.txt"))
        self._enter(
            LOOKALIKE,
            "notes.txt - Mousepad",
            "/usr/bin/python3",
            str(Path(__file__).with_name("lookalike.py")),
        )
        self._enter(EDITOR, "Mousepad", "mousepad", "--disable-server", str(notes))
        self._browse()

    def _terminal(self, title: str, command: str) -> list[str]:
        colour = f"#{CANARIES[TERMINAL]:06x}"
        return ["xterm", "-T", title, "-bg", colour, "-fg", "black", "-xrm", "*cursorBlink: false",
                "-xrm", "*allowTitleOps: false", "-e", "/bin/sh", "-c", command]  # fmt: skip

    def _browse(self) -> None:
        """Open the page as people do who have nodreel: with its extension, and a host for it."""
        app = f"--app={self.page.address}"
        browser = start_browser(self.bed, CHROMIUM, app, home=self.home)
        self._place(BROWSER, "Accounts Portal", browser.app)
        wait_for(lambda: self.page.count("ready") or None, "the page", 30)

        def whole() -> Rect | None:
            at, size = find_beacon(self.eyes.screen()), self.page.size()
            area = self.windows.area(self.actors[BROWSER].window)
            near = at and size and 0 <= area.x + area.w - at[0] - size[0] < EDGE  # its newest size
            return Rect(*at, *size) if at and size and near else None

        self.shown = wait_for(whole, "the page's beacon", 30)

    def _enter(self, name: str, title: str, *command: str) -> None:
        self._place(name, title, self.bed.start(*command))

    def _place(self, name: str, title: str, app: App) -> None:
        seen = self.windows.wait(title, app.pid, timeout=60)
        self.windows.place(seen.id, PLACES[name])
        self.actors[name] = Actor(app, seen.id)

    # ------------------------------------------------------------------------ who is where

    def area(self, name: str) -> Rect:
        """Return an app's own area; of the browser only the page, for its bars are not recorded."""
        return self.shown if name == BROWSER else self.windows.area(self.actors[name].window)

    def place_in(self, name: str, fx: float, fy: float) -> tuple[int, int]:
        """Return the point of an app's window next to the wanted one that nothing covers."""
        area = self.area(name)
        wanted = (round(area.x + area.w * fx), round(area.y + area.h * fy))
        free = self.visible([name])
        if any(contains(rect, *wanted) for rect in free):
            return wanted
        middles = [(r.x + r.w // 2, r.y + r.h // 2) for r in free]
        return min(middles, key=lambda at: math.dist(at, wanted), default=wanted)

    def owner(self, window: int) -> str | None:
        """Return whose window that is, by the process that the X server knows it of."""
        pid = self.windows.pid(window)
        return next((name for name, actor in self.actors.items() if actor.app.pid == pid), None)

    def at_pointer(self) -> tuple[str | None, bool]:
        """Return (app, inside) under the pointer: ``inside`` its own area, not a frame."""
        top, inner = self.eyes.under_pointer()
        if not top:
            return None, False
        direct = self.owner(top)
        if direct is not None:
            return direct, True  # a popup: it has no frame
        if inner and (owner := self.owner(inner)) is not None:
            return owner, owner != BROWSER or contains(self.shown, *self.eyes.pointer())
        framed = (self.owner(child) for child in self.eyes.inside(top))
        return next((name for name in framed if name), None), False

    def in_front(self) -> str | None:
        """Return the app that has the keyboard."""
        for window in self.eyes.parents(self.eyes.keyboard()):
            if (owner := self.owner(window)) is not None:
                return owner
        return None

    def open_to(self, front: str | None) -> Collection[str]:
        """Return the apps that may be recorded while ``front`` has the keyboard.

        Which page a browser shows is known only while it is in front.
        """
        return [name for name in OURS if front in OURS and (name != BROWSER or front == BROWSER)]

    def visible(self, names: Collection[str] = OURS) -> tuple[Rect, ...]:
        """Return the parts of these apps' own areas that nothing covers (without popups)."""
        shown: list[Rect] = []
        mine = {self.actors[name].window for name in names}
        for top, outer in self.eyes.stack():  # bottom to top: what is higher cuts what is below
            shown = [part for rect in shown for part in cut(rect, outer)]
            client = next((w for w in [top, *self.eyes.inside(top)] if w in mine), None)
            if client is not None:
                name = next(name for name in names if self.actors[name].window == client)
                shown.append(self.area(name))
        return tuple(shown)

    # ------------------------------------------------------------- what the apps themselves say

    def said(self, name: str, what: str) -> int:
        """Return how many events of that sort an app says it was given."""
        if name == BROWSER:
            return self.page.count(what)
        lines = self.actors[name].app.log.read_text().splitlines()
        return sum(json.loads(line)["what"] == what for line in lines if line.startswith("{"))

    def typed_in_terminal(self) -> str:
        return (self.folder / "typed.txt").read_text()


def cut(rect: Rect, hole: Rect) -> list[Rect]:
    """Return what is left of ``rect`` without ``hole``, as up to four rectangles."""
    left, top = max(rect.x, hole.x), max(rect.y, hole.y)
    right = min(rect.x + rect.w, hole.x + hole.w)
    bottom = min(rect.y + rect.h, hole.y + hole.h)
    if left >= right or top >= bottom:
        return [rect]
    parts = [
        Rect(rect.x, rect.y, rect.w, top - rect.y),
        Rect(rect.x, bottom, rect.w, rect.y + rect.h - bottom),
        Rect(rect.x, top, left - rect.x, bottom - top),
        Rect(right, top, rect.x + rect.w - right, bottom - top),
    ]
    return [part for part in parts if part.w > 0 and part.h > 0]


def has_everything() -> list[str]:
    """Return the programs that the demo needs and this machine lacks."""
    needed = ["Xvfb", "openbox", "dbus-daemon", "xterm", "mousepad", "chromium", "script"]
    return [name for name in needed if shutil.which(name) is None]
