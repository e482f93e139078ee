"""The desktop all recorders are measured on: an editor, a browser with a page, a terminal.

1920 x 1080 pixels, the same programs at the same places; nothing blinks or moves by itself.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self

from office import HEIGHT, PLACES, WIDTH
from page import Page

from nodreel.events import Rect
from tests.bed.bed import Bed
from tests.bed.browsers import CHROMIUM, EXES, start_browser
from tests.bed.injector import Injector
from tests.bed.windows import Windows
from tests.demo import lookalike
from tests.demo.plan import BROWSER
from tests.demo.recorder import POLICY, SITE, Recorder

if TYPE_CHECKING:
    from tests.bed.bed import App

HERE = Path(__file__).resolve().parent
TITLES = {"browser": "Accounts Portal", "editor": "Mousepad", "terminal": "the shell"}
BINARIES = {"browser": EXES[CHROMIUM], "editor": "/usr/bin/mousepad", "terminal": "/usr/bin/xterm"}
STRANGER = Rect(640, 380, 640, 280)


class Desk:
    """``with Desk(folder) as desk``; ``extension``: the browser has nodreel's."""

    def __init__(self, folder: Path, *, extension: bool = True) -> None:
        self.folder, self.home, self.probes = folder, folder.with_name("nodreel"), folder / "probes"
        self.extension = extension
        self.bed = Bed(folder, size=(WIDTH, HEIGHT))
        self.page = Page()
        self.actors: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self.page.__enter__()
        try:
            self.bed.__enter__()
            self.probes.mkdir()
            paths = [str(HERE / "probe"), os.environ.get("PYTHONPATH", "")]
            self.bed.env |= {
                "PYTHONPATH": ":".join(p for p in paths if p),
                "NODREEL_BENCH_PROBE": str(self.probes),
                "NODREEL_BENCH_TRACE": os.environ.get("NODREEL_BENCH_TRACE", ""),
                "PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"),  # as if it were installed
            }
            self.hands, self.windows = Injector(self.bed.env), Windows(self.bed.env)
            self._furnish()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for made in ("hands", "windows"):
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
        self.bed.run("xsetroot", "-solid", "#335577")
        notes = self.folder / "notes.txt"
        notes.write_text(
            "".join(f"def handler_{n}(event): return {n} * event\n" for n in range(200))
        )
        self._enter("terminal", self.bed.start(
            "xterm", "-T", TITLES["terminal"], "-xrm", "*cursorBlink: false",
            "-xrm", "*allowTitleOps: false", "-fa", "DejaVu Sans Mono", "-fs", "11",
            "-e", "bash", "--norc", "-i", env={"PS1": "user@work$ "},
        ))  # fmt: skip
        self._enter("editor", self.bed.start("mousepad", "--disable-server", str(notes)))
        address = f"--app={self.page.address}"
        self._enter("browser", start_browser(
            self.bed, CHROMIUM, address, home=self.home, extension=self.extension).app)  # fmt: skip
        self.actors[BROWSER] = self.actors["browser"]

    def _enter(self, name: str, app: App, title: str = "", place: Rect | None = None) -> None:
        seen = self.windows.wait(title or TITLES[name], app.pid, timeout=60)
        self.windows.place(seen.id, place or PLACES[name])
        self.actors[name] = SimpleNamespace(app=app, window=seen.id)

    def front(self, name: str) -> None:
        self.windows.activate(self.actors[name].window)

    def invite(self) -> None:
        """Put a program in front that nobody designated."""
        file = Path(lookalike.__file__)
        app = self.bed.start("/usr/bin/python3", str(file), env={"NODREEL_BENCH_PROBE": ""})
        self._enter("stranger", app, "notes.txt - Mousepad", STRANGER)
        self.front("stranger")

    @property
    def server(self) -> int:
        """The X server's process: it does a part of every recorder's work."""
        return next(a.pid for a in self.bed._apps if "Xvfb" in str(a.process.args))  # noqa: SLF001


class Person(Recorder):
    """Agrees to all that is on the desk; ``env`` is what nodreel's processes are started with."""

    def __init__(self, desk: Desk, folder: Path, fps: float) -> None:
        super().__init__(desk, folder)  # type: ignore[arg-type]  # a stage as far as it is used
        self._fps, self._port = fps, desk.page.port
        self.more = ""  # further tables of the policy
        self.env = self._env = desk.bed.env | {
            "NODREEL_HOME": str(self.home), "PATH": self._env["PATH"],
        }  # fmt: skip

    def make_policy(self) -> None:
        self.say("keys", "new", str(self.identity))
        key = next(w for w in self.identity.read_text().split() if w.startswith("age1"))
        text = POLICY.format(key=key) + f"max_fps = {self._fps}\n"
        for name, exe in BINARIES.items():
            text += f'[[apps]]\nid = "{name}"\nname = "{name}"\nexe = "{exe}"\nkeys = "full"\n'
            text += 'browser = "chromium"\n' * (name == "browser")
        text += self.more + SITE.format(port=self._port)
        config = self.home / "config"
        config.mkdir(mode=0o700, parents=True, exist_ok=True)
        (config / "policy.toml").write_text(text)

    @property
    def command(self) -> list[str]:
        """What login starts when there is a valid yes."""
        return [sys.executable, "-m", "nodreel.agent"]
