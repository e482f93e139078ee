"""A browser of the campaign: opens pages as a person does, and knows where their parts are."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import numpy as np

from nodreel.events import Rect
from nodreel.webhost.package import FIREFOX_ID, chromium_id
from tests.bed.bed import BedError, wait_for
from tests.bed.browsers import start_browser
from tests.canary.patches import packed
from tests.canary.site import ANCHOR, HEIGHT, LEFT, WIDTH, place
from tests.canary.stage import LEFT as PLACE
from tests.canary.stage import PATIENCE, PlantingError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.bed.browsers import Browser
    from tests.canary.corpus import Canary
    from tests.canary.site import Site
    from tests.canary.stage import Stage

NAMES = {"chromium": "Chromium", "firefox": "Firefox"}


def allow_in_private(profile: Path) -> None:
    """Let the extension see private windows too, as a person may: it must close there by itself."""
    (profile / "Default").mkdir(parents=True)
    chromium = {"extensions": {"settings": {chromium_id(): {"incognito": True}}}}
    (profile / "Default" / "Preferences").write_text(json.dumps(chromium))
    firefox = {FIREFOX_ID: {"permissions": ["internal:privateBrowsingAllowed"], "origins": []}}
    (profile / "extension-preferences.json").write_text(json.dumps(firefox))


class Browsing:
    """One browser on the stage; ``anchor`` is the colour by which pages are found."""

    def __init__(self, stage: Stage, site: Site, kind: str) -> None:
        self.stage, self.site, self.kind = stage, site, kind
        self.name = NAMES[kind]
        (self.anchor,) = stage.corpus.colours("anchor", 1)
        self._origin: tuple[int, int] | None = None
        allow_in_private(stage.bed.folder / f"{kind}-profile")
        site.put(f"/{kind}.html", self.anchor, "<p>Welcome</p>", "Welcome")
        self.browser: Browser = start_browser(
            stage.bed, kind, site.ours(f"{kind}.html"), home=stage.folder / "n"
        )
        window = stage.windows.wait("Welcome", self.browser.pid, timeout=60)
        self.window = window.id
        stage.windows.place(window.id, PLACE)
        stage.windows.activate(window.id)
        self.find()

    def find(self) -> tuple[int, int]:
        """Return where the top left corner of the page in front is on the desktop."""

        def corner() -> tuple[int, int] | None:
            image = self.stage.eyes.screen()
            there = packed(image.reshape(-1, 3)).reshape(image.shape[:2]) == self.anchor.rgb
            rows, cols = np.nonzero(there)
            return (int(cols[0]), int(rows[0])) if len(rows) >= ANCHOR * ANCHOR else None

        return wait_for(corner, "the page's anchor", 20)

    def wander(self) -> None:
        """Move the pointer about in the page: in Chromium that tells where the page is."""
        x, y = self.find()
        for step in range(6):
            self.stage.hands.move(x + 400 + 9 * step, y + 500 + 7 * step)
            time.sleep(0.05)

    def at(self, row: int, left: int = LEFT, width: int = WIDTH) -> Rect:
        """Return where what stands in that row of the page is on the desktop."""
        x, y = self.find()
        return Rect(x + left, y + place(row), width, HEIGHT)

    def front(self) -> None:
        self.stage.windows.activate(self.window)

    def go(self, address: str, *, ready: bool = True) -> None:
        """Type an address into the bar of the tab in front, once more if nothing comes of it."""
        for patience in (6, 15):
            self.stage.hands.tap("Control_L", "l")
            time.sleep(0.15)
            self.stage.type(address, 0.004)
            self.stage.hands.tap("Delete")  # whatever the browser would complete
            before = len(self.site.said)
            self.stage.hands.tap("Return")
            if not ready or self.was_ready(before, patience):
                return
        raise PlantingError(f"{address} was never there")

    def was_ready(self, before: int, patience: float) -> bool:
        try:
            self.wait_ready(before, patience)
        except BedError:
            return False
        return True

    def wait_ready(self, before: int, patience: float = 15) -> None:
        """Wait until some page was loaded since ``before`` things were said."""
        wait_for(
            lambda: any("ready" in one for one in self.site.said[before:]) or None,
            "a page",
            patience,
        )

    def recording(self) -> bool:
        """Wait until the page in front is recorded; False when it never is."""
        for _ in range(10):
            self.wander()
            try:
                self.stage.journey.until("recording", timeout=1.5)
            except AssertionError:
                continue
            return True
        return False

    def press(self, *names: str) -> None:
        """Press a chord and give the browser a moment."""
        self.stage.hands.tap(*names)
        time.sleep(0.12)

    def tab(self, number: str) -> None:
        """Go to a tab by its number; "9" is the last."""
        self.press("Control_L" if self.kind == "chromium" else "Alt_L", number)

    def plant(self, name: str, area: Rect | None, canary: Canary, text: str | None = None) -> None:
        """Click into a field (None: it has the keyboard), type at once, and hear it from the page.

        The field is emptied afterwards. On a busy machine a key may come before the focus, into
        something else: then another one is typed, once the field has the keyboard.
        """
        if area is not None:
            self.stage.click(area)
        self.stage.plant_typed(canary, text=text)
        try:
            self.confirm(name, canary)
        except PlantingError as error:
            if area is None:
                raise
            self.stage.log.planted.pop()
            self.stage.log.again.append(f"{canary.channel}: {error}")
            self._empty(area)
            (other,) = self.stage.words(canary.channel, 1)
            self.stage.plant_typed(other)
            self.confirm(name, other)
        time.sleep(0.06)
        self.stage.hands.tap("Control_L", "a")
        self.stage.hands.tap("Delete")
        time.sleep(0.02)

    def _empty(self, area: Rect) -> None:
        """Click into a field until it surely has the keyboard, and take out what is in it."""
        self.stage.click(area)
        time.sleep(1)
        self.stage.hands.tap("Control_L", "a")
        self.stage.hands.tap("Delete")

    def confirm(self, name: str, canary: Canary) -> None:
        """Insist that the page says that the whole canary is in that field."""
        try:
            wait_for(
                lambda: self.site.heard(field=name, text=canary.text) or None,
                "the page's word",
                PATIENCE,
            )
        except BedError as error:
            last = self.site.said[-3:]
            raise PlantingError(f"{canary.text!r} never reached {name}: {last}") from error
