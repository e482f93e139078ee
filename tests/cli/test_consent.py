from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from nodreel.cli.consent import consent
from nodreel.clock import SystemClock
from nodreel.consent import read_grant
from nodreel.consent.terms import PHRASE, build_terms
from nodreel.errors import NoConsentError, PolicyError, StoreError
from nodreel.events import Kind
from nodreel.host import private_dir
from nodreel.ipc.server import ControlServer
from nodreel.ipc.wire import Done, Withdraw
from nodreel.paths import default_paths
from tests.consent.yes import agree
from tests.policy.samples import TOML, policy

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from nodreel.consent import Grant


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(consent, list(words), input=typed)


@pytest.fixture(autouse=True)
def own() -> Path:
    path = default_paths().policy
    path.parent.mkdir(parents=True)
    path.write_text(TOML)
    path.chmod(0o600)
    return path


@pytest.fixture
def given() -> Grant:
    from nodreel.policy import load_policy

    return agree(default_paths(), SystemClock(), load_policy(default_paths()).policy)


@pytest.fixture
def episode() -> Path:
    """Something stored, as the store counts it."""
    folder = default_paths().episodes / "0123456789ABCDEFGHJKMNPQRS"
    folder.mkdir(mode=0o700, parents=True)
    default_paths().episodes.chmod(0o700)
    file = folder / "00000000.seg"
    file.write_bytes(b"sealed")
    file.chmod(0o600)
    return folder


def test_show_prints_the_terms_and_makes_nothing() -> None:
    done = run("show")
    assert "What is never recorded" in done.output
    assert not default_paths().data.exists()
    tree = json.loads(run("show", "--json").output)
    assert (
        tree["sha256"] == build_terms(policy(kinds=(Kind.POINTER, Kind.KEYS, Kind.SCREEN))).sha256
    )


@pytest.mark.usefixtures("given")
def test_show_and_status_name_what_became_wider(own: Path) -> None:
    own.write_text(TOML.replace("device_days = 14", "device_days = 30"))
    assert (
        "Wider than what you agreed to: days kept on this machine: 14 -> 30" in run("show").output
    )
    tree = json.loads(run("status", "--json").output)
    assert tree["state"] == "SuspendedNewPolicy"
    assert tree["permits_recording"] is False
    assert tree["wider_than_agreed"] == ["days kept on this machine: 14 -> 30"]


def test_status_before_any_decision() -> None:
    tree = json.loads(run("status", "--json").output)
    assert tree["state"] == "Unknown"
    assert tree["permits_recording"] is False
    assert "nodreel consent give" in tree["what_next"]
    assert tree["audit_log"] == "0 lines, unbroken"


def test_status_of_a_consent(given: Grant) -> None:
    tree = json.loads(run("status", "--json").output)
    assert tree["state"] == "ConsentGiven"
    assert tree["permits_recording"] is True
    assert tree["consent"] == given.consent_id
    assert tree["presence"] == "synthetic"
    assert tree["kinds"] == ["keys", "pointer", "screen"]
    assert tree["audit_log"] == "1 lines, unbroken"
    assert "state: ConsentGiven" in run("status").output


@pytest.mark.usefixtures("given")
def test_status_tells_of_an_edited_log_and_a_bad_policy(own: Path) -> None:
    audit = default_paths().audit
    audit.write_bytes(audit.read_bytes().replace(b'"given"', b'"asked"'))
    own.write_text("version = 'x'\n")
    tree = json.loads(run("status", "--json").output)
    assert "line 1" in tree["audit_log"]
    assert "line 1" in tree["policy"]
    assert tree["permits_recording"] is False


def test_the_receipt_is_printed_and_saved(given: Grant, tmp_path: Path) -> None:
    html, plain = tmp_path / "r.html", tmp_path / "r.json"
    assert json.loads(run("receipt").output)["receipt_id"] == given.receipt_id
    done = run("receipt", given.receipt_id, "--html", str(html), "--json", str(plain))
    assert done.exit_code == 0
    assert given.receipt_id in html.read_text()
    assert json.loads(plain.read_text())["receipt_id"] == given.receipt_id
    assert isinstance(run("receipt", "0" * 26).exception, NoConsentError)
    missing = run("receipt", "--html", str(tmp_path / "no" / "x"))
    assert isinstance(missing.exception, StoreError)


def test_without_a_decision_there_is_no_receipt() -> None:
    assert isinstance(run("receipt").exception, NoConsentError)


@pytest.mark.usefixtures("given")
@pytest.mark.parametrize(("choice", "left"), [("--delete", False), ("--keep", True)])
def test_withdrawing_ends_it_and_does_what_was_chosen(
    episode: Path, choice: str, left: bool
) -> None:
    done = run("withdraw", choice, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["pending"] == []
    assert not default_paths().grant.exists()
    assert episode.exists() == left


@pytest.mark.usefixtures("given")
@pytest.mark.parametrize(("typed", "left"), [("\n", False), ("keep\n", True), ("later\n", True)])
def test_asked_about_what_is_stored_the_default_is_to_delete(
    episode: Path, typed: str, left: bool
) -> None:
    done = run("withdraw", typed=typed)
    assert done.exit_code == 0, done.output
    assert "You have withdrawn" in done.output
    assert not default_paths().grant.exists()
    assert episode.exists() == left


@pytest.mark.usefixtures("given", "episode")
def test_recording_ends_before_the_question_and_without_an_answer() -> None:
    done = run("withdraw", typed="")
    assert done.exit_code == 1
    assert not default_paths().grant.exists()
    assert "stored_recordings_are_deleted" in run("status", "--json").stdout


def test_without_a_consent_there_is_nothing_to_withdraw() -> None:
    assert isinstance(run("withdraw", "--keep").exception, NoConsentError)


@pytest.mark.usefixtures("given")
def test_a_running_agent_is_told_after_the_grant_is_gone() -> None:
    heard: list[tuple[object, bool]] = []

    def agent(request: object, pid: int) -> Done:
        assert pid == os.getpid()
        heard.append((request, default_paths().grant.exists()))
        return Done()

    private_dir(default_paths().runtime)
    with ControlServer(default_paths(), agent):
        assert run("withdraw", "--keep").exit_code == 0
    assert heard == [(Withdraw(stored="keep"), False)]


@pytest.mark.usefixtures("given")
def test_an_unfinished_withdrawal_is_finished_by_any_consent_command(episode: Path) -> None:
    from nodreel.consent import withdraw

    withdraw(default_paths(), SystemClock(), stored="delete")
    assert episode.exists()
    done = run("status", "--json")
    assert "An earlier withdrawal" in done.stderr
    assert not episode.exists()
    assert json.loads(done.stdout)["state"] == "ConsentWithdrawn"


GIVE = "from nodreel.cli.consent import consent; consent(['give'])"


def test_giving_without_a_terminal_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-c", GIVE], input=PHRASE, capture_output=True, text=True, check=False
    )
    assert done.returncode == NoConsentError.exit_code
    assert not default_paths().grant.exists()


def test_giving_in_a_terminal_holds_the_ceremony() -> None:
    said, code = in_a_terminal(["[yes/NO] ", "yes\n\n\n"], ["> ", PHRASE + "\n"])
    assert code == 0, said
    assert [str(kind) for kind in read_grant(default_paths(), SystemClock()).kinds] == ["pointer"]


def test_leaving_with_control_c_is_no_answer() -> None:
    said, code = in_a_terminal(["[yes/NO] ", "\x03"])
    assert code == NoConsentError.exit_code, said
    assert "without an answer" in said
    assert not default_paths().grant.exists()


def in_a_terminal(*turns: list[str]) -> tuple[str, int]:
    """Run ``nodreel consent give`` in a terminal of its own, wait for words, type an answer."""
    pid, master = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-c", GIVE])
    said = ""
    for words, answer in turns:
        while words not in said:
            assert select.select([master], [], [], 30)[0], said
            said += os.read(master, 65536).decode()
        os.write(master, answer.encode())
    with suppress(OSError):
        while data := os.read(master, 65536):
            said += data.decode()
    _, status = os.waitpid(pid, 0)
    os.close(master)
    return said, os.waitstatus_to_exitcode(status)


def test_a_bad_policy_is_told_not_hidden(own: Path) -> None:
    own.write_text("version = 'x'\n")
    assert isinstance(run("show").exception, PolicyError)
