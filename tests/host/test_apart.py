"""A program started apart runs on, and is no child of ours."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from nodreel.errors import StoreError
from nodreel.host import apart
from nodreel.host.apart import start_apart
from tests.bed.waiting import wait_for

if TYPE_CHECKING:
    from pathlib import Path


def test_it_is_nobodys_child(tmp_path: Path) -> None:
    told = tmp_path / "told"
    start_apart("/bin/sh", "-c", f"echo $PPID >{told}.new; mv {told}.new {told}")
    wait_for(told.exists, "the program")
    assert int(told.read_text()) != os.getpid()


def test_what_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "_APART", ("/nowhere/setsid",))
    with pytest.raises(StoreError, match="/bin/true"):
        start_apart("/bin/true")
