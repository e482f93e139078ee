from __future__ import annotations

import json
from typing import TYPE_CHECKING

from click.testing import CliRunner

from nodreel.cli.main import main
from nodreel.errors import KeyMismatchError, StoreError
from nodreel.events import Focus
from tests.episode.studio import at
from tests.redact.test_release import MAIL, recorded, screen

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_command_says_what_was_taken_out(tmp_path: Path) -> None:
    studio = recorded(tmp_path, [Focus(at(0), "editor", MAIL), screen(10, f"mail {MAIL}")])
    (tmp_path / "key").write_text(studio.identity)
    (tmp_path / "words").write_text("Nightingale\n")
    out = tmp_path / "out"
    words = ["scrub", str(studio.only()), str(out), "-i", str(tmp_path / "key")]
    shown = CliRunner().invoke(main, [*words, "--words", str(tmp_path / "words")])
    assert shown.exit_code == 0, shown.output
    assert "2 of mail address" in shown.output or "3 of mail address" in shown.output
    assert "CPU s" in shown.output
    kept = json.loads((out / f"{studio.only().name}.scrub.json").read_text())
    assert kept["found"]["title: mail address"] == 1
    assert MAIL not in json.dumps(kept)
    again = CliRunner().invoke(main, [*words, "--json"])
    assert again.exit_code == StoreError.exit_code
    assert "already there" in json.loads(again.stderr.splitlines()[-1])["error"]["message"]


def test_without_a_key_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nodreel.cli.scrub.review_key", lambda: None)
    studio = recorded(tmp_path, [Focus(at(0), "editor")])
    shown = CliRunner().invoke(main, ["scrub", str(studio.only()), str(tmp_path / "out")])
    assert shown.exit_code == KeyMismatchError.exit_code
    assert "--identity" in shown.output
