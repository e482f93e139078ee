"""What a person goes through, in a real browser; pictures are kept where NODREEL_PICTURES says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nodreel.agent.launch import asked
from nodreel.clock import SystemClock
from nodreel.consent.grant import read_grant
from nodreel.consent.terms import PHRASE
from nodreel.errors import ControlError, NoConsentError
from nodreel.events import SECOND, Focus, Nanos
from nodreel.host import private_dir
from nodreel.ipc.client import call
from nodreel.ipc.wire import Stop
from nodreel.page.door import door, write_door
from nodreel.page.review import Review
from nodreel.page.server import PageServer
from nodreel.page.site import Site
from tests.bed.cdp import Chromium
from tests.bed.fixtures import bed, hands, on_bed, windows
from tests.bed.waiting import wait_for
from tests.episode.studio import Screen, Studio, key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.paths import Paths
    from tests.bed.bed import Bed

__all__ = ["bed", "hands", "on_bed", "windows"]

pytestmark = pytest.mark.browser
PAGES = (
    "review",
    "receipts",
    "",
    "consent",
    "consent/what",
    "consent/rights",
    "consent/decide",
    "recorded",
    "explain",
)


@pytest.fixture
def browser(tmp_path: Path, server: PageServer, paths: Paths) -> Iterator[Chromium]:
    """A browser that came in through the door."""
    with Chromium(tmp_path / "chromium") as made:
        enter(made, server, paths)
        yield made


def enter(browser: Chromium, server: PageServer, paths: Paths) -> None:
    """Come in through the door; the address of the first page is there before the page is."""
    write_door(paths, server.enter)
    browser.go(door(paths).as_uri())
    wait_for(lambda: browser.js("location.pathname") == "/", "the first page")
    browser.settle()


def keep(browser: Chromium, name: str, themes: tuple[str, ...] = ("light", "dark")) -> None:
    """Keep pictures of a page; without ``themes`` as the browser was told to show it."""
    place = Path(os.environ.get("NODREEL_PICTURES") or "/nowhere")
    if place.is_dir():
        for theme in themes:
            browser.theme(theme)
            browser.picture(place / f"{name}-{theme}.png")
        if not themes:
            browser.picture(place / f"{name}.png")


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core from the npm registry: a tool of the tests, no part of nodreel."""
    place = tmp_path_factory.mktemp("axe")
    subprocess.run(
        ["npm", "install", "--silent", "--no-audit", "--no-fund", "axe-core@4"],
        cwd=place, check=True, env={**os.environ, "HOME": str(place)},
    )  # fmt: skip
    return (place / "node_modules/axe-core/axe.min.js").read_text()


def violations(browser: Chromium, axe: str) -> list[str]:
    browser.js(axe + "; 0")
    found = json.loads(browser.js("axe.run().then(r => JSON.stringify(r.violations))"))
    return [f"{v['id']}: {v['help']} ({v['nodes'][0]['html'][:200]})" for v in found]


def is_gone(paths: Paths) -> bool:
    try:
        return asked(paths) is None
    except ControlError:  # just closing
        return False


def shown(browser: Chromium) -> int:
    return len(browser.js("document.body.innerText").split())


def test_first_run_to_recording(browser: Chromium, on_bed: Bed, paths: Paths) -> None:
    began, actions, read = time.monotonic(), 0, shown(browser)
    keep(browser, "1-first")
    steps = ["Read the terms and decide", "Next", "Next", "Next"]
    for number, step in enumerate(steps, 2):
        browser.click(step)
        actions, read = actions + 1, read + shown(browser)
        keep(browser, f"{number}-step")
    for kind in ("pointer", "keys", "screen"):
        browser.tick(kind, "yes")
        actions += 1
    browser.type_into("#phrase", PHRASE)
    browser.click("I agree")
    read += shown(browser)
    keep(browser, "6-agreed")
    browser.click("Start now")
    actions += 3
    on_bed.start("mousepad")
    try:
        wait_for(lambda: (d := asked(paths)) and d.status and d.status.recording, "recording", 30)
        browser.go(browser.js("location.href"))
        keep(browser, "7-recording")
        assert "Recording" in browser.text()
        took = time.monotonic() - began
        delete_what_was_recorded(browser, paths)
    finally:
        call(paths, Stop(), 15)
        wait_for(lambda: is_gone(paths), "the agent's end")
    print(f"\nfirst run: {actions} actions, {read} words, {took:.0f} s")
    assert actions <= 12
    assert read <= 450
    assert took <= 60


def delete_what_was_recorded(browser: Chromium, paths: Paths) -> None:
    """Delete the last five minutes on the page; nothing of what was sealed is left in any file."""

    def sealed() -> list[bytes]:
        return [file.read_bytes() for file in paths.episodes.glob("*/*.seg")]

    before = wait_for(
        lambda: [data for data in sealed() if len(data) > 4096] or None, "segments", 30
    )
    browser.click("Delete the last 5 minutes")
    keep(browser, "8-deleted")
    assert "Deleted" in browser.text()
    assert left_of(before, paths) == []


def left_of(sealed: list[bytes], paths: Paths) -> list[str]:
    """Name the files in which anything sealed still stands; headers name keys, as logs do."""
    cut = {data[at : at + 48] for data in sealed for at in range(256, len(data) - 48, 512)}
    parts = {part for part in cut if not part.isascii()}
    assert len(parts) > 4
    return [
        file.name for file in paths.data.rglob("*")
        if file.is_file() and any(map(file.read_bytes().__contains__, parts))
    ]  # fmt: skip


def test_a_no(browser: Chromium, paths: Paths) -> None:
    for step in ("Read the terms and decide", "4", "No"):
        browser.click(step)
    assert "You said no" in browser.text()
    keep(browser, "refused")
    with pytest.raises(NoConsentError):
        read_grant(paths, SystemClock())


def test_nobody_with_axe_finds_anything(browser: Chromium, server: PageServer, axe: str) -> None:
    for theme in ("light", "dark"):
        browser.theme(theme)
        for page in PAGES:
            browser.go(f"{server.doors.origin}/{page}")
            assert violations(browser, axe) == [], f"/{page} in {theme}"


def test_pages_are_small_and_without_anything_from_elsewhere(
    browser: Chromium, server: PageServer
) -> None:
    browser.events.clear()
    browser.go(f"{server.doors.origin}/recorded")
    done = [e["params"] for e in browser.events if e["method"] == "Network.loadingFinished"]
    assert 0 < sum(one["encodedDataLength"] for one in done) < 200_000
    asked_for = [
        e["params"]["request"]["url"] for e in browser.events
        if e["method"] == "Network.requestWillBeSent"
    ]  # fmt: skip
    assert asked_for
    assert all(url.startswith(server.doors.origin) for url in asked_for), asked_for
    assert browser.js("document.scripts.length") == 0


@pytest.fixture
def reviewed(paths: Paths) -> Iterator[PageServer]:
    """Pages with an hour of episodes in four, and the review key that opens them."""
    studio, clock = Studio(private_dir(paths.episodes)), SystemClock()
    for number in range(4):
        studio.clock.pass_(1000)
        start, screen = studio.clock.now, Screen(number)
        writer = studio.writer()
        for second in range(0, 900, 3):
            t = Nanos(start + second * SECOND)
            writer.add(replace(screen.frame(0, full=True), t=t, done=t))
            writer.add(Focus(t, "editor", f"<script>alert({second})</script>\u202e" + "x" * 100))
            writer.add(replace(key(0), t=t))
            writer.add(replace(key(0, press=False), t=Nanos(t + 1)))
            writer.seal()
        writer.close("test")
    site = Site(paths, clock)
    review = Review(paths, clock, lambda: studio.identity)
    site._pages["review"], site._forms["review"] = review.get, review.post
    with PageServer(clock, site.get, site.post) as made:
        yield made
    site.close()


def test_review_keep_release_and_delete(
    reviewed: PageServer, tmp_path: Path, paths: Paths, axe: str
) -> None:
    with Chromium(tmp_path / "chromium") as browser:
        enter(browser, reviewed, paths)
        began = time.monotonic()
        browser.go(f"{reviewed.doors.origin}/review")
        listed = time.monotonic() - began
        keep(browser, "review-list")
        assert violations(browser, axe) == []
        newest = browser.js("document.querySelector('td.at a').innerText")
        began = time.monotonic()
        browser.click(newest)
        opened = time.monotonic() - began
        keep(browser, "review-episode")
        assert violations(browser, axe) == []
        assert "\u202e" not in browser.text()
        wait_for(lambda: browser.js("document.querySelector('img').naturalWidth") or None, "it")
        print(f"\nlist {listed:.2f} s, episode {opened:.2f} s with the driver's own waiting")
        browser.click("Keep it here")
        assert "kept" in browser.text() or "Let it go on by itself" in browser.text()
        browser.click("Release it now")
        assert "may leave" in browser.text()
        name = browser.js("location.pathname").rpartition("/")[2]
        browser.click("Delete all of it")
        assert not (paths.episodes / name).exists()
        keep(browser, "review-after")


class _Elsewhere(BaseHTTPRequestHandler):
    page = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(self.page)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def elsewhere() -> Iterator[HTTPServer]:
    """A page of somebody else on this machine, whose cookies the browser shares with ours."""
    with HTTPServer(("127.0.0.1", 0), _Elsewhere) as made:
        thread = threading.Thread(target=made.serve_forever, args=(0.05,))
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def test_other_pages_can_do_nothing(
    browser: Chromium, server: PageServer, elsewhere: HTTPServer, paths: Paths
) -> None:
    """Frames, forms, pictures and requests from another origin, with the person's own cookie."""
    ours, theirs = server.doors.origin, f"http://127.0.0.1:{elsewhere.server_address[1]}"
    calls: list[str] = []
    answer = server.post
    server.post = lambda wanted: calls.append("/".join(wanted.parts)) or answer(wanted)
    _Elsewhere.page = (
        f'<iframe id="f" src="{ours}/"></iframe><img id="i" src="{ours}/style.css">'
        f'<form id="g" method="post" action="{ours}/withdraw" target="n">'
        f'<input name="form" value="{server.doors.form}"></form><iframe name="n"></iframe>'
    ).encode()
    browser.go(theirs)
    browser.js("document.getElementById('g').submit(); 0")
    fetched = browser.js(
        f"fetch('{ours}/', {{credentials: 'include'}}).then(r => r.text()).catch(e => 'refused')"
    )
    posted = browser.js(
        f"fetch('{ours}/withdraw', {{method: 'POST', mode: 'no-cors', credentials: 'include',"
        f" body: new URLSearchParams({{form: '{server.doors.form}'}})}}).then(r => r.type)"
        ".catch(e => 'refused')"
    )
    browser.settle()
    assert fetched == "refused"
    assert posted in {"opaque", "refused"}
    frame = browser.js(
        "(() => { try { return document.getElementById('f').contentDocument?.body?.innerText"
        " ?? 'closed' } catch (e) { return 'closed' } })()"
    )
    assert "recorded" not in frame
    assert calls == []
    assert not (paths.data / "consent" / "receipts").exists()


def test_a_rebound_name_shows_nothing(tmp_path: Path, server: PageServer) -> None:
    port = server.doors.port
    key = server.enter.partition("?")[2]
    rules = f"--host-resolver-rules=MAP rebound.example 127.0.0.1:{port}"
    with Chromium(tmp_path / "chromium", options=(rules,)) as browser:
        for path in ("/", f"/enter?{key}", "/review"):
            browser.go(f"http://rebound.example:{port}{path}")
            assert "Not done" in browser.text()
    assert key in server.enter, "and the key is not spent"


def test_the_process_of_the_pages_comes_and_goes(tmp_path: Path, paths: Paths) -> None:
    with subprocess.Popen([sys.executable, "-m", "nodreel.page"]) as process:
        wait_for(door(paths).exists, "the door")
        with Chromium(tmp_path / "chromium") as browser:
            browser.go(door(paths).as_uri())
            wait_for(lambda: "Is anything recorded?" in browser.text(), "the first page")
        process.terminate()
        assert process.wait(20) == 0
    assert not door(paths).exists()
