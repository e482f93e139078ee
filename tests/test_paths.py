from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from nodreel.paths import Paths, default_paths

if TYPE_CHECKING:
    import pytest


def test_one_variable_moves_all_that_is_the_persons(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NODREEL_HOME", str(tmp_path / "n"))
    paths = default_paths()
    for place in (paths.data, paths.runtime, paths.config):
        assert place.is_relative_to(tmp_path / "n")
    assert paths.managed == Path("/etc/nodreel/policy.d")
    assert not (tmp_path / "n").exists(), "finding creates nothing"


def test_without_it_the_desktops_own_folders_are_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NODREEL_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "conf"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    paths = default_paths()
    assert paths.data == tmp_path / "share" / "nodreel" / "v1"
    assert paths.config == tmp_path / "conf" / "nodreel"
    assert paths.runtime == tmp_path / "run" / "nodreel"


def test_every_place_lies_in_one_of_the_four() -> None:
    paths = Paths(Path("/d"), Path("/r"), Path("/c"), Path("/m"))
    fields = {f.name for f in dataclasses.fields(Paths)}
    for name in dir(Paths):
        if name.startswith("_"):
            continue
        place = getattr(paths, name)
        if isinstance(place, Path) and name not in fields:
            assert place.parts[1] in {"d", "r", "c"}, name
