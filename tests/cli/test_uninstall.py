"""nodreel uninstall: over for this person, what is stored as they choose, the receipts left."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from nodreel.cli.main import main
from nodreel.clock import SystemClock
from nodreel.consent.switches import STOPPED, read_switches
from nodreel.errors import RootRefusedError
from nodreel.host import private_dir
from nodreel.paths import default_paths
from tests.consent.yes import agree
from tests.policy.samples import UPLOAD, policy

if TYPE_CHECKING:
    from click.testing import Result

    from nodreel.policy import Policy


def say(*words: str, given: str | None = None) -> Result:
    return CliRunner().invoke(main, ["uninstall", *words], input=given)


def used(agreed: Policy | None = None) -> None:
    """Leave what somebody has who agreed and recorded: an episode, a start at login, a browser."""
    paths = default_paths()
    for folder in (paths.data, paths.config, paths.state, paths.runtime):
        private_dir(folder)
    agree(paths, SystemClock(), agreed)
    private_dir(paths.episodes)
    (paths.episodes / "01ARZ3NDEKTSV4RRFFQ69G5FAV").mkdir(mode=0o700)
    for words in (["service", "install"], ["browsers", "setup"]):
        assert CliRunner().invoke(main, words).exit_code == 0


def files() -> set[str]:
    """Everything in the homes of person and nodreel."""
    homes = {Path(os.environ["HOME"]), Path(os.environ["NODREEL_HOME"])}
    return {p.name for home in homes for p in home.rglob("*") if not p.is_dir()}


def test_whoever_deletes_keeps_the_receipts_and_nothing_else() -> None:
    used()
    done = say("--delete")
    assert done.exit_code == 0, done.stderr
    assert files()
    assert all(name.startswith("nodreel-receipt-") for name in files()), files()
    assert not default_paths().data.exists()
    given, taken = sorted(Path.home().glob("*.json"), key=lambda f: f.stat().st_mtime_ns)
    states = [json.loads(f.read_text())["events"][-1]["event_state"] for f in (given, taken)]
    assert states == ["ConsentGiven", "ConsentWithdrawn"]


def test_whoever_keeps_keeps_the_recordings_and_no_consent() -> None:
    used()
    done = say("--keep", "--json")
    assert done.exit_code == 0, done.stderr
    paths = default_paths()
    assert list(paths.episodes.iterdir())
    assert not paths.grant.exists()
    assert str(paths.data) in json.loads(done.stdout)["left"]
    assert read_switches(paths.state) == STOPPED
    assert not {name for name in files() if name.startswith("nodreel.")}, "nothing starts it"


@pytest.mark.parametrize(("said", "kept"), [("\n", False), ("keep\n", True)])
def test_it_asks_and_deleting_is_what_return_means(said: str, kept: bool) -> None:
    used()
    done = say(given=said)
    assert done.exit_code == 0, done.stderr
    assert default_paths().data.exists() is kept


def test_receipts_go_where_the_person_wants_them(tmp_path: Path) -> None:
    used()
    assert say("--delete", "--receipts", str(tmp_path / "mine")).exit_code == 0
    assert len(list((tmp_path / "mine").glob("*.html"))) == 2
    assert not list(Path.home().glob("nodreel-receipt-*"))


def test_without_a_place_for_the_receipts_nothing_is_deleted() -> None:
    used()
    done = say("--delete", "--receipts", "/proc/nowhere")
    assert done.exit_code == 73
    assert "another folder" in done.stderr
    assert list(default_paths().episodes.iterdir())
    assert default_paths().grant.exists()
    assert read_switches(default_paths().state) == STOPPED, "it has stopped all the same"


def test_what_was_sent_is_still_asked_back() -> None:
    used(policy(upload=UPLOAD))
    done = say("--delete", "--json")
    assert done.exit_code == 0, done.stderr
    paths = default_paths()
    assert not list(paths.episodes.iterdir())
    assert list((paths.data / "requests").glob("*.open"))
    assert "requests" in json.loads(done.stdout)["left"][str(paths.data)]


def test_who_never_agreed_can_go_as_well() -> None:
    done = say("--delete")
    assert done.exit_code == 0, done.stderr
    assert files() == set()


def test_root_uninstalls_for_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getresuid", lambda: (0, 0, 0))
    assert say("--delete").exit_code == RootRefusedError.exit_code
