"""A real headless Chromium, driven over its own pipe (DevTools protocol); no further library."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import time
from typing import TYPE_CHECKING, Any, Self

from tests.bed.browsers import EXES, QUIET_CHROMIUM
from tests.bed.waiting import PATIENCE, BedError

if TYPE_CHECKING:
    from pathlib import Path


class Chromium:
    """One headless browser with one page. ``with Chromium(folder) as browser``."""

    def __init__(
        self, folder: Path, *, size: tuple[int, int] = (1100, 1400), options: tuple[str, ...] = ()
    ) -> None:
        self._folder = folder
        self._size = size
        self._options = options
        self._count = 0
        self._rest = b""
        self._session = ""
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        to_read, self._write = os.pipe()
        self._read, to_write = os.pipe()
        wide, high = self._size
        options = [
            *QUIET_CHROMIUM, "--headless=new", "--remote-debugging-pipe", "--no-sandbox",
            f"--user-data-dir={self._folder}", f"--window-size={wide},{high}", *self._options,
        ]  # fmt: skip
        # The browser reads commands from descriptor 3 and writes to 4.
        wiring = f'exec "$@" 3<&{to_read} 4>&{to_write}'
        self._process = subprocess.Popen(
            ["/bin/bash", "-c", wiring, "bash", EXES["chromium"], *options, "about:blank"],
            pass_fds=[to_read, to_write], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            env={**os.environ, "HOME": str(self._folder)},
        )  # fmt: skip
        os.close(to_read)
        os.close(to_write)
        pages = self.call("Target.getTargets", page=False)["targetInfos"]
        target = next(page["targetId"] for page in pages if page["type"] == "page")
        attached = self.call("Target.attachToTarget", page=False, targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, 9)
        self._process.wait()
        os.close(self._write)
        os.close(self._read)

    def call(self, method: str, *, page: bool = True, **params: Any) -> dict[str, Any]:
        """Send one command and return its result."""
        self._count += 1
        message: dict[str, Any] = {"id": self._count, "method": method, "params": params}
        if page and self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = self._next(end)
            if found.get("id") == self._count:
                if "error" in found:
                    raise BedError(f"{method}: {found['error']}")
                result: dict[str, Any] = found["result"]
                return result
            self.events.append(found)
        raise BedError(f"{method}: no answer")

    def _next(self, end: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not select.select([self._read], [], [], max(0, end - time.monotonic()))[0]:
                raise BedError("the browser says nothing")
            part = os.read(self._read, 1 << 20)
            if not part:
                raise BedError("the browser is gone")
            self._rest += part
        whole, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(whole)
        return found

    # -- what a person does

    def go(self, url: str) -> None:
        """Go to an address and wait until it is there."""
        self.js("window.isOld = true; 0")
        self.call("Page.navigate", url=url)
        self.settle()

    def settle(self) -> None:
        """Wait until the page that is being loaded is complete."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                if self.js("!window.isOld && document.readyState === 'complete'"):
                    return
            except BedError:
                continue
            time.sleep(0.05)
        raise BedError("the page is never complete")

    def js(self, script: str) -> Any:
        """Return the value of a script in the page (the tests' own; the pages have none)."""
        told = self.call("Runtime.evaluate", expression=script, returnByValue=True,
                         awaitPromise=True)  # fmt: skip
        if "exceptionDetails" in told:
            raise BedError(str(told["exceptionDetails"]))
        return told["result"].get("value")

    def click(self, words: str) -> None:
        """Click the button or link with these words, with real input, and wait."""
        place = self.js(
            "(() => { const all = [...document.querySelectorAll('button, a')];"
            f" const e = all.find(e => e.innerText.trim() === {json.dumps(words)});"
            " if (!e) return null; e.scrollIntoView({block: 'center'});"
            " const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2];"
            " })()"
        )
        if place is None:
            raise BedError(f"there is no {words!r} here: {self.text()[:2000]}")
        self.js("window.isOld = true; 0")  # whatever is clicked here leads to another page
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1],
                      button="left", clickCount=1)  # fmt: skip
        self.settle()

    def tick(self, name: str, value: str) -> None:
        """Choose a radio button by its name and value, with real input."""
        self._at(f'input[name="{name}"][value="{value}"]')

    def type_into(self, selector: str, text: str) -> None:
        """Click a field and type."""
        self._at(selector)
        self.call("Input.insertText", text=text)

    def _at(self, selector: str) -> None:
        x, y = self.js(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            " e.scrollIntoView({block: 'center'}); const r = e.getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def text(self) -> str:
        """Return all words that the page shows."""
        return str(self.js("document.body?.innerText ?? ''"))

    def theme(self, name: str) -> None:
        """Look at pages in the light or in the dark."""
        self.prefer(("prefers-color-scheme", name))

    def prefer(self, *wishes: tuple[str, str]) -> None:
        """Look at pages as somebody does who wishes that of their desktop (CSS media features)."""
        features = [{"name": name, "value": value} for name, value in wishes]
        self.call("Emulation.setEmulatedMedia", features=features)

    def enlarge(self, times: float) -> None:
        """Look at pages with everything so much larger, in the same window (1: as before)."""
        wide, high = self._size
        self.call("Emulation.setDeviceMetricsOverride", width=round(wide / times),
                  height=round(high / times), deviceScaleFactor=times, mobile=False)  # fmt: skip

    def picture(self, file: Path) -> None:
        """Save what the page looks like, to its very end; from right to left, what is in view.

        Beyond that, Chromium moves such pages to the right in its pictures, and there alone.
        """
        whole = self.js("document.documentElement.dir") != "rtl"
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(base64.b64decode(shot["data"]))
