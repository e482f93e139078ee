"""nodreel service: comes, says where it is, and goes without a trace."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from nodreel.cli.main import main
from nodreel.errors import RootRefusedError

if TYPE_CHECKING:
    import pytest
    from click.testing import Result


def say(*words: str) -> Result:
    return CliRunner().invoke(main, ["service", *words])


def files() -> set[str]:
    home = Path(os.environ["HOME"])
    return {str(p.relative_to(home)) for p in home.rglob("*") if p.is_file()}


def test_it_comes_and_goes() -> None:
    before = files()
    assert "does not start" in say("status").output
    assert say("install").exit_code == 0
    assert files() - before == {
        ".config/autostart/nodreel.desktop", ".local/share/applications/nodreel.desktop",
    }  # fmt: skip
    told = json.loads(say("status", "--json").output)
    assert told["installed"]
    assert list(told["by"]) == ["autostart"]
    assert say("install").exit_code == 0, "again is no error"
    assert say("uninstall").exit_code == 0
    assert files() == before
    assert not json.loads(say("status", "--json").output)["installed"]


def test_with_a_systemd_of_the_person_it_is_a_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    from nodreel.cli import atlogin

    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(atlogin, "_systemctl", lambda *words: asked.append(words) or True)
    assert say("install").exit_code == 0
    assert ("enable", "nodreel.service") in asked
    assert any(name.endswith("systemd/user/nodreel.service") for name in files())
    assert not any("autostart" in name for name in files()), "or both would start it"
    say("uninstall")
    assert ("disable", "nodreel.service") in asked


def test_root_installs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getresuid", lambda: (0, 0, 0))
    assert say("install").exit_code == RootRefusedError.exit_code


def test_a_folder_that_cannot_be_written_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/proc/nowhere")
    told = say("install")
    assert told.exit_code == 73
    assert "Cannot write" in told.output


def test_what_a_package_starts_can_be_refused_by_each_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from nodreel.cli import atlogin

    packaged = tmp_path / "nodreel.service"
    packaged.write_text("[Unit]\n")
    monkeypatch.setattr(atlogin, "PACKAGED", packaged)
    assert list(json.loads(say("status", "--json").output)["by"]) == ["package"]
    assert say("uninstall").exit_code == 0
    unit = Path(os.environ["HOME"], ".config/systemd/user/nodreel.service")
    assert unit.readlink() == Path("/dev/null"), "masked, as systemd says"
    entry = Path(os.environ["HOME"], ".config/autostart/nodreel.desktop")
    assert "Hidden=true" in entry.read_text()
    assert not json.loads(say("status", "--json").output)["installed"]
    assert say("uninstall").exit_code == 0, "again is no error"
    assert say("install").exit_code == 0
    assert not unit.is_symlink()
    assert not entry.exists()
    assert json.loads(say("status", "--json").output)["installed"]
