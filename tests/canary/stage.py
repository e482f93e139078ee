"""The desktop of the campaign: a bed, a person's nodreel, a pair of hands, and eyes of its own."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

import numpy as np
from xcffib.xproto import ConfigWindow, StackMode

from nodreel.events import Rect
from tests.agent.journey import Journey
from tests.bed.bed import Bed, wait_for
from tests.bed.injector import KEY_PRESS, Injector
from tests.bed.windows import Windows
from tests.canary.corpus import MARKER, Corpus, Form
from tests.canary.kept import Deed
from tests.canary.log import Exposed, Log, Planted, stopped_for_others
from tests.canary.patches import packed
from tests.canary.policy import policy
from tests.canary.puppets import Puppet
from tests.canary.site import Site
from tests.demo.eyes import Eyes

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    from tests.bed.bed import App
    from tests.bed.injector import Sent
    from tests.canary.browsing import Browsing
    from tests.canary.corpus import Canary, Patch
    from tests.canary.kept import What

SIZE = (1600, 900)
LEFT, RIGHT = Rect(10, 60, 760, 760), Rect(800, 60, 760, 760)
FRAME = 0.25  # seconds after which what is on the screen has certainly been looked at
PATIENCE = 8.0  # seconds for an app on a busy machine
PACE, CALM = 0.012, 0.05  # seconds between two keys


class PlantingError(Exception):
    """Something that should have been exposed was not there: then nothing is proved."""


class Stage:
    """``with Stage(folder, seed) as stage: stage.record(); ...``."""

    def __init__(self, folder: Path, seed: int, env: Mapping[str, str] | None = None) -> None:
        self.folder, self._agent_env = folder, dict(env or {})
        self.bed = Bed(folder / "x", size=SIZE)
        self.corpus, self.log = Corpus(seed), Log()
        self.site = Site()
        self._typed = 0
        self._browsers: dict[str, Browsing] = {}
        self._puppets: dict[str, Puppet] = {}
        self._apps: list[App] = []

    def __enter__(self) -> Self:
        self.bed.__enter__()
        self.site.__enter__()
        try:
            self.hands, self.windows = Injector(self.bed.env), Windows(self.bed.env)
            self.eyes = Eyes(self.bed.env)
            self.bed.run("xsetroot", "-solid", "#202020")
            self._open_accessibility()
            self.journey = Journey(self.bed, self.folder / "n")
            for place in ("home", "tmp", "cache"):
                (self.folder / "n" / place).mkdir(mode=0o700)
        except BaseException:
            self.site.__exit__()
            self.bed.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.journey.__exit__()
        for made in (self.hands, self.windows, self.eyes):
            made.close()
        self.bed.close()
        self.site.__exit__()

    def _open_accessibility(self) -> None:
        """Switch accessibility on, as it is after somebody agreed to that and logged in anew."""
        del self.bed.env["NO_AT_BRIDGE"]
        self.bed.env |= {k: v for k, v in os.environ.items() if k.startswith("PYTHON")}
        self.bed.env["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"] = "1"
        self.bed.run(
            "dbus-send", "--session", "--print-reply", "--dest=org.a11y.Bus", "/org/a11y/bus",
            "org.freedesktop.DBus.Properties.Set", "string:org.a11y.Status", "string:IsEnabled",
            "variant:boolean:true",
        )  # fmt: skip

    # ------------------------------------------------------------------------------- recording

    def agree(self, synthetic: str = "keep") -> None:
        """Write the campaign's policy and agree to all of it."""
        self.journey.write_policy(policy(synthetic, self.site.port))
        spendthrift = self.journey.paths.config / "preferences.toml"  # so that no frame is given up
        spendthrift.write_text("[budget]\ncpu_percent = 100\n[notifications]\nshow = false\n")
        spendthrift.chmod(0o600)
        self.journey.consent()

    def start_agent(self) -> App:
        """Start the agent with folders of its own for all that a program may leave behind."""
        place = self.folder / "n"
        own = {"HOME": "home", "TMPDIR": "tmp", "XDG_CACHE_HOME": "cache",
               "XDG_CONFIG_HOME": "home", "XDG_DATA_HOME": "home"}  # fmt: skip
        env = {name: str(place / folder) for name, folder in own.items()}
        return self.journey.agent(env | self._agent_env)

    def agent_pid(self) -> int | None:
        """Return the newest agent, None when there is none that runs."""
        agents = self.journey.agents
        running = agents and agents[-1].process.poll() is None
        return agents[-1].process.pid if running else None

    # ------------------------------------------------------------------------------- apps

    def puppet(self, script: str, area: Rect | None = None, title: str = "") -> Puppet:
        """Return that app, started and in its place if it was not yet."""
        if script not in self._puppets:
            made = self._puppets[script] = Puppet(self.bed, script)
            if title:
                window = self.windows.wait(title, made.app.pid)
                self.windows.place(window.id, area or LEFT)
        return self._puppets[script]

    @property
    def gtk(self) -> Puppet:
        return self.puppet("gtk_desk", title="GTK desk")

    @property
    def qt(self) -> Puppet:
        return self.puppet("qt_desk", title="Qt desk")

    @property
    def tk(self) -> Puppet:
        return self.puppet("tk_desk", title="Tk desk")

    @property
    def stranger(self) -> Puppet:
        return self.puppet("stranger")

    def browser(self, kind: str) -> Browsing:
        """Return that browser, started with a page of the designated site if it was not yet."""
        from tests.canary.browsing import Browsing

        if kind not in self._browsers:
            self._browsers[kind] = Browsing(self, self.site, kind)
        return self._browsers[kind]

    def close_browser(self, kind: str) -> None:
        """End a browser that is not needed any more."""
        web = self._browsers.pop(kind, None)
        if web is not None:
            web.browser.app.stop()

    def tidy(self) -> None:
        """End all apps and browsers: what is played next begins with new ones."""
        for kind in list(self._browsers):
            self.close_browser(kind)
        for script in list(self._puppets):
            self.dismiss(script)

    def dismiss(self, script: str) -> None:
        """End an app that is not needed any more."""
        puppet = self._puppets.pop(script, None)
        if puppet is not None:
            puppet.stop()

    def front(self, puppet: Puppet, title: str = "") -> int:
        """Bring an app's window to the front; returns the window."""
        window = self.windows.wait(title, puppet.app.pid)
        self.windows.activate(window.id)
        return window.id

    def raise_above(self, window: int) -> None:
        """Raise a window without giving it the keyboard."""
        self.windows._core.ConfigureWindow(window, ConfigWindow.StackMode, [StackMode.Above])
        self.windows.focus()

    def recording(self) -> None:
        """Wait until what is in front is recorded."""
        self.journey.until("recording")

    def stopped_for_others(self, since: int) -> bool:
        """Whether the recorder stopped for a program that none of ours started."""
        status, log = self.journey.status(), self.journey.paths.coverage
        now = status is not None and any(i.name == "remote" and not i.closed
                                         for i in status.interlocks)  # fmt: skip
        return now or stopped_for_others(log.read_text(), since)

    # ------------------------------------------------------------------------------- hands

    def click(self, area: Rect) -> None:
        """Click into the middle of a rectangle, as quickly as a hand can."""
        self.hands.click(area.x + area.w // 2, area.y + area.h // 2)
        time.sleep(0.06)

    def characters(self) -> dict[int, str]:
        """Return what each keycode types without Shift."""
        codes = self.hands._codes.items()
        return {code: chr(sym) for sym, (code, shifted) in codes if sym < 0x100 and not shifted}

    def rest(self, seconds: float = FRAME) -> None:
        """Leave everything as it is for a while: this is how long a thing is exposed."""
        time.sleep(seconds)

    def type(self, text: str, pace: float = PACE) -> list[tuple[Sent, ...]]:
        """Type text at a steady pace; ``\\b`` is the backspace key. Returns each sign's presses."""
        pressed = []
        for sign in text:
            first = len(self.hands.sent)
            if sign == "\b":
                self.hands.tap("BackSpace")
            else:
                self.hands.type(sign)
            pressed.append(tuple(s for s in self.hands.sent[first:] if s.kind == KEY_PRESS))
            time.sleep(pace)
        return pressed

    # ------------------------------------------------------------------------------- planting

    @contextmanager
    def exposure(self, channel: str) -> Iterator[None]:
        """Say that what happens inside exposes that channel."""
        began = time.monotonic_ns()
        yield
        self.log.exposures.append(Exposed(channel, began, time.monotonic_ns()))

    def plant_typed(
        self, canary: Canary, pace: float | None = None, text: str | None = None
    ) -> None:
        """Type a canary (``text``: with corrections); confirm it before the next.

        Without a ``pace`` most are typed faster than a person could, one in four as one would.
        """
        text, began = text or canary.text, time.monotonic_ns()
        self._typed += 1
        pressed = self.type(text, pace or (PACE if self._typed % 4 else CALM))
        right = [n for n, sign in enumerate(text) if sign != "\b" and text[n + 1 : n + 2] != "\b"]
        core = right[-len(canary.core) :]  # what a token begins with is public
        keys = tuple(pressed[n][-1] for n in core)  # the last press is the sign's own, not Shift
        more = tuple(sent for each in pressed for sent in each if sent not in keys)
        self.log.planted.append(Planted(canary, began, keys, more))

    def plant_shown(self, canaries: Iterable[Canary]) -> None:
        """Say that these can be seen, or had, in some app from now on."""
        now = time.monotonic_ns()
        self.log.planted += [Planted(canary, now) for canary in canaries]

    def confirm(self, puppet: Puppet, name: str, canary: Canary) -> None:
        """Insist that the app has the whole canary in that field."""
        try:
            wait_for(
                lambda: puppet.ask("text", name=name) == canary.text or None, "the text", PATIENCE
            )
        except Exception as error:
            had = puppet.ask("text", name=name)
            raise PlantingError(f"{name} holds {had!r}, not {canary.text!r}") from error

    def confirm_colours(self, patches: Iterable[Patch], least: int = 40) -> None:
        """Insist that each of these colours can be seen on the real screen now."""
        wanted = {patch.rgb: patch for patch in patches}
        self._confirm(wanted, least)
        self.log.patches |= wanted

    def confirm_read(self, area: Rect, canaries: Collection[Canary]) -> None:
        """Insist that some of these can be read there on the real screen now."""
        from tests.canary.ocr import Reader, read_in

        with Reader() as reader:
            try:
                wait_for(
                    lambda: read_in(reader.read(self.eyes.screen(), [area]), canaries) or None,
                    "the words",
                    2 * PATIENCE,
                )
            except Exception as error:
                raise PlantingError(f"never read at {area}") from error

    def _confirm(self, wanted: Mapping[int, Patch], least: int) -> None:
        def all_there() -> bool:
            colours = packed(self.eyes.screen().reshape(-1, 3))
            for rgb in wanted:
                seen = int(np.count_nonzero(colours == rgb))
                self.log.shown[rgb] = max(seen, self.log.shown.get(rgb, 0))
            return all(self.log.shown[rgb] >= least for rgb in wanted)

        try:
            wait_for(lambda: all_there() or None, "the colours", PATIENCE)
        except Exception as error:
            lacking = [p.css for p in wanted.values() if self.log.shown[p.rgb] < least]
            raise PlantingError(f"never seen on the screen: {lacking}") from error

    def done(self, group: str, what: What, sent: Sent) -> None:
        """Note something that was done in a designated place."""
        self.log.deeds.append(Deed(group, what, sent))

    def marker(self, name: str) -> Patch:
        """Return the colour that pictures have to show of that menu or dropdown."""
        if name not in self.log.markers:
            (self.log.markers[name],) = self.corpus.colours(MARKER, 1)
        return self.log.markers[name]

    def confirm_marker(self, name: str) -> None:
        """Insist that the colour can be seen on the real screen now."""
        self._confirm({self.marker(name).rgb: self.marker(name)}, 40)

    def words(self, channel: str, count: int) -> list[Canary]:
        return self.corpus.strings(channel, count, Form.WORD)
