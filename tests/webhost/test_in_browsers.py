"""The extension in real browsers: what it says, how soon, and what it never says."""

from __future__ import annotations

import os
import signal
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nodreel.ipc import web
from tests.bed.browsers import CHROMIUM, FIREFOX
from tests.bed.waiting import wait_for
from tests.webhost.live import Live

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.browser

FIELDS = {"pw": 60, "otp": 100, "card": 140, "veiled": 180, "cvv": 220, "shadow": 260}  # y


@pytest.fixture(scope="module", params=[CHROMIUM, FIREFOX])
def running(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Live]:
    with Live(tmp_path_factory.mktemp("live"), request.param) as made:
        yield made


@pytest.fixture
def live(running: Live) -> Live:
    running.permit()
    return running


def says_nothing(reports: list[web.WebReport]) -> bool:
    return all(
        said == web.WebReport(
            seq=said.seq, sent_ms=said.sent_ms, since_ms=said.since_ms,
            front=said.front, private=said.private,
        )
        for said in reports
    )  # fmt: skip


def test_without_permission_nothing_leaves_the_browser(running: Live) -> None:
    """Also of a page that was open before: it needs no reload afterwards."""
    wait_for(lambda: running.mark >= 3, "the extension's question")
    assert all(isinstance(said, web.WebHello) for _, said, _ in running.agent.heard)
    running.permit()
    assert running.last().title == "View 0"


def test_when_permission_ends_it_falls_silent_and_comes_back(live: Live) -> None:
    live.agent.allowed = False
    mark = live.mark
    wait_for(
        lambda: any(isinstance(m, web.WebHello) for _, m, _ in live.agent.heard[mark:]), "a no"
    )
    quiet = live.mark
    live.click(100, 40)
    wait_for(lambda: live.mark > quiet + 2, "more questions")
    assert not live.since(quiet)
    live.agent.allowed = True
    assert live.until("the page again", lambda said: said.address, quiet).title.startswith("View")


def test_when_no_site_is_left_it_tells_of_none_and_does_not_ask_on(live: Live) -> None:
    """As under a policy of apps only: an answer without sites is an answer."""
    live.go("index.html")
    sites, live.agent.sites = live.agent.sites, ()
    try:
        mark = live.mark
        live.until("nothing", lambda said: said.front and not said.address, mark)
        quiet = live.mark
        live.until("a heartbeat", lambda _: True, quiet)
        assert says_nothing(live.since(quiet))
        assert not asked(live, quiet)
    finally:
        live.agent.sites = sites
    live.until("the page again", lambda said: said.address)


def asked(live: Live, mark: int) -> bool:
    return any(isinstance(said, web.WebHello) for _, said, _ in live.agent.heard[mark:])


def test_an_app_that_changes_its_route_is_followed_without_queries(live: Live) -> None:
    live.go("spa/0?q=1")
    for number in (1, 2, 3):
        mark = live.mark
        live.click(100, 40)
        said = live.until(f"view {number}", lambda m, n=number: m.title == f"View {n}", mark)
        assert said.address
        assert said.address.path == f"/spa/{number}"
    assert all("?" not in m.address.path for m in live.since(0) if m.address)


@pytest.mark.parametrize("page", ["theirs", "redirect", "own", "data"])
def test_of_any_other_page_nothing_is_said(live: Live, page: str) -> None:
    theirs = live.web.theirs("login.html")
    url, title = {
        "theirs": (theirs, "Log in"),
        "redirect": (live.web.ours("to/" + theirs.replace("://", "~")), "Log in"),
        "own": ("chrome://version", "About Version")
        if live.kind == CHROMIUM
        else ("about:license", "Licenses"),
        "data": ("data:text/html,<title>Data</title>x", "Data"),
    }[page]
    live.go("index.html")
    mark = live.leave(url, title)
    live.until("nothing", lambda said: said.front and not said.address, mark)
    quiet = live.mark
    live.until("a heartbeat", lambda _: True, quiet)
    live.hands.tap("Tab")
    live.until("another heartbeat", lambda _: True)
    assert says_nothing(live.since(quiet))
    assert not any(said.address and said.address.host != "localhost" for said in live.since(mark))


def test_while_a_page_loads_nothing_is_said_of_it(live: Live) -> None:
    live.go("index.html")
    mark = live.mark
    live.go("login.html")
    paths = [said.address.path if said.address else None for said in live.since(mark)]
    assert paths.index("/login.html") > paths.index(None)


def test_a_private_window_is_closed(live: Live) -> None:
    live.go("index.html")
    mark = live.mark
    live.hands.tap("Control_L", "Shift_L", "n" if live.kind == CHROMIUM else "p")
    wait_for(lambda: len(mine(live)) == 2, "the private window")
    live.until("nothing", lambda said: not said.address, mark)
    window = next(w for w in mine(live) if w != live.window.id)
    live.windows.activate(window)
    quiet = live.mark
    live.until("a heartbeat", lambda said: not said.address, quiet)
    live.hands.type(live.web.ours("login.html") + "\n")
    live.windows.wait("Log in", live.browser.pid)
    live.until("a heartbeat", lambda _: True)
    assert says_nothing(live.since(quiet))
    live.windows.close_window(window)
    live.windows.activate(live.window.id)
    live.until("the page again", lambda said: said.address)


def mine(live: Live) -> list[int]:
    return [seen.id for seen in live.windows.look() if seen.pid == live.browser.pid]


def test_switching_tabs_closes_at_once_and_opens_when_it_is_painted(live: Live) -> None:
    live.go("index.html")
    live.hands.tap("Control_L", "t")
    live.until("a new tab", lambda said: not said.address)
    closed, opened, back = [], [], []
    for _ in range(10):
        mark, began = live.mark, time.time() * 1e3
        live.tab(1)
        said = live.until("our tab", lambda m: m.address, mark)
        opened.append(said.sent_ms - began)
        mark, began = live.mark, time.time() * 1e3
        live.tab(2)
        said = live.until("the other tab", lambda m: not m.address, mark)
        closed.append(said.sent_ms - began)
        back.append(said.since_ms - began)
    live.hands.tap("Control_L", "w")
    live.until("our tab", lambda m: m.address)
    for name, found in (("closed", closed), ("opened", opened), ("since", back)):
        print(f"{live.kind}: {name} p50 {statistics.median(found):.0f} max {max(found):.0f} ms")


def test_the_address_bar_has_the_keyboard_not_the_page(live: Live) -> None:
    live.go("index.html")
    mark = live.mark
    live.hands.tap("Control_L", "l")
    live.until("the address bar", lambda said: said.address and not said.focused, mark)
    mark = live.mark
    live.hands.type("abc")
    live.until("a heartbeat", lambda _: True, mark)
    assert not any(said.focused for said in live.since(mark))
    live.hands.tap("Escape")
    live.hands.tap("Escape")
    live.click(500, 400)
    live.until("the page", lambda said: said.focused, mark)


# ------------------------------------------------------------------------------- secret fields


def test_every_secret_field_is_masked_to_the_pixel(live: Live) -> None:
    said = live.go("login.html")
    assert set(said.masks) == {live.at(40, y, 300, 28) for y in FIELDS.values()}


@pytest.mark.parametrize("name", FIELDS)
def test_in_a_secret_field_the_keyboard_is_secret(live: Live, name: str) -> None:
    live.go("login.html")
    mark, began = live.mark, time.time() * 1e3
    live.click(100, FIELDS[name] + 14)
    said = live.until("a secret", lambda m: m.verdict == "secret", mark)
    assert said.since_ms - began < 100
    mark = live.mark
    live.click(100, 34)
    live.until("the name field", lambda m: m.verdict == "clear", mark)


def test_a_shown_password_stays_secret(live: Live) -> None:
    live.go("login.html")
    mark = live.mark
    live.click(450, 34)
    live.until("a click", lambda m: m.element and m.element.name == "Show password", mark)
    mark = live.mark
    live.click(100, 74)
    live.until("a secret", lambda m: m.verdict == "secret", mark)
    assert live.at(40, 60, 300, 28) in live.last().masks


def test_masks_move_with_the_page(live: Live) -> None:
    live.go("login.html")
    viewport = live.last().viewport
    assert viewport is not None
    live.hands.move(viewport[0] + 600, viewport[1] + 300)
    mark = live.mark
    live.hands.scroll(0, -1)
    home = live.at(40, FIELDS["shadow"], 300, 28)  # the lowest: no other one takes its place
    said = live.until("masks elsewhere", lambda m: m.masks and home not in m.masks, mark)
    assert any(box[3] > 28 for box in said.masks)  # on the way all between is covered
    live.until(
        "masks at rest", lambda m: home not in m.masks and all(b[3] <= 28 for b in m.masks), mark
    )
    mark = live.mark
    live.hands.scroll(0, 2)
    live.until("masks at home", lambda m: home in m.masks, mark)


# -------------------------------------------------------------------------------------- frames


def test_a_foreign_frame_is_masked_and_our_own_is_not(live: Live) -> None:
    live.go("frames.html")
    foreign, inner = live.at(50, 200, 400, 120), live.at(60, 70, 200, 24)
    wait_for(lambda: set(live.last().masks) == {foreign, inner}, "these masks and no others")


@pytest.mark.parametrize(
    ("y", "verdict"), [(42, "clear"), (82, "secret"), (222, "secret")],
    ids=["our frame", "a secret in our frame", "a foreign frame"],
)  # fmt: skip
def test_the_innermost_frame_decides(live: Live, y: int, verdict: str) -> None:
    live.go("frames.html")
    wait_for(lambda: len(live.last().masks) == 2, "both frames")
    live.until("a heartbeat", lambda m: len(m.masks) == 2)
    mark = live.mark
    live.click(100, y)
    if verdict == "clear":
        live.until(
            "a click in our frame", lambda m: m.element and m.element.name == "Inner name", mark
        )
    live.until(verdict, lambda m: m.verdict == verdict and m.focused, mark)
    live.until("a heartbeat", lambda m: m.verdict == verdict)


# --------------------------------------------------------------------------- masks and elements


def test_what_the_policy_masks_is_masked_and_nameless(live: Live) -> None:
    said = live.go("spa/7")
    assert said.masks == (live.at(20, 100, 300, 50),)
    mark = live.mark
    live.click(100, 120)
    live.until("a heartbeat", lambda _: True)
    assert not any(m.element for m in live.since(mark))


def test_a_click_carries_its_element(live: Live) -> None:
    live.go("login.html")
    mark, began = live.mark, time.time() * 1e3
    live.click(450, 34)
    element = live.until(
        "the element", lambda m: m.element and m.element.cause == "click", mark
    ).element
    assert element is not None
    assert (element.role, element.name) == ("button", "Show password")
    assert abs(element.at_ms - began) < 100
    assert element.rect is not None
    assert live.at(400, 20, 0, 0)[:2] == element.rect[:2]


def test_a_choice_carries_its_list(live: Live) -> None:
    live.go("index.html")
    for _ in range(6):
        live.hands.tap("Tab")
        mark = live.mark
        live.until("a heartbeat", lambda _: True, mark)
        focused = [m.element for m in live.since(0) if m.element]
        if focused and focused[-1].role == "combobox":
            break
    mark = live.mark
    live.hands.tap("Down")
    said = live.until("the choice", lambda m: m.element and m.element.role == "option", mark)
    assert said.element
    assert (said.element.name, said.element.path) == ("Credit note", ("Kind",))


def test_what_is_typed_is_never_said(live: Live) -> None:
    live.go("login.html")
    mark = live.mark
    for y in (34, 74):
        live.click(100, y)
        live.hands.type("hunter2")
    live.click(450, 34)
    live.click(100, 34)
    live.until("a heartbeat", lambda m: m.verdict == "clear", mark)
    live.until("another", lambda _: True)
    assert "hunter2" not in repr(live.since(mark))


# ------------------------------------------------------------------------------------- liveness


def test_it_says_so_again_every_two_seconds(live: Live) -> None:
    live.go("index.html")
    first = live.until("a heartbeat", lambda _: True)
    second = live.until("another", lambda _: True)
    third = live.until("a third", lambda _: True)
    assert first.since_ms == second.since_ms == third.since_ms
    assert first.seq < second.seq < third.seq
    assert 1500 < third.sent_ms - second.sent_ms < 3500


def test_a_title_that_changes_all_the_time_is_followed(live: Live) -> None:
    live.go("titles.html")
    said = live.until("a title", lambda m: m.title.startswith("Inbox"))
    late = []
    for _ in range(8):
        title = said.title
        wait_for(lambda old=title: old not in titles(live), "the title to change")  # type: ignore[misc]
        changed = time.time() * 1e3
        mark = live.mark
        said = live.until("the new title", lambda m: m.title and m.title in titles(live), mark - 3)
        late.append(max(0.0, said.sent_ms - changed))
    print(f"{live.kind}: titles p50 {statistics.median(late):.0f} max {max(late):.0f} ms")
    assert len({m.since_ms for m in live.since(0) if m.title.startswith("Inbox")}) == 1


def titles(live: Live) -> str:
    return " ".join(seen.title for seen in live.windows.look() if seen.pid == live.browser.pid)


def test_when_the_host_is_killed_another_takes_its_place(live: Live) -> None:
    live.go("index.html")
    live.until("a heartbeat", lambda _: True)
    mark, killed = live.mark, time.time() * 1e3
    pid = live.agent.heard[-1][2]
    os.kill(pid, signal.SIGKILL)
    live.until("the page again", lambda m: m.address, mark, timeout=5)
    assert all(said_by != pid for _, _, said_by in live.agent.heard[mark:])
    first = live.since(mark)[0]
    assert first.address is None
    assert first.since_ms <= killed  # what happened in between is not known


def test_when_the_extension_dies_the_agent_hears_it_within_two_seconds(live: Live) -> None:
    """The last test of a browser: it is not the same afterwards."""
    live.go("index.html")
    live.until("a heartbeat", lambda _: True)
    mark, killed = live.mark, time.time()
    for pid in extension_processes(live):
        os.kill(pid, signal.SIGKILL)

    def gone() -> bool:
        return any(isinstance(said, web.WebGone) for _, said, _ in live.agent.heard[mark:])

    wait_for(gone, "the goodbye", 5)
    assert time.time() - killed < 2


def extension_processes(live: Live) -> list[int]:
    """Return the processes in which the extension itself runs."""
    found = []
    for place in Path("/proc").iterdir():
        try:
            words = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            name = (place / "comm").read_text().strip()
        except OSError:
            continue
        if live.kind == CHROMIUM:
            right = f"={live.browser.profile} " in words and "--extension-process" in words
        else:
            right = f"-parentPid {live.browser.pid} " in words and name == "WebExtensions"
        found += [int(place.name)] if right else []
    assert found
    return found
