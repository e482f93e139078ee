from __future__ import annotations

import subprocess
import sys

import nodreel


def test_it_offers_what_researchers_use() -> None:
    assert "open_episode" in nodreel.__all__
    for name in nodreel.__all__:
        assert getattr(nodreel, name) is not None


def test_importing_it_opens_nothing() -> None:
    """The name alone must not load what can hear or see."""
    told = subprocess.run(
        [sys.executable, "-c", "import sys, nodreel; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = told.stdout.split()
    assert not {m for m in loaded if m.startswith(("xcffib", "pynput", "mss", "nodreel.desktop"))}
