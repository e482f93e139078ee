"""What an extension says becomes a page of the process that the kernel names, or of nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from nodreel.agent.web import LONGEST_SINCE, Browsers
from nodreel.clock import WallNanos
from nodreel.events import MILLISECOND, SECOND, Cause, Element, Nanos, Rect
from nodreel.gate.pages import ELSEWHERE, PRIVATE, Told, judge_page
from nodreel.host.parent import Born
from nodreel.ipc.web import WebGone, WebHello, WebReport
from nodreel.policy import DesignatedSite
from nodreel.scene import Address, Page, Sensed, Verdict, Window

HOST, OTHER_HOST = 70, 71
BROWSER = Born(500, 12345)
WALL = WallNanos(1_795_000_000_000 * MILLISECOND)
MASKED = tuple(f".class-{n}-of-a-long-name" for n in range(64))
WIKI = DesignatedSite(id="wiki", name="Wiki", host="wiki.example.org", masked=(".salary",))
PAGE: dict[str, Any] = {
    "front": True,
    "address": {"scheme": "https", "host": "wiki.example.org", "port": 443, "path": "/a/b"},
    "complete": True,
    "private": False,
    "title": "A page",
    "focused": True,
    "viewport": (10, 100, 800, 600),
    "exact": True,
    "masks": ((20, 120, 200, 30),),
    "verdict": "clear",
    "blind": False,
}


class Turned:
    def __init__(self) -> None:
        self.now = Nanos(100 * SECOND)

    def mono(self) -> Nanos:
        return self.now

    def wall(self) -> WallNanos:
        return WallNanos(WALL + self.now - 100 * SECOND)


@dataclass
class Rig:
    """Browsers with hands on its clock, its processes and its permission."""

    clock: Turned = field(default_factory=Turned)
    sites: tuple[DesignatedSite, ...] | None = (WIKI,)
    parents: dict[int, Born] = field(
        default_factory=lambda: {HOST: BROWSER, OTHER_HOST: BROWSER, 72: Born(900, 1)}
    )
    heard: list[Sensed] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.browsers = Browsers(
            self.clock, lambda: self.sites, self.heard.append, self.parents.get
        )

    @property
    def millis(self) -> int:
        return self.clock.wall() // MILLISECOND

    def report(self, pid: int = HOST, since: int = 0, sent: int = 0, **more: Any) -> Page:
        """Report now (``since`` and ``sent``: milliseconds ago) and return the page it became."""
        self.heard.clear()
        said = {"seq": 1, "sent_ms": self.millis - sent, "since_ms": self.millis - since} | more
        self.browsers(WebReport.model_validate(said), pid)
        pages = [sensed for sensed in self.heard if isinstance(sensed, Page)]
        assert len(pages) == 1
        return pages[0]

    def pass_(self, millis: int) -> None:
        self.clock.now = Nanos(self.clock.now + millis * MILLISECOND)


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_a_report_becomes_the_page_of_the_hosts_parent(rig: Rig) -> None:
    assert rig.report(since=300, **PAGE) == Page(
        t=rig.clock.now,
        since=Nanos(rig.clock.now - 300 * MILLISECOND),
        pid=500,
        start=12345,
        address=Address("https", "wiki.example.org", 443, "/a/b"),
        complete=True,
        private=False,
        title="A page",
        focused=True,
        viewport=Rect(10, 100, 800, 600),
        masks=(Rect(20, 120, 200, 30),),
        verdict=Verdict.CLEAR,
    )


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"address": None}, "address"),
        ({"front": False}, "address"),
        ({"exact": False}, "viewport"),
        ({"viewport": None}, "viewport"),
    ],
)
def test_what_is_not_sure_is_not_there(rig: Rig, change: dict[str, Any], what: str) -> None:
    assert getattr(rig.report(**PAGE | change), what) is None


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"address": None}, ELSEWHERE),
        ({"front": False}, ELSEWHERE),
        ({"front": False, "private": True}, ELSEWHERE),
        ({"address": None, "private": True}, PRIVATE),
        ({"private": True}, PRIVATE),
    ],
)
def test_only_a_private_window_is_called_one(rig: Rig, change: dict[str, Any], why: str) -> None:
    told = Told(rig.report(**PAGE | change), 7, Rect(0, 0, 900, 800))
    window = Window(7, told.inner, told.inner, None)
    assert judge_page(told, window, Nanos(0), [WIKI], rig.clock.now).why == why


@pytest.mark.parametrize(
    ("verdict", "blind", "found"),
    [("clear", True, "unknown"), ("secret", True, "secret"), ("clear", False, "clear"),
     ("unknown", False, "unknown")],
)  # fmt: skip
def test_a_blind_page_clears_nothing(rig: Rig, verdict: str, blind: bool, found: str) -> None:
    assert rig.report(**PAGE | {"verdict": verdict, "blind": blind}).verdict == found


@pytest.mark.parametrize(("since", "believed"), [(4000, 4000), (60_000, 5000), (-60_000, 0)])
def test_a_state_is_never_older_than_the_ring_nor_newer_than_now(
    rig: Rig, since: int, believed: int
) -> None:
    page = rig.report(since=since, **PAGE)
    assert page.since == rig.clock.now - believed * MILLISECOND


@pytest.mark.parametrize("sent", [2100, -1100], ids=["late", "from the future"])
def test_a_report_that_was_not_sent_now_closes_all_that_waits(rig: Rig, sent: int) -> None:
    page = rig.report(sent=sent, **PAGE)
    assert (page.address, page.since) == (None, rig.clock.now - LONGEST_SINCE)


def test_a_host_whose_browser_is_gone_speaks_for_nobody(rig: Rig) -> None:
    del rig.parents[HOST]
    said = WebReport(seq=1, sent_ms=rig.millis, since_ms=rig.millis, **PAGE)
    assert rig.browsers(said, HOST).allowed
    assert rig.heard == []


def test_without_permission_nothing_is_told_and_nothing_taken(rig: Rig) -> None:
    rig.sites = None
    for said in (WebHello(), WebGone(), WebReport(seq=1, sent_ms=0, since_ms=0, **PAGE)):
        answer = rig.browsers(said, HOST)
        assert (answer.allowed, answer.sites, answer.total, answer.terms) == (False, (), 0, "")
    assert rig.heard == []


def test_the_end_of_an_extension_closes_its_browser(rig: Rig) -> None:
    rig.report(**PAGE)
    rig.heard.clear()
    rig.browsers(WebGone(), HOST)
    page = rig.heard[0]
    assert isinstance(page, Page)
    assert (page.pid, page.start, page.address) == (500, 12345, None)
    rig.heard.clear()
    rig.browsers(WebGone(), HOST)
    assert rig.heard == []


# -- several profiles of one browser


def test_a_profile_in_the_background_does_not_close_the_one_in_front(rig: Rig) -> None:
    rig.report(**PAGE)
    rig.heard.clear()
    said = WebReport(seq=1, sent_ms=rig.millis, since_ms=rig.millis, front=False)
    rig.browsers(said, OTHER_HOST)
    assert rig.heard == []


def test_two_profiles_that_both_claim_the_front_are_both_closed(rig: Rig) -> None:
    assert rig.report(**PAGE).address is not None
    assert rig.report(pid=OTHER_HOST, **PAGE).address is None


def test_when_the_other_steps_back_the_page_is_open_again(rig: Rig) -> None:
    rig.report(pid=OTHER_HOST, front=True, private=False)
    assert rig.report(**PAGE).address is None
    rig.pass_(10)
    page = rig.report(pid=OTHER_HOST, front=False)
    assert page.address is not None
    assert page.t == rig.clock.now


def test_a_killed_host_does_not_stand_in_the_way_of_the_next(rig: Rig) -> None:
    rig.report(**PAGE)
    del rig.parents[HOST]
    assert rig.report(pid=OTHER_HOST, **PAGE).address is not None


def test_a_silent_profile_has_no_say_after_five_seconds(rig: Rig) -> None:
    rig.report(**PAGE)
    rig.pass_(5100)
    assert rig.report(pid=OTHER_HOST, **PAGE).address is not None


def test_browsers_do_not_speak_for_each_other(rig: Rig) -> None:
    rig.report(**PAGE)
    page = rig.report(pid=72, **PAGE)
    assert (page.pid, page.address is not None) == (900, True)


# -- elements


ELEMENT = {"cause": "click", "role": "button", "name": "Save", "rect": (30, 130, 80, 20),
           "states": ("pressed",), "path": ("File",)}  # fmt: skip


def test_an_element_has_the_time_of_its_click(rig: Rig) -> None:
    rig.report(**PAGE, element=ELEMENT | {"at_ms": rig.millis - 40})
    assert rig.heard[1:] == [
        Element(
            t=Nanos(rig.clock.now - 40 * MILLISECOND),
            cause=Cause.CLICK,
            role="button",
            name="Save",
            rect=Rect(30, 130, 80, 20),
            states=("pressed",),
            path=("File",),
        )
    ]


@pytest.mark.parametrize("change", [{"address": None}, {"front": False}, {"sent": 2500}])
def test_no_element_of_a_page_that_is_closed(rig: Rig, change: dict[str, Any]) -> None:
    rig.report(**PAGE | change, element=ELEMENT | {"at_ms": rig.millis})
    assert len(rig.heard) == 1


# -- what an extension is told


def test_a_hello_is_answered_with_the_sites(rig: Rig) -> None:
    answer = rig.browsers(WebHello(), HOST)
    assert answer.allowed
    assert answer.total == 1
    assert [(s.scheme, s.host, s.port, s.path, s.masked) for s in answer.sites] == [
        ("https", "wiki.example.org", None, "/", (".salary",))
    ]


def test_the_terms_change_with_the_sites(rig: Rig) -> None:
    first = rig.browsers(WebHello(), HOST).terms
    assert rig.browsers(WebHello(), HOST).terms == first
    assert rig.browsers(WebGone(), HOST).terms == first
    rig.sites = (DesignatedSite(id="wiki", name="Wiki", host="wiki.example.org"),)
    assert rig.browsers(WebGone(), HOST).terms != first


def test_many_sites_are_told_piece_by_piece_each_within_a_line(rig: Rig) -> None:
    rig.sites = tuple(
        DesignatedSite(id=f"s{n}", name="S", host=f"h{n}.example.org", masked=MASKED)
        for n in range(100)
    )
    told: list[str] = []
    while len(told) < 100:
        answer = rig.browsers(WebHello(skip=len(told)), HOST)
        assert answer.sites
        assert answer.total == 100
        assert len(answer.model_dump_json()) < 60_000
        told += [site.host for site in answer.sites]
    assert told == [f"h{n}.example.org" for n in range(100)]
