"""What takes the place of the person's browser in tests, and the end of the pages it would show."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from nodreel.host import holder
from nodreel.page.door import door
from nodreel.paths import default_paths
from tests.bed.waiting import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def opener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file that names, line by line, what was to be opened in a browser."""
    place, noted = tmp_path / "bin", tmp_path / "opened"
    place.mkdir()
    (place / "xdg-open").write_text(f'#!/bin/sh\necho "$1" >>{noted}\n')
    (place / "xdg-open").chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:{os.environ['PATH']}")
    yield noted
    paths = default_paths()
    pid = holder(paths.runtime / "page.lock")
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        wait_for(lambda: not door(paths).exists(), "the end of the pages")
