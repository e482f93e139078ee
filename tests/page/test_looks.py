"""How pages look to people who see, read and move differently, in a real browser; see journeys."""

from __future__ import annotations

import http.client
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nodreel.clock import SystemClock
from nodreel.consent.grant import read_grant
from nodreel.consent.terms import PHRASE
from nodreel.errors import NoConsentError
from nodreel.events import SECOND, Focus, Nanos
from nodreel.host import private_dir
from nodreel.language.choice import FOLDER
from nodreel.page.review import Review
from nodreel.page.server import PageServer
from nodreel.page.site import Site
from nodreel.policy import load_policy
from tests.bed.cdp import Chromium
from tests.consent.yes import agree
from tests.episode.studio import Studio, key
from tests.page.conftest import POLICY
from tests.page.test_journeys import PAGES, axe, browser, enter, keep, reviewed, violations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nodreel.paths import Paths

__all__ = ["axe", "browser", "reviewed"]

pytestmark = pytest.mark.browser
ARABIC = Path(__file__).parents[1] / "language" / "ar.toml"
STEPS = ("consent", "consent/what", "consent/rights", "consent/decide")
NAMES = {
    "de": "Deutsch", "es": "Español", "fr": "Français", "ja": "日本語", "zh": "中文",
    "ar": "العربية",
}  # fmt: skip
BEYOND = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def arabic(paths: Paths, monkeypatch: pytest.MonkeyPatch) -> Iterator[PageServer]:
    """Pages of a machine whose organisation added Arabic."""
    monkeypatch.setenv("DISPLAY", ":77")  # nobody connects; that there is one is all they look at
    file = private_dir(paths.config / FOLDER) / "ar.toml"
    file.write_bytes(ARABIC.read_bytes())
    file.chmod(0o600)
    site = Site(paths, SystemClock())
    with PageServer(SystemClock(), site.get, site.post) as made:
        yield made
    site.close()


def test_each_language_and_the_one_from_right_to_left(
    arabic: PageServer, tmp_path: Path, paths: Paths, axe: str
) -> None:
    with Chromium(tmp_path / "chromium") as browser:
        enter(browser, arabic, paths)
        for code in NAMES:  # noqa: PLC0206  the name of one is clicked
            browser.js("document.querySelector('details.languages').open = true; 0")
            browser.click(NAMES[code])
            assert browser.js("document.documentElement.lang") == code
            for step in STEPS:
                browser.go(f"{arabic.doors.origin}/{step}")
                assert browser.js(BEYOND) <= 0, f"{step} in {code} is wider than its window"
                keep(browser, f"language-{code}-{step.rpartition('/')[2]}", ("light",))
            assert violations(browser, axe) == []
        assert browser.js("getComputedStyle(document.body).direction") == "rtl"
        left, right, legend = browser.js(
            "(() => { const of = s => document.querySelector(s).getBoundingClientRect();"
            " return [of('main').left, innerWidth - of('main').right, innerWidth"
            " - of('legend').right]; })()"
        )
        assert 0 < left == pytest.approx(right, abs=20), "in the middle of the window"
        assert legend < left + right, "and begun on its right"


def test_twice_as_large_everything_fits_the_window(
    reviewed: PageServer, tmp_path: Path, paths: Paths, axe: str
) -> None:
    with Chromium(tmp_path / "chromium") as browser:
        enter(browser, reviewed, paths)
        browser.enlarge(2)
        for page in PAGES:
            browser.go(f"{reviewed.doors.origin}/{page}")
            if page != "review":  # a table of five columns may be moved sideways
                assert browser.js(BEYOND) <= 0, f"/{page} is wider than its window"
            assert violations(browser, axe) == [], page
            keep(browser, f"large-{page.replace('/', '-') or 'first'}", ("light",))


def test_with_the_desktops_own_colours_and_without_motion(
    browser: Chromium, server: PageServer, axe: str
) -> None:
    place = server.doors.origin
    browser.prefer(("forced-colors", "active"), ("prefers-reduced-motion", "reduce"))
    for page in PAGES:
        browser.go(f"{place}/{page}")
        assert browser.js("matchMedia('(forced-colors: active)').matches")
        assert browser.js("document.getAnimations().length") == 0
        assert violations(browser, axe) == [], page
        keep(browser, f"contrast-{page.replace('/', '-') or 'first'}", ())
    browser.go(f"{place}/consent/decide")
    buttons = browser.js(
        "[...document.querySelectorAll('main button')].map(b => { const s = getComputedStyle(b),"
        " r = b.getBoundingClientRect(); return [r.height, s.fontSize, s.fontWeight, s.color,"
        " s.borderTopWidth, s.borderTopStyle].join() })"
    )
    assert len(buttons) == 3
    assert len(set(buttons)) == 1, "no is as large and as plain as yes"
    assert "solid" in buttons[0]


def test_a_keyboard_is_enough_to_say_no(
    browser: Chromium, server: PageServer, paths: Paths
) -> None:
    browser.go(f"{server.doors.origin}/consent/decide")
    for _ in range(40):
        for kind in ("keyDown", "keyUp"):
            browser.call("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab",
                         windowsVirtualKeyCode=9)  # fmt: skip
        if browser.js("document.activeElement.value") == "refuse":
            break
    outline = browser.js("getComputedStyle(document.activeElement).outlineStyle")
    assert browser.js("document.activeElement.innerText") == "No"
    assert outline == "solid"
    browser.js("window.isOld = true; 0")
    browser.call("Input.dispatchKeyEvent", type="keyDown", key="Enter", code="Enter",
                 windowsVirtualKeyCode=13, text="\r")  # fmt: skip
    browser.settle()
    assert "You said no" in browser.text()
    with pytest.raises(NoConsentError):
        read_grant(paths, SystemClock())


def test_a_wider_policy_is_asked_about_on_one_page(
    browser: Chromium, server: PageServer, paths: Paths
) -> None:
    agree(paths, SystemClock(), load_policy(paths).policy)
    paths.policy.write_text(POLICY.replace('"screen"]', '"screen", "titles"]'))
    browser.go(f"{server.doors.origin}/consent")
    keep(browser, "wider")
    shown = browser.js("document.querySelector('main').innerText")
    assert "kinds of data: new is titles" in shown
    assert "Passwords" not in shown, "all the terms are at hand, and closed"
    browser.js("document.querySelector('main details').open = true; 0")
    assert "Passwords" in browser.js("document.querySelector('main').innerText")
    for kind in ("pointer", "titles"):
        browser.tick(kind, "yes")
    browser.type_into("#phrase", PHRASE)
    browser.click("I agree")
    assert "You agreed" in browser.text()
    assert sorted(read_grant(paths, SystemClock()).kinds) == ["pointer", "titles"]


def test_withdrawing_takes_one_click_and_deciding_the_rest_another(
    browser: Chromium, server: PageServer, paths: Paths
) -> None:
    agree(paths, SystemClock(), load_policy(paths).policy)
    studio = Studio(private_dir(paths.episodes))
    episode = studio.record([key(0), key(1, press=False)])
    browser.go(server.doors.origin)
    keep(browser, "agreed")
    browser.click("Withdraw my consent")
    assert not paths.grant.exists()
    keep(browser, "withdrawn")
    browser.click("Delete it now")
    assert not episode.exists()


def test_a_title_of_a_megabyte_is_words_and_few_of_them(tmp_path: Path, paths: Paths) -> None:
    studio = Studio(private_dir(paths.episodes))
    writer, start = studio.writer(), studio.clock.now
    evil = "<script>document.title='x'</script>\u202e\u2066\x1b]0;x\x07" + "A" * (1 << 20)
    writer.add(Focus(start, "editor", evil, "wiki", f"https://wiki.example.org/{evil}"))
    for press in (True, False):
        writer.add(replace(key(0, press=press), t=Nanos(start + (2 - press) * SECOND)))
    writer.close("test")
    writer.leave()
    name = next(paths.episodes.iterdir()).name
    site = Site(paths, SystemClock())
    review = Review(paths, SystemClock(), lambda: studio.identity)
    site._pages["review"] = review.get
    with (
        PageServer(SystemClock(), site.get, site.post) as server,
        Chromium(tmp_path / "chromium") as browser,
    ):
        enter(browser, server, paths)
        for path in (f"review/{name}", "review?app=edit", "review?site=script"):
            browser.events.clear()
            browser.go(f"{server.doors.origin}/{path}")
            assert browser.js("document.scripts.length") == 0
            assert not browser.js("document.title").startswith("x")
            assert not set("\u202e\u2066\x1b\x07") & set(browser.js("document.body.innerHTML"))
            done = [e["params"] for e in browser.events if e["method"] == "Network.loadingFinished"]
            assert 0 < sum(one["encodedDataLength"] for one in done) < 200_000
            assert browser.js(BEYOND) <= 0
        keep(browser, "hostile")


def test_old_and_missing_tokens_do_nothing(
    browser: Chromium, server: PageServer, paths: Paths
) -> None:
    """A form that was open since an earlier run of the pages, and one without its token."""
    agree(paths, SystemClock(), load_policy(paths).policy)
    for change in ("value = 'x'.repeat(43)", "remove()"):
        browser.go(server.doors.origin)
        browser.js(f"document.querySelectorAll('input[name=form]').forEach(i => i.{change}); 0")
        browser.click("Withdraw my consent")
        assert "The form is of an earlier time" in browser.text()
        assert paths.grant.exists()
    asked = http.client.HTTPConnection("127.0.0.1", server.doors.port, timeout=20)
    asked.request("GET", "/", headers={"Cookie": f"{server.doors.cookie}=old"})
    assert asked.getresponse().status == 403
    asked.close()


def test_an_hour_of_episodes_is_there_within_a_second(
    reviewed: PageServer, tmp_path: Path, paths: Paths
) -> None:
    """What the browser itself measured, to interactive, and what went over the wire."""
    told = []
    with Chromium(tmp_path / "chromium") as browser:
        enter(browser, reviewed, paths)
        browser.go(f"{reviewed.doors.origin}/review")
        newest = browser.js("document.querySelector('td.at a').pathname")
        for path in ("/", "/review", newest, "/review?app=editor"):
            browser.events.clear()
            browser.go(f"{reviewed.doors.origin}{path}")
            ms = browser.js("performance.getEntriesByType('navigation')[0].domInteractive")
            done = [e["params"] for e in browser.events if e["method"] == "Network.loadingFinished"]
            count = sum(one["encodedDataLength"] for one in done)
            shown = "an episode" if path == newest else path
            told.append(f"{shown}: {count / 1000:.0f} kB, interactive after {ms:.0f} ms")
            assert 0 < count < 200_000, told
    print("\n" + "\n".join(told))
