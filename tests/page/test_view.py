from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from nodreel.clock import SystemClock
from nodreel.page.door import write_page
from nodreel.page.reply import Wanted
from nodreel.page.server import PageServer
from nodreel.page.view import MOST, View
from tests.bed.cdp import Chromium
from tests.bed.waiting import wait_for
from tests.export.material import NOTE, TEXT, material
from tests.page.test_journeys import axe, keep, violations

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.episode import Picture
    from nodreel.events import Nanos
    from tests.export.material import Recording

__all__ = ["axe"]

ROUNDS = 3
HOUR = 181  # rounds of twenty seconds


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return material(tmp_path_factory.mktemp("view"), ROUNDS)


@pytest.fixture
def view(recording: Recording) -> View:
    return View(recording.studio.read(), "an <episode>")


def told(view: View, *parts: str, **fields: str) -> Any:
    reply = view.get(Wanted(parts, fields))
    assert (reply.status, reply.kind) == (200, "application/json")
    return json.loads(reply.body)


def test_the_index_tells_times_actions_gaps_and_words(view: View, recording: Recording) -> None:
    index = told(view, "index.json")
    assert index["length"] == recording.studio.read().length // 1_000_000
    assert index["frames"] == [p.done // 1_000_000 for p in recording.studio.read().frames()]
    kinds = [kind for *_, kind, _ in index["actions"]]
    assert {kinds.count(k) for k in ("drag", "right click")} == {ROUNDS}
    assert any(TEXT in said for *_, said in index["actions"])
    assert [why for *_, why in index["gaps"]].count("deleted") == ROUNDS
    assert "withheld: secret field" in [why for *_, why in index["gaps"]]
    assert any(NOTE in said for _, said in index["words"])


def test_what_is_around_a_moment_is_bounded(view: View) -> None:
    around = told(view, "around.json", t="330")
    assert [x for _, x, _ in around["path"]][:3] == [10, 20, 30]
    assert [[x, y, number, press] for _, x, y, number, press in around["clicks"]] == [
        [100, 50, 1, True], [100, 50, 1, False],
    ]  # fmt: skip
    keys = [name for _, name in told(view, "around.json", t="7000")["keys"]]
    assert keys[-3:] == ["character", "ctrl", "s"]
    assert MOST <= 2000
    assert told(view, "around.json", t="99999999") == {"path": [], "clicks": [], "keys": []}


def test_a_crowd_of_events_is_cut(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodreel.page.view.MOST", 5)
    assert sum(map(len, told(view, "around.json", t="330").values())) <= 5 + 2


def test_scripts_run_only_in_the_viewer(view: View) -> None:
    policies = []
    for scripts in (False, True):
        server = PageServer(SystemClock(), view.get, view.post, scripts=scripts)
        policies.append(server.headers["Content-Security-Policy"])
        server.server_close()
    assert "script-src" not in policies[0]
    assert policies[0].startswith("default-src 'none'")
    assert policies[1] == policies[0] + "; script-src 'self'; connect-src 'self'"


def test_a_picture_is_opened_when_it_is_asked_for(view: View) -> None:
    reply = view.get(Wanted(("frame",), {"n": "1"}))
    assert reply.kind == "image/png"
    assert reply.body.startswith(b"\x89PNG")
    assert view.get(Wanted(("frame",), {"n": "9999"})).status == 404
    assert view.get(Wanted(("nothing",))).status == 404
    assert view.post(Wanted(())).status == 404


def test_text_stays_text(view: View) -> None:
    page = view.get(Wanted(())).body
    assert b"an &lt;episode&gt;" in page
    assert b"<script src" in page
    assert page.count(b"<script") == 1
    script = view.get(Wanted(("view.js",))).body
    assert b"innerHTML" not in script
    assert b"insertAdjacent" not in script


def test_frame_times_are_those_of_the_pictures(recording: Recording) -> None:
    episode = recording.studio.read()
    assert episode.frame_times() == [p.done for p in episode.frames()]


@pytest.mark.browser
def test_an_episode_is_looked_at_in_a_browser(recording: Recording, tmp_path: Path) -> None:
    view = View(recording.studio.read(), "an <episode>")
    with (
        PageServer(SystemClock(), view.get, view.post, scripts=True) as server,
        Chromium(tmp_path / "chromium") as browser,
    ):
        write_page(tmp_path / "view.html", server.enter)
        browser.go((tmp_path / "view.html").as_uri())
        wait_for(lambda: browser.js("document.querySelectorAll('#deeds li').length") > 5, "actions")

        def now() -> str:
            return str(browser.js("document.getElementById('now').textContent"))

        def press(name: str, shift: str = "false") -> None:
            browser.js(
                f"dispatchEvent(new KeyboardEvent('keydown', {{key: {name!r}, shiftKey: {shift}}}))"
            )

        def shot() -> str:
            return str(browser.js("document.getElementById('shot').getAttribute('src')"))

        press("Home")
        assert now().startswith("0:00.0 of ")
        press("n")
        first = now()
        assert not first.startswith("0:00.0 of ")
        press("ArrowRight", "true")
        assert now() != first
        press("p")
        press("p")
        press(".")
        wait_for(lambda: browser.js("document.getElementById('shot').naturalWidth") > 0, "picture")
        seen = shot()
        press("End")
        wait_for(lambda: shot() != seen, "another picture")
        browser.js(
            "document.getElementById('find').value = 'drag';"
            "document.getElementById('find').dispatchEvent(new Event('input'))"
        )
        assert browser.js("document.getElementById('count').textContent") == f"{ROUNDS} found"
        browser.js("document.querySelector('#deeds button').click()")
        wait_for(
            lambda: browser.js("document.querySelectorAll('#stage svg circle').length") > 0, "way"
        )
        assert browser.js("document.getElementById('at').value") != "0"
        keep(browser, "view")


@pytest.mark.browser
def test_an_hour_is_looked_at_by_keyboard_and_by_anybody(tmp_path: Path, axe: str) -> None:
    episode = material(tmp_path, HOUR).studio.read()
    opened: list[int] = []
    real = episode.frame_at

    def counted(t: Nanos) -> Picture | None:
        opened.append(t)
        return real(t)

    episode.frame_at = counted  # type: ignore[method-assign]
    view = View(episode, "an hour")
    assert opened == []
    with (
        PageServer(SystemClock(), view.get, view.post, scripts=True) as server,
        Chromium(tmp_path / "chromium") as browser,
    ):
        write_page(tmp_path / "view.html", server.enter)
        browser.go((tmp_path / "view.html").as_uri())
        wait_for(lambda: browser.js("document.querySelectorAll('#deeds li').length") > 5, "actions")
        assert "of 1:00:" in browser.js("document.getElementById('now').textContent")
        seen = set()
        for name in ("End", *["p"] * 6, "Home", *["n"] * 6):
            browser.js(f"dispatchEvent(new KeyboardEvent('keydown', {{key: {name!r}}}))")
            wait_for(lambda: browser.js("document.getElementById('shot').complete"), "the picture")
            seen.add(browser.js("document.getElementById('now').textContent"))
        assert len(seen) > 7
        assert 0 < len(opened) <= 3 * 14  # where somebody looked, and what lies beside it
        browser.js(
            "document.getElementById('find').value = 'right click';"
            "document.getElementById('find').dispatchEvent(new Event('input'))"
        )
        assert browser.js("document.getElementById('count').textContent") == f"{HOUR} found"
        keep(browser, "view-hour")
        for theme in ("light", "dark"):
            browser.theme(theme)
            assert violations(browser, axe) == []
