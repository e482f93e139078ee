"""The test recording as a person meets it: here with a stand-in, then in a real browser."""

from __future__ import annotations

import os
import re
import sys
import textwrap
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nodreel.agent.coverage import read_spans
from nodreel.agent.launch import asked, launched
from nodreel.clock import SystemClock
from nodreel.consent import withdraw
from nodreel.consent.switches import (
    FOREVER,
    NOT_STARTED,
    STOPPED,
    Switches,
    read_switches,
    write_switches,
)
from nodreel.errors import ControlError, NoConsentError
from nodreel.host import claim
from nodreel.ipc.client import call
from nodreel.ipc.wire import Done, Status, Stop
from nodreel.page import course
from nodreel.page import trial as module
from nodreel.page.reply import Wanted
from nodreel.page.server import PageServer
from nodreel.page.site import Site
from nodreel.page.trial import Trial
from nodreel.policy import load_policy
from tests.bed.cdp import Chromium
from tests.bed.fixtures import bed, hands, on_bed, windows
from tests.bed.waiting import wait_for
from tests.consent.yes import agree
from tests.page.conftest import POLICY, Client, words
from tests.page.test_journeys import axe, enter, is_gone, keep, left_of, violations

if TYPE_CHECKING:
    from nodreel.paths import Paths
    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

COVERS = ("course",)
__all__ = ["axe", "bed", "hands", "on_bed", "windows"]

ROOT = Path(__file__).parents[2]
STAND_IN = """
    import sys
    sys.path.append({root!r})
    from nodreel.host import private_dir
    from nodreel.paths import default_paths
    from tests.episode.studio import Studio, Screen, key, at
    class Theirs(Studio):
        recipient = sys.argv[1]
    if {writes}:
        studio = Theirs(private_dir(default_paths().trial))
        studio.record([key(0), Screen(1).frame(5, full=True)])
    for second in range(1, 4):
        print(second, flush=True)
    if {waits}:
        sys.stdin.read()
    sys.stderr.write({says!r})
    sys.exit({code})
"""


@pytest.fixture
def yes(paths: Paths) -> None:
    agree(paths, SystemClock(), load_policy(paths).policy)


def standing_in(
    monkeypatch: pytest.MonkeyPatch, *, writes: bool = True, waits: bool = False, says: str = "",
    code: int = 0,
) -> None:  # fmt: skip
    script = textwrap.dedent(STAND_IN).format(
        root=str(ROOT), writes=writes, waits=waits, says=says, code=code
    )
    monkeypatch.setattr(course, "command", lambda key: [sys.executable, "-c", script, key])


def test_without_a_yes_there_is_none(client: Client, paths: Paths) -> None:
    assert client.post("/trial").status == 409
    assert not paths.trial.exists()


@pytest.mark.usefixtures("yes")
def test_a_stop_holds_for_a_test_too(client: Client, paths: Paths) -> None:
    write_switches(paths.state, STOPPED)
    told = client.post("/trial")
    assert told.status == 409
    assert "holds for a test, too" in told.body
    assert not paths.trial.exists()


@pytest.mark.usefixtures("yes")
def test_it_goes_with_a_yes_that_is_taken_back_elsewhere(paths: Paths) -> None:
    (paths.trial / "episode").mkdir(parents=True)
    (paths.trial / "episode" / "00000000.seg").write_bytes(b"sealed")
    withdraw(paths, SystemClock(), stored="keep", dispose=lambda _: None)
    assert not paths.trial.exists()


@pytest.mark.usefixtures("yes")
def test_right_after_the_first_yes_there_can_be_one(
    client: Client, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing_in(monkeypatch)
    write_switches(paths.state, NOT_STARTED)
    assert client.post("/trial").status == 303
    client.get("/trial")  # until it has ended
    client.post("/trial/delete")


@pytest.mark.usefixtures("yes")
def test_it_is_shown_as_it_goes_on_then_looked_at_and_deleted(
    client: Client, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing_in(monkeypatch)
    assert "Record 10 seconds" in client.get("/trial").body
    assert client.post("/trial").status == 303
    going = client.get("/trial").body  # until it has ended
    assert going.startswith("<!doctype html>")
    assert going.rstrip().endswith("</html>")
    shown = client.get("/trial").body
    assert "This is all that was kept" in shown
    picture = re.search(r'src="(/trial/frame[^"]*)"', shown)
    assert picture is not None
    assert client.get(picture[1].replace("&amp;", "&")).headers["content-type"] == "image/png"
    assert list(paths.trial.rglob("*.seg"))
    assert "the key to it is gone" in client.post("/trial/delete").body
    assert not paths.trial.exists()
    assert "Record 10 seconds" in client.get("/trial").body
    assert client.get("/trial/frame?t=0").status == 409


@pytest.mark.usefixtures("yes")
def test_seconds_are_told_while_it_goes_on(
    client: Client, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing_in(monkeypatch, waits=True)
    site = Site(paths, SystemClock())
    with PageServer(SystemClock(), site.get, site.post) as server:
        client = Client(server)
        client.post("/trial")
        wait_for(lambda: (c := site._trial._course) and c.seconds == 3, "three seconds")
        reply = site._trial.get(Wanted(("trial",)))
        assert reply.stream is not None
        pieces = [next(reply.stream).decode() for _ in range(4)]
        assert "Mousepad" in pieces[0]
        assert [words(piece).split()[1] for piece in pieces[1:]] == ["1", "2", "3"]
        assert client.post("/trial").status == 303, "a second press changes nothing"
        assert client.post("/trial/end").status == 303
        assert "See what was kept" in "".join(piece.decode() for piece in reply.stream)
    site.close()
    assert not paths.trial.exists(), "it goes with the pages"


@pytest.mark.usefixtures("yes")
def test_the_page_hears_of_seconds_and_asks_the_agent_only_where_none_come(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it looks between two questions, no second and no end waits for that."""
    standing_in(monkeypatch, waits=True)
    trial, questions = Trial(paths, SystemClock()), []
    trial.post(Wanted(("trial",)))
    monkeypatch.setattr(module, "asked", questions.append)
    monkeypatch.setattr(module, "ASK_S", 3600.0)
    stream = trial.get(Wanted(("trial",))).stream
    assert stream is not None
    assert sum(b"Recorded:" in next(stream) for _ in range(4)) == 3
    ending = threading.Timer(0.1, trial.post, [Wanted(("trial", "end"))])
    ending.start()
    assert b"See what was kept" in b"".join(stream)
    ending.join()
    assert questions == []
    trial.close()


@pytest.mark.usefixtures("yes")
def test_what_lasts_is_said_while_no_second_comes(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The steps in which an agent starts are over before anybody has read of them."""
    standing_in(monkeypatch, waits=True)
    trial = Trial(paths, SystemClock())
    trial.post(Wanted(("trial",)))
    wait_for(lambda: trial._course and trial._course.seconds == 3, "three seconds")
    said = iter(["The desktop is closed.", "No sign.", *["Not in front."] * 4])

    def asked(_: Paths) -> Done:
        sentence = next(said, None)
        if sentence is None:
            trial.post(Wanted(("trial", "end")))
        return Done(status=Status(state="blocked", sentence=sentence or ""))

    monkeypatch.setattr(module, "asked", asked)
    monkeypatch.setattr(module, "ASK_S", 0.01)
    stream = trial.get(Wanted(("trial",))).stream
    assert stream is not None
    shown = b"".join(stream).decode()
    assert "closed" not in shown
    assert "No sign" not in shown
    assert shown.count("Not in front.") == 1
    trial.close()


IDLE, ON, PAUSED = NOT_STARTED, Switches(), Switches(paused_until=FOREVER)


@pytest.mark.usefixtures("yes")
@pytest.mark.parametrize(
    ("there", "before", "since", "again"),
    [
        (True, ON, ON, True),
        (True, IDLE, IDLE, True),  # it idles again
        (True, ON, PAUSED, True),
        (True, ON, STOPPED, False),
        (True, IDLE, STOPPED, False),
        (False, ON, ON, False),
        (False, IDLE, IDLE, False),
        (False, IDLE, ON, True),  # the person pressed Start meanwhile
    ],
)
def test_afterwards_it_is_as_it_was_or_as_the_person_wanted_it_since(  # noqa: PLR0917
    paths: Paths, monkeypatch: pytest.MonkeyPatch,
    there: bool, before: Switches, since: Switches, again: bool,
) -> None:  # fmt: skip
    standing_in(monkeypatch, waits=True)
    started: list[Paths] = []
    monkeypatch.setattr(module, "launched", started.append)
    monkeypatch.setattr(Trial, "_stop_ours", lambda _: there)
    write_switches(paths.state, before)
    trial = Trial(paths, SystemClock())
    trial.post(Wanted(("trial",)))
    write_switches(paths.state, since)
    trial.close()
    assert started == [paths] * again


def take_back(paths: Paths) -> bool:
    """Withdraw, as an agent that was there is ending."""
    withdraw(paths, SystemClock(), stored="keep", dispose=lambda _: None)
    return True


@pytest.mark.usefixtures("yes")
def test_what_ran_before_runs_again_where_a_test_cannot_begin(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Paths] = []
    monkeypatch.setattr(module, "launched", started.append)
    monkeypatch.setattr(Trial, "_stop_ours", lambda _: take_back(paths))
    monkeypatch.setattr(course, "command", lambda _: ["/nowhere"])
    trial = Trial(paths, SystemClock())
    with pytest.raises(NoConsentError):  # it was taken back while the other agent was ending
        trial.post(Wanted(("trial",)))
    agree(paths, SystemClock(), load_policy(paths).policy)
    monkeypatch.setattr(Trial, "_stop_ours", lambda _: True)
    with pytest.raises(ControlError, match="No process"):
        trial.post(Wanted(("trial",)))
    assert started == [paths] * 2
    trial.close()


@pytest.mark.usefixtures("yes")
def test_where_nothing_came_it_says_why(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    standing_in(monkeypatch, writes=False, says="Log in to Xorg.", code=69)
    client.post("/trial")
    client.get("/trial")
    told = client.get("/trial").body
    assert "Nothing was recorded" in told
    assert "Log in to Xorg." in told


@pytest.mark.usefixtures("yes")
def test_it_goes_with_the_yes(
    client: Client, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing_in(monkeypatch)
    client.post("/trial")
    client.get("/trial")
    assert paths.trial.exists()
    client.post("/withdraw")
    assert not paths.trial.exists()
    assert client.post("/trial").status == 409


@pytest.mark.usefixtures("yes")
def test_an_agent_that_does_not_end_is_not_recorded_beside(
    client: Client, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ENDS_S", 0.2)
    killed: list[int] = []
    monkeypatch.setattr(module.os, "kill", lambda pid, _: killed.append(pid))
    held = claim(paths.lock)
    assert held is not None
    status = Status(state="waiting", sentence="", pid=os.getpid())
    monkeypatch.setattr(module, "asked", lambda _: Done(status=status))
    with held:
        told = client.post("/trial")
    assert told.status == 409
    assert killed == [os.getpid()], "the one that holds the lock was asked to end"
    status = status.model_copy(update={"pid": 1})
    monkeypatch.setattr(module, "asked", lambda _: Done(status=status))
    assert client.post("/trial").status == 409
    assert killed == [os.getpid()], "and nobody else"


def running(paths: Paths) -> Status:
    """Return how the agent that runs is."""
    done = asked(paths)
    assert done is not None
    assert done.status is not None
    return done.status


@pytest.mark.browser
def test_ten_real_seconds_looked_at_and_deleted(  # noqa: PLR0917  all of it is needed
    on_bed: Bed, windows: Windows, hands: Injector, paths: Paths, tmp_path: Path, axe: str
) -> None:
    """A real agent right after the yes, beside one that idles and comes back to idle."""
    paths.policy.write_text(POLICY.replace("kinds = [", 'synthetic = "keep"\nkinds = ['))
    clock = SystemClock()
    agree(paths, clock, load_policy(paths).policy)
    write_switches(paths.state, NOT_STARTED)
    launched(paths)
    before = running(paths)
    site = Site(paths, clock)
    with PageServer(clock, site.get, site.post) as server, Chromium(tmp_path / "c") as browser:
        enter(browser, server, paths)
        browser.click("Test recording")
        keep(browser, "test-1-ask")
        assert violations(browser, axe) == []
        browser.js("document.querySelector('form[action=\"/trial\"] button').click(); 0")
        wait_for(lambda: "Bring one of these" in browser.text(), "what is to be done")
        editor = on_bed.start("mousepad")
        window = windows.wait(pid=editor.pid)
        wait_for(lambda: "Recorded: 1 of" in browser.text(), "the first second", 40)
        while "Recorded: 10 of" not in browser.text():
            hands.path([(window.area.x + 40 + n, window.area.y + 90 + n) for n in range(40)])
            hands.click(window.area.x + 60, window.area.y + 120)
            hands.type("seen ")
        keep(browser, "test-2-goes-on")
        wait_for(lambda: "This is all that was kept" in browser.text(), "what was kept", 30)
        browser.settle()
        assert browser.js("document.querySelector('img').naturalWidth") > 0
        keep(browser, "test-3-kept")
        assert violations(browser, axe) == []
        shown = browser.text()
        assert "key down character" in shown
        assert "you did nothing of the sort" not in shown
        sealed = [file.read_bytes() for file in paths.trial.rglob("*.seg")]
        assert sum(map(len, sealed)) > 4096
        wait_for(lambda: (now := asked(paths)) and now.status, "the agent that ran before", 30)
        after = running(paths)
        assert after.pid != before.pid
        assert (after.state, read_switches(paths.state)) == ("paused", NOT_STARTED)
        states = {span.state for span in read_spans(paths.coverage)}
        assert "test" in states
        assert "recorded" not in states
        browser.click("Delete it")
        keep(browser, "test-4-deleted")
        assert left_of(sealed, paths) == []
        assert not list(paths.episodes.glob("*/*.seg")), "nothing of it lies with the others"
        browser.click("Start now")
        wait_for(lambda: (now := asked(paths)) and now.status and now.status.recording, "it", 30)
    site.close()
    call(paths, Stop(), 15)
    wait_for(lambda: is_gone(paths), "the agent's end")
