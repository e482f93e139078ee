from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import unicodedata
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from nodreel.consent import presence
from nodreel.consent.face import Answer
from nodreel.consent.kinds import KIND_WORDS
from nodreel.consent.terminal import Terminal
from nodreel.consent.terms import PHRASE, build_terms
from nodreel.errors import DeclinedError, NoConsentError
from nodreel.events import MILLISECOND, Kind
from nodreel.paths import default_paths
from nodreel.policy import Difference, Presence
from tests.policy.samples import TOML, policy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OFFERED = list(KIND_WORDS.items())


class Pipes:
    """A Terminal on two pipes; ``said`` is all it has printed."""

    def __init__(self) -> None:
        self.reading, self.typing = os.pipe()
        self.output, self.writing = os.pipe()
        self.face = Terminal(self.reading, self.writing, patience=300 * MILLISECOND)  # type: ignore[arg-type]

    def type(self, text: str) -> None:
        os.write(self.typing, text.encode())

    def said(self) -> str:
        found = b""
        while select.select([self.output], [], [], 0)[0]:
            found += os.read(self.output, 65536)
        return found.decode()

    def close(self) -> None:
        for fd in (self.reading, self.typing, self.output, self.writing):
            with suppress(OSError):  # the test has closed it
                os.close(fd)


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    found = Pipes()
    yield found
    found.close()


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (PHRASE, Answer.ACCEPT),
        (f"  {PHRASE}  ", Answer.ACCEPT),
        ("no", Answer.REFUSE),
        ("later", Answer.LATER),
        (PHRASE.lower(), Answer.NONE),
        (PHRASE + ".", Answer.NONE),
        ("I agree", Answer.NONE),
        ("yes", Answer.NONE),
        ("y", Answer.NONE),
        ("", Answer.NONE),
        ("\x1b[A", Answer.NONE),
        ("x" * 4095, Answer.NONE),
    ],
)
def test_only_the_phrase_agrees(pipes: Pipes, text: str, answer: Answer) -> None:
    pipes.type(text + "\n")
    assert pipes.face.ask_decision(PHRASE) is answer


def test_some_attempts_and_then_it_is_no_answer(pipes: Pipes) -> None:
    for _ in range(5):
        os.write(pipes.typing, b"what?\n")
    os.close(pipes.typing)
    assert pipes.face.ask_decision(PHRASE) is Answer.NONE


def test_silence_and_an_end_of_input_are_no_answer(pipes: Pipes) -> None:
    assert pipes.face.ask_kinds(OFFERED) is Answer.NONE
    assert pipes.face.ask_decision(PHRASE) is Answer.NONE
    os.close(pipes.typing)
    assert pipes.face.ask_kinds(OFFERED) is Answer.NONE
    assert pipes.face.ask_decision(PHRASE) is Answer.NONE


@pytest.mark.parametrize("text", ["yes", "Y", "YES "])
def test_yes_ticks_one_kind(pipes: Pipes, text: str) -> None:
    pipes.type(text + "\n")
    assert pipes.face.ask_kinds(OFFERED[:1]) == {OFFERED[0][0]}


@pytest.mark.parametrize("text", ["", "n", "no", "ja", "1", "true", "yess", "\x00", "y\x1b"])
def test_only_yes_is_a_yes(pipes: Pipes, text: str) -> None:
    pipes.type(text + "\n")
    assert pipes.face.ask_kinds(OFFERED[:1]) == frozenset()


def some(*kinds: Kind) -> list[tuple[Kind, str]]:
    return [(kind, KIND_WORDS[kind]) for kind in kinds]


def test_text_is_asked_for_only_after_a_yes_to_keys(pipes: Pipes) -> None:
    asked = some(Kind.KEYS, Kind.TEXT)
    pipes.type("no\n")
    assert pipes.face.ask_kinds(asked) == frozenset()
    assert "Not asked: text. It needs your yes to keys." in pipes.said()
    pipes.type("yes\n")
    assert pipes.face.ask_kinds(asked) is Answer.NONE  # nobody answers the second question
    assert "Record text: which letters" in pipes.said()


def test_questions_fit_a_terminal(pipes: Pipes) -> None:
    for kind in set(Kind) - {Kind.TEXT}:
        pipes.type("no\n")
        pipes.face.ask_kinds(some(kind))
    said = pipes.said()
    assert said.count("? [yes/NO] ") == len(Kind) - 1
    assert all(len(line) <= 80 for line in said.replace("[yes/NO] ", "\n").splitlines())


def test_accessibility_is_allowed_and_not_recorded(pipes: Pipes) -> None:
    pipes.type("yes\n")
    assert pipes.face.ask_kinds(some(Kind.ACCESSIBILITY)) == {Kind.ACCESSIBILITY}
    assert "\nAllow accessibility: nodreel switches" in f"\n{pipes.said()}".replace("\n\n", "\n")


@pytest.mark.parametrize(("text", "end"), [("refuse", Answer.REFUSE), ("later", Answer.LATER)])
def test_it_can_be_ended_at_the_first_question(pipes: Pipes, text: str, end: Answer) -> None:
    pipes.type(text + "\n")
    assert pipes.face.ask_kinds(OFFERED) is end


def test_what_was_typed_before_the_terms_were_shown_does_not_count(pipes: Pipes) -> None:
    pipes.type("yes\nyes\nyes\n")
    pipes.face.show(build_terms(policy()), ())
    assert pipes.face.ask_kinds(OFFERED) is Answer.NONE


def test_differences_are_shown_harmless(pipes: Pipes) -> None:
    change = Difference("designated apps", "not there", "Slack\x1b[2J\u202e (/usr/bin/slack)")
    pipes.face.show(build_terms(policy()), (change,))
    said = pipes.said()
    assert "Wider than what you agreed to before" in said
    assert "Slack" in said
    assert all(c == "\n" or unicodedata.category(c)[0] != "C" for c in said)


def test_a_terminal_proves_nothing() -> None:
    assert Terminal().prove(Presence.SYNTHETIC).presence is Presence.SYNTHETIC
    assert Terminal().strongest is Presence.SYNTHETIC


def test_where_more_is_wanted_it_says_the_digits(
    pipes: Pipes, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(presence, "_ask", lambda digits: asked.append(digits) or b"")
    assert pipes.face.prove(Presence.PHYSICAL).presence is Presence.SYNTHETIC
    assert asked[0] in pipes.said()


class Window:
    """The real ceremony on a pseudo terminal, as `nodreel consent give` starts it."""

    def __init__(self, *prefix: str) -> None:
        self.master, inside = pty.openpty()
        self.process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "nodreel.consent.ceremony"],
            stdin=inside, stdout=inside, stderr=inside, start_new_session=True,
        )  # fmt: skip
        os.close(inside)
        self.said = ""

    def read_until(self, words: str) -> None:
        while words not in self.said:
            assert select.select([self.master], [], [], 30)[0], self.said
            try:
                self.said += os.read(self.master, 65536).decode()
            except OSError:
                break
        assert words in self.said

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def answer(self, *texts: str) -> None:
        for text in texts:
            self.said = ""
            self.type(text + "\n")
            self.read_until("] " if text in {"yes", ""} else "\n")

    def end(self) -> int:
        while True:
            try:
                data = os.read(self.master, 65536)
            except OSError:
                break
            if not data:
                break
            self.said += data.decode()
        code = self.process.wait(timeout=30)
        os.close(self.master)
        return code


@pytest.fixture
def own_policy() -> Path:
    path = default_paths().policy
    path.parent.mkdir(parents=True)
    path.write_text(TOML)
    path.chmod(0o600)
    return path


@pytest.mark.usefixtures("own_policy")
def test_a_person_at_a_terminal_agrees() -> None:
    window = Window()
    window.read_until("[yes/NO] ")
    assert "What is never recorded" in window.said
    window.type("yes\n\nyes\n")
    window.read_until("> ")
    window.type(PHRASE + "\n")
    window.read_until("Your receipt: ")
    assert window.end() == 0
    from nodreel.clock import SystemClock
    from nodreel.consent import read_grant

    grant = read_grant(default_paths(), SystemClock())
    assert grant.kinds == {Kind.POINTER, Kind.SCREEN}
    assert grant.presence is Presence.SYNTHETIC


@pytest.mark.usefixtures("own_policy")
@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("refuse\n", DeclinedError.exit_code),
        ("later\n", DeclinedError.exit_code),
        ("\x04", NoConsentError.exit_code),
        ("yes\n\n\nno\n", DeclinedError.exit_code),
        ("yes\n\n\n\x04", NoConsentError.exit_code),
        ("\n\n\n" + PHRASE + "\n", NoConsentError.exit_code),
    ],
)
def test_anything_else_leaves_no_consent(typed: str, code: int) -> None:
    window = Window()
    window.read_until("[yes/NO] ")
    window.type(typed)
    assert window.end() == code
    assert not default_paths().grant.exists()


@pytest.mark.usefixtures("own_policy")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP, signal.SIGTERM])
def test_leaving_is_no_answer(number: signal.Signals) -> None:
    window = Window()
    window.read_until("[yes/NO] ")
    window.process.send_signal(number)
    assert window.end() in {NoConsentError.exit_code, -number}
    assert not default_paths().grant.exists()


@pytest.mark.usefixtures("own_policy")
def test_before_the_decision_nothing_is_connected_started_or_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", ":7")
    trace = tmp_path / "trace"
    window = Window(
        "strace",
        "-f",
        "-qq",
        "-o",
        str(trace),
        "-e",
        "trace=connect,socket,execve,fork,vfork,ptrace",
    )
    window.read_until("[yes/NO] ")
    before = {path.name for path in default_paths().data.rglob("*") if path.is_file()}
    calls = [line for line in trace.read_text().splitlines() if "execve(" not in line]
    started = [line for line in trace.read_text().splitlines() if "execve(" in line]
    window.type("\x04")
    window.end()
    assert before <= {"ceremony.lock", "withdraw.lock"}
    assert not [line for line in calls if "connect(" in line or "socket(" in line]
    assert len([line for line in started if line.rstrip().endswith("= 0")]) == 1


def test_a_policy_that_wants_more_than_a_terminal_proves_is_refused_with_advice(
    own_policy: Path,
) -> None:
    own_policy.write_text('presence = "physical"\n' + TOML)
    window = Window()
    code = window.end()
    assert code == NoConsentError.exit_code
    assert "physical" in window.said
    assert "presence" in window.said
    assert not default_paths().grant.exists()


@pytest.mark.usefixtures("own_policy")
def test_one_window_asks_at_a_time() -> None:
    first = Window()
    first.read_until("[yes/NO] ")
    second = Window()
    assert second.end() == NoConsentError.exit_code
    assert "Another window" in second.said
    first.type("\x04")
    first.end()
