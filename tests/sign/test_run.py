"""The sign as a process: it beats, shows, pauses on a click, and goes when the agent goes."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from nodreel.clock import SystemClock
from nodreel.errors import UnsupportedError
from nodreel.events import SECOND, Nanos
from nodreel.ipc import wire
from nodreel.paths import default_paths
from nodreel.sign import run
from nodreel.sign.looks import AMBER, Look, Shape, look_of
from nodreel.sign.pulse import Pulse
from nodreel.sign.raising import Raising
from nodreel.sign.window import SignWindow
from tests.agent.journey import connected
from tests.bed.bed import wait_for
from tests.sign.conftest import PAUSED, RECORDING, Agent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows


@contextmanager
def sign() -> Iterator[subprocess.Popen[str]]:
    """Run the sign of this test's NODREEL_HOME on this test's display."""
    command = [sys.executable, "-m", "nodreel.sign"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def first_beat(agent: Agent) -> wire.SignBeat:
    return wait_for(lambda: next(iter(agent.beats()), None), "the first beat")


def ended(process: subprocess.Popen[str] | subprocess.Popen[bytes]) -> int:
    """Wait for the end of the sign and return its exit code."""
    return process.wait(20)


@pytest.mark.usefixtures("on_bed")
def test_it_tells_who_it_is_four_times_a_second(agent: Agent, windows: Windows) -> None:
    clock = SystemClock()
    with sign() as process:
        first_beat(agent)
        start, first = clock.mono(), len(agent.beats())
        wait_for(lambda: len(agent.beats()) >= first + 8, "eight more beats")
        assert clock.mono() - start > 1.4 * SECOND
        beat = agent.beats()[-1]
        assert beat.pid == process.pid
        assert agent.pids == {process.pid}
        assert windows.pid(beat.window) == process.pid


def test_it_shows_what_the_agent_answers(agent: Agent, on_bed: Bed, windows: Windows) -> None:
    with sign():
        beat = first_beat(agent)
        wide = wait_for(lambda: windows.area(beat.window), "its place").w
        reason = "The session is locked, so nothing is kept."
        agent.status = wire.Status(state="blocked", sentence=reason)
        wait_for(lambda: windows.area(beat.window).w > wide, "more words")


@pytest.mark.usefixtures("on_bed")
def test_a_click_pauses_and_another_resumes(
    agent: Agent, windows: Windows, hands: Injector
) -> None:
    with sign():
        window = first_beat(agent).window
        for expected in (wire.Pause(), wire.Resume()):
            heard = len(agent.beats())
            wait_for(lambda heard=heard: len(agent.beats()) > heard + 2, "the sign to settle")
            area = windows.area(window)
            before = len(agent.others())
            hands.click(area.x + 8, area.y + 8)
            wait_for(lambda before=before: len(agent.others()) > before, "what the click asks")
            assert agent.others()[-1] == expected
            deaf = SystemClock().mono() + run.DEAF
            wait_for(lambda deaf=deaf: SystemClock().mono() > deaf, "the end of a double click")
        assert agent.others() == [wire.Pause(), wire.Resume()]


def test_kept_by_the_agent_it_answers_each_word_shows_it_and_goes_with_it(
    on_bed: Bed, windows: Windows
) -> None:
    command = [sys.executable, "-m", "nodreel.sign", "--kept"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None

        def told(word: bytes) -> tuple[int, int]:
            process.stdin.write(word + b"\n")  # type: ignore[union-attr]
            process.stdin.flush()  # type: ignore[union-attr]
            when, window = struct.unpack("=QI", process.stdout.read(12))  # type: ignore[union-attr]
            return when, window

        _, window = told(b"")
        assert windows.pid(window) == process.pid, "it says at once who it is"
        wide = wait_for(lambda: windows.area(window), "its place").w
        before = SystemClock().mono()
        assert before < told(b"")[0] <= SystemClock().mono(), "asked, it says that it lives"
        reason = "The session is locked, so nothing is kept, and so on."
        status = wire.Status(state="blocked", sentence=reason)
        assert told(status.model_dump_json().encode())[1] == window
        wait_for(lambda: windows.area(window).w > wide, "more words")
        process.stdin.close()
        assert ended(process) == 0


def test_made_ready_by_the_agent_it_shows_nothing_before_its_first_word(on_bed: Bed) -> None:
    command = [sys.executable, "-m", "nodreel.sign", "--kept"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        maps = Path(f"/proc/{process.pid}/maps")
        wait_for(lambda: "libxcb" in maps.read_text(), "it to be ready")
        assert process.pid not in connected(on_bed)
        process.stdin.close()
        assert process.stdout.read() == b""
        assert ended(process) == 0


def test_kept_by_the_agent_a_click_still_pauses(
    agent: Agent, on_bed: Bed, windows: Windows, hands: Injector
) -> None:
    command = [sys.executable, "-m", "nodreel.sign", "--kept"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b"\n")
        process.stdin.flush()
        _, window = struct.unpack("=QI", process.stdout.read(12))
        deaf = SystemClock().mono() + run.DEAF
        wait_for(lambda: SystemClock().mono() > deaf, "the sign to listen")
        area = wait_for(lambda: windows.area(window), "its place")
        hands.click(area.x + 8, area.y + 8)
        wait_for(lambda: len(agent.others()) > 0, "what the click asks")
        assert agent.others() == [wire.Pause()]
        process.kill()


def test_an_agent_that_says_nothing_is_said_to_say_nothing(
    on_bed: Bed, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SystemClock()
    monkeypatch.setattr(run, "QUIET", Nanos(SECOND // 5))
    (its_word, word), (life, its_life) = os.pipe(), os.pipe()
    window = SignWindow(Raising(clock), look_of(None))
    made = run.Sign(default_paths(), clock, window, 1, pulse=Pulse(its_word, its_life))
    shown: list[Look] = []

    def show(look: Look) -> None:
        shown.append(look)
        if look == look_of(None):
            os.close(word)  # it has shown what it had to

    monkeypatch.setattr(window, "show", show)
    os.write(word, RECORDING.model_dump_json().encode() + b"\n")
    enough = threading.Timer(8, made.stop)  # whoever never says so must not wait for ever
    enough.start()
    made.run()
    enough.cancel()
    window.close()
    assert [look.shape for look in shown] == [Shape.DOT, Shape.CROSS]
    assert shown[-1].colour == AMBER, "so it looks, too, when writing to the disk takes for ever"
    for end in (its_word, life, its_life):
        os.close(end)


@pytest.mark.usefixtures("on_bed", "agent")
def test_it_ends_when_asked(agent: Agent) -> None:
    with sign() as process:
        first_beat(agent)
        process.send_signal(signal.SIGTERM)
        assert ended(process) == 0


@pytest.mark.usefixtures("on_bed")
def test_without_an_agent_it_goes_away_by_itself() -> None:
    with sign() as process:
        assert ended(process) == 0


@pytest.mark.usefixtures("agent")
def test_without_a_display_it_says_what_to_do() -> None:
    with sign() as process:
        _, words = process.communicate(timeout=20)
        assert process.returncode == UnsupportedError.exit_code
        assert "no X11 display" in words
        assert UnsupportedError.advice in words


@pytest.mark.usefixtures("on_bed")
def test_a_double_click_pauses_and_no_click_starts_anything(
    agent: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SystemClock()
    window = SignWindow(Raising(clock), look_of(None))
    monkeypatch.setattr(run, "BEAT", run.DEAF // 8)  # it looks for clicks once a beat
    clicks = iter([1, 1, 2])
    made = run.Sign(default_paths(), clock, window, 1)
    monkeypatch.setattr(window, "clicks", lambda: next(clicks, None) or made.stop() or 0)
    agent.status = wire.Status(state="blocked", sentence="You have not agreed.")
    made.run()
    window.close()
    assert agent.others() == [wire.Pause()]


def test_the_terminal_line_says_each_state_once(
    on_bed: Bed, agent: Agent, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "is_interactive", lambda: True)
    clock = SystemClock()
    window = SignWindow(Raising(clock), look_of(None))
    made = run.Sign(default_paths(), clock, window, 1)
    for status in (RECORDING, RECORDING, PAUSED):
        agent.status = status
        made._beat()
    window.close()
    assert capsys.readouterr().out.splitlines() == [
        "nodreel: recording Mousepad",
        "nodreel: paused (click: resume)",
    ]
