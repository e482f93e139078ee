"""What was typed stands nowhere but sealed: not in logs at DEBUG, tracebacks or temporary files."""

from __future__ import annotations

import logging
import tempfile
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING

from nodreel.episode.folder import Folder
from nodreel.errors import NodreelError, StoreError
from nodreel.events import Focus, Note
from tests.episode.studio import Screen, Studio, at, key
from tests.findings import found

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

CANARY = "kestrel-harbour-7731"


def test_nothing_that_was_typed_is_in_logs_or_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Recorded at DEBUG, first well, then on a disk that fails at each call in turn."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    caplog.set_level(logging.DEBUG)
    said: list[str] = []
    tried = 0
    for name in (None, "commit", "replace", "make", "open_append", "sync"):
        folder = tmp_path / f"episodes-{name}"
        folder.mkdir(mode=0o700)
        screen = Screen()
        events = [screen.frame(0, full=True), Focus(at(5), CANARY, CANARY), Note(at(6), CANARY)]
        events += [replace(key(10 + n), keysym=ord(c), app=CANARY) for n, c in enumerate(CANARY)]
        with monkeypatch.context() as patch:
            if name is not None:
                patch.setattr(Folder, name, _fail)
            try:
                Studio(folder).record(events)
            except NodreelError as error:
                said += [*traceback.format_exception(error), str(error), error.advice, repr(error)]
        tried += len(events)
    assert said, "no failure was met: the test looks at nothing"
    assert CANARY not in "".join(said)
    assert CANARY not in caplog.text
    for file in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert CANARY.encode() not in file.read_bytes(), file
    assert not list(temporary.iterdir())
    found("C8", "events with canaries while everything fails", tried)


def _fail(self: Folder, *_: object, **__: object) -> None:
    raise StoreError(f"Cannot use {self.path}: no.")
