"""The probe asks the X server for names, and for nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from nodreel.errors import UnsupportedError
from nodreel.sign import probe

if TYPE_CHECKING:
    import pytest

    from tests.bed.bed import Bed


def probed() -> tuple[int, dict[str, object]]:
    done = subprocess.run(
        [sys.executable, "-m", "nodreel.sign.probe"], capture_output=True, text=True, check=False
    )
    return done.returncode, json.loads(done.stdout)


def test_all_is_there(on_bed: Bed) -> None:
    assert probed() == (0, {"missing": []})


def test_what_is_missing_is_named(
    on_bed: Bed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(probe, "NEEDED", (*probe.NEEDED, "NO-SUCH-EXTENSION"))
    assert probe.main() == 0
    assert json.loads(capsys.readouterr().out) == {"missing": ["NO-SUCH-EXTENSION"]}


def test_without_a_display_it_says_so() -> None:
    code, told = probed()
    assert code == UnsupportedError.exit_code
    assert "no X11 display" in str(told["error"])
