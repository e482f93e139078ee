"""nodreel fleet: an administrator sees machines in tens, and nothing of a person."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from nodreel.cli import fleet as module
from nodreel.cli.fleet import Report, rounded
from nodreel.cli.main import main
from nodreel.clock import SystemClock
from nodreel.consent import withdraw
from nodreel.consent.ceremony import hold
from nodreel.consent.face import Answer
from nodreel.errors import DeclinedError
from nodreel.host import private_dir
from nodreel.paths import default_paths
from nodreel.policy import load_policy
from tests.consent.yes import Person, agree
from tests.policy.samples import TOML, policy

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

FIELDS = {"week", "nodreel", "policy_version", "policy_sha256", "signed_by", "suspended", "healthy"}


def say(*words: str) -> Result:
    return CliRunner().invoke(main, ["fleet", *words])


@pytest.fixture
def managed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A managed policy, read as if the tests' user were root."""
    from dataclasses import replace

    folder = tmp_path / "etc" / "policy.d"
    folder.mkdir(mode=0o755, parents=True)
    (folder / "10-base.toml").write_text(TOML)
    (folder / "10-base.toml").chmod(0o644)
    monkeypatch.setattr(module, "default_paths", lambda: replace(default_paths(), managed=folder))
    monkeypatch.setattr(
        module, "load_policy", lambda paths: load_policy(paths, managed_owner=os.geteuid())
    )
    return folder


def test_a_report_says_version_policy_and_health(managed: Path) -> None:
    told = json.loads(say("report").stdout)
    assert set(told) == FIELDS == set(Report.model_fields)
    assert told["policy_version"] == 3
    assert told["healthy"]
    (managed / "20.toml").write_text("nonsense = 1\n")
    (managed / "20.toml").chmod(0o644)
    told = json.loads(say("report").stdout)
    assert (told["healthy"], told["policy_version"]) == (False, None)


def test_a_report_is_the_same_whatever_the_person_decided(managed: Path) -> None:
    """Never asked, yes, recording wanted, no, taken back, a policy of their own: one report."""
    paths, clock = default_paths(), SystemClock()
    for folder in (paths.data, paths.config, paths.state):
        private_dir(folder)
    reports = [say("report").stdout]
    agree(paths, clock)
    reports.append(say("report").stdout)
    withdraw(paths, clock, stored="keep")
    reports.append(say("report").stdout)
    with pytest.raises(DeclinedError):
        hold(Person(answer=Answer.REFUSE), paths, clock, policy())
    reports.append(say("report").stdout)
    paths.policy.write_text("suspended = true\n")
    reports.append(say("report").stdout)
    assert len(set(reports)) == 1
    assert json.loads(reports[0])["healthy"]


def test_a_report_opens_no_file_of_a_person(managed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = os.open

    def watched(path: Any, *more: Any, **named: Any) -> int:
        opened.append(os.fspath(path) if not isinstance(path, int) else "")
        return real(path, *more, **named)

    monkeypatch.setattr(os, "open", watched)
    assert say("report").exit_code == 0
    assert any(str(managed) in name for name in opened)
    theirs = [os.environ["HOME"], os.environ["NODREEL_HOME"]]
    assert not [name for name in opened if any(name.startswith(home) for home in theirs)]


@pytest.mark.parametrize(
    ("count", "told"),
    [(0, "fewer than 10"), (1, "fewer than 10"), (9, "fewer than 10"), (10, "about 10"),
     (14, "about 10"), (15, "about 20"), (1234, "about 1230")],
)  # fmt: skip
def test_counts_come_in_tens(count: int, told: str) -> None:
    assert rounded(count) == told


def reported(**changes: Any) -> str:
    fields: dict[str, Any] = {
        "week": "2026-W48", "nodreel": "0.1.0", "policy_version": 3, "policy_sha256": "a" * 64,
        "signed_by": None, "suspended": False, "healthy": True,
    }  # fmt: skip
    return json.dumps(fields | changes)


def test_reports_are_added_up_by_week(tmp_path: Path) -> None:
    file = tmp_path / "reports"
    lines = [reported()] * 24 + [reported(healthy=False)] * 3 + [reported(week="2026-W49")] * 12
    file.write_text("\n".join(lines))
    rows = json.loads(say("counts", "--json", str(file)).stdout)
    told = {(row["week"], row["what"], row["value"]): row["machines"] for row in rows}
    assert told["2026-W48", "machines", "all"] == "about 30"
    assert told["2026-W48", "healthy", "False"] == "fewer than 10"
    assert told["2026-W49", "policy", "3"] == "about 10"
    assert "2026-W48  healthy False: fewer than 10" in say("counts", str(file)).stdout


@pytest.mark.parametrize(
    "line", ["", "{}", reported(user="anna"), reported(recording=True), reported(week="2026-11-28")]
)
def test_what_says_more_than_a_report_is_refused(tmp_path: Path, line: str) -> None:
    file = tmp_path / "reports"
    file.write_text(f"{reported()}\n{line}\n")
    done = say("counts", str(file))
    assert done.exit_code == 73
    assert "line 2" in done.stderr


def test_the_pack_is_written_from_files_or_from_what_is_in_force(
    managed: Path, tmp_path: Path
) -> None:
    narrow = tmp_path / "narrow.toml"
    narrow.write_text("[limits]\ndevice_days = 5\n")
    done = say("pack", str(tmp_path / "a"), "--json")
    assert done.exit_code == 0, done.stderr
    assert len(json.loads(done.stdout)["files"]) == 3
    base = managed / "10-base.toml"
    assert say("pack", str(tmp_path / "b"), str(base), str(narrow)).exit_code == 0
    assert "at most 14 days" in (tmp_path / "a" / "impact-assessment.md").read_text()
    assert "at most 5 days" in (tmp_path / "b" / "impact-assessment.md").read_text()


def test_a_pack_that_cannot_be_written_is_told(managed: Path) -> None:
    assert say("pack", "/proc/nowhere").exit_code == 73
