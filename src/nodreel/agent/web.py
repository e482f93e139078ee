"""What browsers' extensions say, made into pages: who speaks is the kernel's word, never theirs.

A native host is started by its browser, so the browser is the parent of the process that called.
Nothing is asked for, and nothing taken, while recording is not permitted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, assert_never

from nodreel.events import MILLISECOND, SECOND, Cause, Element, Nanos, Rect
from nodreel.host.parent import Born, parent_of
from nodreel.ipc.web import Web, WebGone, WebHello, WebReport, WebSite
from nodreel.scene import Address, Page, Verdict

if TYPE_CHECKING:
    from nodreel.clock import Clock
    from nodreel.ipc.web import Box, WebElement
    from nodreel.policy import DesignatedSite
    from nodreel.scene import Sensed

Sites = Callable[[], "Sequence[DesignatedSite] | None"]
"""The sites of the policy in force; None while nothing may be recorded."""

LONGEST_SINCE = Nanos(5 * SECOND)
"""A state is never believed to be older than this: what is older has left the ring."""
CLAIMED = Nanos(5 * SECOND)
"""A profile's claim to be in front holds for so long; each repeats its own every two seconds."""
LATE = Nanos(2 * SECOND)
EARLY = Nanos(SECOND)
"""A report that was sent longer ago, or in the future, says nothing of now."""
MOST_HOSTS = 16
MOST_BYTES = 40_000  # of sites in one answer; a line holds 64 KiB


@dataclass(frozen=True, slots=True)
class _Heard:
    """The last word of one profile: its browser, whether it is in front, its page as of then."""

    browser: Born
    front: bool
    page: Page


class Browsers:
    """Answers extensions and feeds ``sense`` with Page and Element; used by one thread."""

    def __init__(
        self,
        clock: Clock,
        sites: Sites,
        sense: Callable[[Sensed], None],
        parent: Callable[[int], Born | None] = parent_of,
    ) -> None:
        self._clock, self._sites, self._sense, self._parent = clock, sites, sense, parent
        self._hosts: dict[int, _Heard] = {}
        self._winners: dict[Born, int | None] = {}

    def __call__(self, said: WebHello | WebReport | WebGone, pid: int) -> Web:
        """Take in what the host ``pid`` says; the answer says whether it may go on."""
        sites = self._sites()
        if sites is None:
            self._hosts.clear()
            return Web()
        match said:
            case WebHello(skip=skip):
                return _told(sites, skip)
            case WebReport():
                self._report(said, pid)
            case WebGone():
                self._gone(pid)
            case _:
                assert_never(said)
        return Web(allowed=True, terms=_terms(sites))

    def _report(self, said: WebReport, pid: int) -> None:
        now, wall = self._clock.mono(), self._clock.wall()
        browser = self._parent(pid)
        if browser is None:
            self._gone(pid)
            return
        page = page_of(said, browser, now, wall)
        if self._hosts.pop(pid, None) is None:  # a new one: perhaps in the place of one that died
            gone = [known for known in self._hosts if self._parent(known) is None]
            for known in gone:
                del self._hosts[known]
        self._hosts[pid] = _Heard(browser, said.front, page)
        while len(self._hosts) > MOST_HOSTS:
            del self._hosts[next(iter(self._hosts))]
        self._settle(browser, pid, now)
        if said.element is not None and self._in_front(browser, now) == pid and page.address:
            self._sense(element_of(said.element, now, wall))

    def _gone(self, pid: int) -> None:
        heard = self._hosts.pop(pid, None)
        if heard is not None:
            self._settle(heard.browser, pid, self._clock.mono())

    def _settle(self, browser: Born, speaker: int, now: Nanos) -> None:
        """Say what is in front of this browser, which may have several profiles.

        A profile that is not in front has no say, or its heartbeat would close the other's page.
        """
        winner = self._in_front(browser, now)
        before = self._winners.pop(browser, None)
        self._winners[browser] = winner
        while len(self._winners) > MOST_HOSTS:
            del self._winners[next(iter(self._winners))]
        if winner is None:
            said = self._hosts.get(speaker)
            since = said.page.since if said else now
            nobody = Page(t=now, since=since, pid=browser.pid, start=browser.start)
            self._sense(replace(nobody, private=False))
        elif winner == speaker or winner != before:
            self._sense(replace(self._hosts[winner].page, t=now))

    def _in_front(self, browser: Born, now: Nanos) -> int | None:
        """Return the one host that says it is in front; None when none or several do."""
        claims = [
            pid
            for pid, heard in self._hosts.items()
            if heard.front and heard.browser == browser and now - heard.page.t <= CLAIMED
        ]
        return claims[0] if len(claims) == 1 else None


def page_of(said: WebReport, browser: Born, now: Nanos, wall: int) -> Page:
    """Return the page as of ``now`` (monotonic), which is ``wall`` on the clock of the browser."""
    age = wall - said.sent_ms * MILLISECOND
    since = _mono(said.since_ms, now, wall)
    closed = Page(now, since, browser.pid, browser.start, private=said.front and said.private)
    if not -EARLY <= age <= LATE:
        return replace(closed, since=Nanos(now - LONGEST_SINCE))
    if said.address is None or not said.front:
        return closed
    address = said.address
    placed = said.viewport is not None and said.exact
    return replace(
        closed,
        address=Address(address.scheme, address.host, address.port, address.path),
        complete=said.complete,
        title=said.title,
        focused=said.focused,
        viewport=_rect(said.viewport) if placed and said.viewport else None,
        masks=tuple(_rect(box) for box in said.masks),
        verdict=_verdict(said),
    )


def element_of(said: WebElement, now: Nanos, wall: int) -> Element:
    """Return the element with the time of its click or focus."""
    return Element(
        t=_mono(said.at_ms, now, wall),
        cause=Cause(said.cause),
        role=said.role,
        name=said.name,
        rect=_rect(said.rect) if said.rect else None,
        states=said.states,
        path=said.path,
    )


def _verdict(said: WebReport) -> Verdict:
    verdict = Verdict(said.verdict)
    return Verdict.UNKNOWN if said.blind and verdict is Verdict.CLEAR else verdict


def _mono(millis: int, now: Nanos, wall: int) -> Nanos:
    """Return when that was, at most 5 s ago and never in the future."""
    ago = max(0, min(wall - millis * MILLISECOND, LONGEST_SINCE))
    return Nanos(now - ago)


def _rect(box: Box) -> Rect:
    return Rect(*box)


def _told(sites: Sequence[DesignatedSite], skip: int) -> Web:
    """Tell the sites from ``skip`` on, as many as fit into an answer and at least one."""
    told: list[WebSite] = []
    size = 0
    for site in sites[skip:]:
        one = WebSite(
            scheme=site.scheme, host=site.host, port=site.port, path=site.path, masked=site.masked
        )
        size += len(one.model_dump_json())
        if told and size > MOST_BYTES:
            break
        told.append(one)
    return Web(allowed=True, terms=_terms(sites), sites=tuple(told), total=len(sites))


def _terms(sites: Sequence[DesignatedSite]) -> str:
    """Return a name for exactly these sites."""
    text = repr([(s.scheme, s.host, s.port, s.path, s.masked) for s in sites])
    return hashlib.sha256(text.encode()).hexdigest()[:16]
