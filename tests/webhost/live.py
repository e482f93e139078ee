"""A real browser with the extension on a desktop of its own, and an agent that only listens."""

from __future__ import annotations

import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from nodreel.ipc import web, wire
from nodreel.ipc.server import ControlServer
from nodreel.paths import Paths
from tests.bed.bed import Bed
from tests.bed.browsers import CHROMIUM, start_browser
from tests.bed.injector import Injector
from tests.bed.waiting import BedError, wait_for
from tests.bed.webserver import WebServer
from tests.bed.windows import Windows
from tests.demo.eyes import Eyes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.bed.windows import Seen

MASKED = (".private",)
SIZE = (1400, 900)


class Listener:
    """Keeps every report with the time it came (ms since 1970) and the pid it came from."""

    def __init__(self, port: int) -> None:
        site = web.WebSite(scheme="http", host="localhost", port=port, masked=MASKED)
        self.sites: tuple[web.WebSite, ...] = (site,)
        self.heard: list[tuple[float, wire.Request, int]] = []
        self.allowed = False

    def __call__(self, request: wire.Request, pid: int) -> wire.Done:
        self.heard.append((time.time() * 1e3, request, pid))
        if not self.allowed:
            return wire.Done(web=web.Web())
        sites = self.sites if isinstance(request, web.WebHello) else ()
        terms = f"{len(self.sites)} sites"
        return wire.Done(web=web.Web(allowed=True, terms=terms, sites=sites, total=len(sites)))


class Live:
    """``with Live(folder, "firefox") as live: live.go(live.web.ours("login.html"))``."""

    def __init__(self, folder: Path, kind: str, *options: str) -> None:
        self.kind, self._folder, self._options = kind, folder, options
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.web = stack.enter_context(WebServer())
            home = self._folder / "nodreel"
            (home / "run").mkdir(parents=True, mode=0o700)
            here = Paths(home / "data", home / "run", home / "config", home / "managed")
            self.agent = Listener(self.web.port)
            stack.enter_context(ControlServer(here, self.agent))
            self.bed = stack.enter_context(Bed(self._folder / "x", size=SIZE))
            self.hands = stack.enter_context(Injector(self.bed.env))
            self.windows = stack.enter_context(Windows(self.bed.env))
            self.eyes = Eyes(self.bed.env)
            stack.callback(self.eyes.close)
            start = self.web.ours("spa/0")
            self.browser = start_browser(self.bed, self.kind, start, *self._options, home=home)
            self.window: Seen = self.windows.wait("View 0", self.browser.pid, timeout=60)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    # ------------------------------------------------------------------------------ what was said

    @property
    def mark(self) -> int:
        """A place in what was heard, to look from later."""
        return len(self.agent.heard)

    def since(self, mark: int) -> list[web.WebReport]:
        return [said for _, said, _ in self.agent.heard[mark:] if isinstance(said, web.WebReport)]

    def last(self) -> web.WebReport:
        return wait_for(lambda: next(iter(self.since(0)[::-1]), None), "a report")

    def until(
        self, what: str, condition: Callable[[web.WebReport], object], mark: int | None = None,
        timeout: float = 15.0,
    ) -> web.WebReport:  # fmt: skip
        """Wait for a report (the next one, or any after ``mark``) of which that is true."""
        begin = self.mark if mark is None else mark

        def found() -> web.WebReport | None:
            return next((said for said in self.since(begin) if condition(said)), None)

        return wait_for(found, f"{what}; last: {self.last()!r}", timeout)

    # ------------------------------------------------------------------------------ what was done

    def permit(self) -> None:
        """Say yes to the extension, and show it by the pointer where its page lies."""
        if self.agent.allowed:
            return
        self.agent.allowed = True
        area = self.windows.area(self.window.id)
        self.until("a page", lambda said: said.address, 0)
        self.hands.move(area.x + area.w // 2, area.y + area.h // 2)
        self.hands.move(area.x + area.w // 2 + 5, area.y + area.h // 2 + 5)
        self.until("a place", lambda said: said.viewport, 0)

    def type_address(self, url: str) -> None:
        """Type it into the address bar, again if the bar made something else of it.

        Returns when a page that was in front before has gone.
        """
        for attempt in (1, 2, 3):
            mark, was = self.mark, self.last().address
            self.hands.tap("Control_L", "l")
            self.until("the address bar", lambda said: not said.focused, mark)
            self.hands.tap("Control_L", "a")
            self.hands.type(url)
            self.hands.tap("Delete")  # what the browser would add from its memory
            mark = self.mark
            self.hands.tap("Return")
            try:
                if was is not None:
                    self.until("the old page to go", lambda said: not said.address, mark, timeout=4)
            except BedError:
                if attempt == 3:
                    raise
                self.hands.tap("Escape")
                continue
            return

    def go(self, page: str) -> web.WebReport:
        """Open a page of the designated site and wait for its report."""
        self.type_address(self.web.ours(page))
        closed = max(n for n, said in enumerate(self.since(0)) if not said.address)
        path = "/" + page.partition("?")[0]

        def there() -> web.WebReport | None:
            for said in self.since(0)[closed:]:
                if said.address and said.address.path == path and said.focused and said.viewport:
                    return said
            return None

        return wait_for(there, f"{page}; last: {self.last()!r}")

    def leave(self, url: str, title: str) -> int:
        """Go where nothing may be said; return the mark from before."""
        mark = self.mark
        self.type_address(url)
        try:
            self.windows.wait(title, self.browser.pid, timeout=5)
        except BedError:
            self.type_address(url)
            self.windows.wait(title, self.browser.pid)
        return mark

    def click(self, x: int, y: int, button: int = 1) -> None:
        """Click at a place in the page."""
        viewport = self.last().viewport
        assert viewport is not None
        self.hands.click(viewport[0] + x, viewport[1] + y, button)

    def tab(self, number: int) -> None:
        self.hands.tap("Control_L" if self.kind == CHROMIUM else "Alt_L", str(number))

    def at(self, x: int, y: int, w: int, h: int) -> web.Box:
        """Return the desktop's pixels of a box in the page."""
        viewport = self.last().viewport
        assert viewport is not None
        return (viewport[0] + x, viewport[1] + y, w, h)
