"""A range is cut out of an episode in a real browser; what was in it is nowhere any more."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from nodreel import open_episode
from nodreel.clock import SystemClock
from nodreel.consent.grant import read_grant
from nodreel.events import SECOND, Gap, Nanos
from nodreel.host import private_dir
from nodreel.page.review import Review
from nodreel.page.server import PageServer
from nodreel.page.site import Site
from nodreel.policy import load_policy
from tests.bed.cdp import Chromium
from tests.bed.waiting import wait_for
from tests.consent.yes import agree
from tests.episode.studio import Screen, Studio, key
from tests.page.test_journeys import axe, enter, keep, left_of, violations

if TYPE_CHECKING:
    from pathlib import Path

    from nodreel.consent import Grant
    from nodreel.paths import Paths

__all__ = ["axe"]

pytestmark = pytest.mark.browser
LENGTH, STEP, FIRST, LAST = 60, 3, 20, 40  # seconds: of all, of a segment, and what is cut


class Granted(Studio):
    """Signs as an agent does: with the key of the yes."""

    grant: Grant

    @property
    def public_key(self) -> bytes:
        return self.grant.public_key


def record(studio: Studio) -> Path:
    """Write a minute in which each segment holds a picture and a key."""
    writer, start, screen = studio.writer(), studio.clock.now, Screen()
    for second in range(0, LENGTH, STEP):
        t = Nanos(start + second * SECOND)
        writer.add(replace(screen.frame(0, full=True), t=t, done=t))
        for press in (True, False):
            writer.add(replace(key(0, press=press), t=Nanos(t + SECOND * (1 + (not press)) // 2)))
        writer.seal()
    writer.close("test")
    writer.leave()
    return studio.only()


def sealed(episode: Path, first: float, last: float) -> list[bytes]:
    """Return the segments that lie between two seconds, as their signed headers say."""
    there = [file.read_bytes() for file in sorted(episode.glob("*.seg"))]
    spans = [json.loads(data.partition(b"\n")[0]) for data in there]
    return [
        data for data, span in zip(there, spans, strict=True)
        if first * SECOND <= span["first"] and span["last"] <= last * SECOND
    ]  # fmt: skip


def test_a_range_is_cut_out_and_the_rest_stays(tmp_path: Path, paths: Paths, axe: str) -> None:
    clock = SystemClock()
    agree(paths, clock, load_policy(paths).policy)
    studio = Granted(private_dir(paths.episodes), file_size=1)
    studio.grant = read_grant(paths, clock)
    object.__setattr__(studio, "signing", studio.grant)
    episode = record(studio)
    inside, outside = sealed(episode, FIRST, LAST), sealed(episode, LAST + STEP, LENGTH)
    assert len(inside) == (LAST - FIRST) // STEP + 1
    assert outside
    site, review = Site(paths, clock), Review(paths, clock, lambda: studio.identity)
    site._pages["review"], site._forms["review"] = review.get, review.post
    with (
        PageServer(clock, site.get, site.post) as server,
        Chromium(tmp_path / "chromium") as browser,
    ):
        enter(browser, server, paths)
        browser.go(f"{server.doors.origin}/review/{episode.name}?from={FIRST}")
        keep(browser, "review-before-cut")
        for name, value in (("first", FIRST), ("last", LAST)):
            browser.js(f"document.getElementById('{name}').value = ''; 0")
            browser.type_into(f"#{name}", str(value))
        browser.click("Cut this out")
        keep(browser, "review-cut")
        gaps = re.findall(r"nothing until 0:00:(\d\d)", browser.text())
        assert len(gaps) == (LAST - FIRST) // STEP + 1, "one for each segment"
        assert LAST - STEP < int(gaps[-1]) <= LAST + STEP
        assert violations(browser, axe) == []
        browser.go(f"{server.doors.origin}/review/{episode.name}?from={LAST + STEP}")
        wait_for(lambda: browser.js("document.querySelector('img').naturalWidth") or None, "it")
    site.close()
    assert left_of(inside, paths) == []
    assert left_of(outside, paths) != []
    left = list(open_episode(episode, studio.identity))
    assert open_episode(episode, studio.identity).damage == []
    assert [one for one in left if FIRST * SECOND <= one.t <= LAST * SECOND] == [
        one for one in left if isinstance(one, Gap)
    ]
    seconds = {one.t // SECOND for one in left}
    assert {0, FIRST - STEP + 1, LAST + STEP, LENGTH - STEP} <= seconds
