"""The door of the package: what is asked for comes, and nothing else was paid for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from nodreel import episode


@pytest.mark.parametrize("name", episode.__all__)
def test_what_is_promised_is_there(name: str) -> None:
    assert getattr(episode, name).__name__ == name


def test_what_is_not_promised_is_not() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = episode.nothing  # type: ignore[attr-defined]


def test_who_only_deletes_imports_neither_reader_nor_writer() -> None:
    code = "import sys, nodreel.store as s; print(*(n for n in sys.modules if 'episode.' in n))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "nodreel.episode.chain" in done.stdout.split()
    assert not {"nodreel.episode.reader", "nodreel.episode.writer"} & set(done.stdout.split())
