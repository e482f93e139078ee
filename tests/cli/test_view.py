from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from nodreel.cli import view as under_test
from nodreel.cli.view import view
from tests.episode.studio import Screen, Studio, key


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What lay behind the door while it was open; the command ends at once."""
    found: list[str] = []
    write = under_test.write_page

    def note(file: Path, address: str) -> None:
        write(file, address)
        found.append(f"{stat.S_IMODE(file.stat().st_mode):o} {address} {file}")

    monkeypatch.setattr(under_test, "write_page", note)
    monkeypatch.setattr(under_test, "harden", lambda: None)  # of a process of its own
    monkeypatch.setattr(under_test, "IDLE", -1)
    return found


def test_a_door_leads_in_while_it_is_looked_at(tmp_path: Path, seen: list[str]) -> None:
    studio = Studio(tmp_path / "episodes")
    studio.record([Screen().frame(0, full=True), key(10)])
    identity = tmp_path / "key"
    identity.write_text(studio.identity)
    done = CliRunner().invoke(view, [str(studio.only()), "-i", str(identity), "--print"])
    assert done.exit_code == 0, done.output
    (told,) = seen
    mode, address, file = told.split(" ")
    assert mode == "600"
    assert address.startswith("http://127.0.0.1:")
    assert file in done.output
    assert address not in done.output  # the key in it is for whoever can read the file
    assert not Path(file).exists()


def test_its_door_comes_as_json(tmp_path: Path, seen: list[str]) -> None:
    studio = Studio(tmp_path / "episodes")
    studio.record([Screen().frame(0, full=True)])
    identity = tmp_path / "key"
    identity.write_text(studio.identity)
    done = CliRunner().invoke(view, [str(studio.only()), "-i", str(identity), "--print", "--json"])
    assert json.loads(done.stdout) == {"file": seen[0].split(" ")[2]}


def test_what_is_no_episode_is_said(tmp_path: Path, seen: list[str]) -> None:
    done = CliRunner().invoke(view, [str(tmp_path), "--print"])
    assert done.exit_code != 0
    assert seen == []
