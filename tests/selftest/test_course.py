"""The whole self-test as a person does it, in a terminal on a desktop; and that it can find."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from nodreel.consent.terms import PHRASE
from nodreel.events import Rect
from tests.agent.journey import Journey
from tests.cli.person import in_terminal
from tests.test_mutants import ROOT, surroundings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.bed.bed import Bed
    from tests.bed.windows import Windows

GUARD = "    return next((app for app in apps if _is(process, app, digest)), None)"


def answers(shown: str) -> str:
    last = shown.rstrip().splitlines()[-1]
    if "Begin?" in last:
        return "y"
    return "yes" if "[yes/NO]" in last else PHRASE


@pytest.fixture
def page(bed: Bed, windows: Windows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody who has agreed, with a designated app in front of most of the screen."""
    for name, value in bed.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("NODREEL_HOME", str(tmp_path / "n"))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with Journey(bed, tmp_path / "n") as journey:
        journey.consent()
        shell = journey.open("xterm", "-T", "work")
        window = windows.wait("work", shell.pid).id
        windows.place(window, Rect(0, 60, 1800, 900))
        windows.activate(window)
        yield tmp_path / "page.html"


@pytest.mark.canary
def test_nothing_is_found_and_nothing_stays(page: Path, say: Callable[[str], None]) -> None:
    done = in_terminal("selftest", "--without-hands", "-o", str(page), reply=answers)
    assert done.code == 0, done.text[-2000:]
    told = json.loads(page.with_suffix(".json").read_text())
    say(f"selftest: {told['result']}, {told['looked']}")
    assert (told["result"], told["control"], told["inside"]) == ("nothing found", True, 0)
    assert told["planted"] == ["an ordinary box", "a password box"]
    assert told["looked"]["pictures"] > 0
    assert "Nothing that was planted was found." in page.read_text()
    assert not list(page.parent.glob("nodreel-selftest-*"))


@pytest.mark.canary
def test_a_recorder_that_records_everything_is_found_out(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, say: Callable[[str], None]
) -> None:
    copy = tmp_path / "src"
    shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__"))
    apps = copy / "nodreel" / "gate" / "apps.py"
    text = apps.read_text()
    assert text.count(GUARD) == 1
    apps.write_text(text.replace(GUARD, "    return next(iter(apps), None)"))
    monkeypatch.setenv("PYTHONPATH", surroundings(copy)["PYTHONPATH"])
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    done = in_terminal("selftest", "--without-hands", "-o", str(page), reply=answers)
    assert done.code == 1, done.text[-2000:]
    told = json.loads(page.with_suffix(".json").read_text())
    say(f"selftest, without a guard: {told['result']}, {told['found']} times")
    assert told["result"] == "found"
    what = {hit["what"] for hit in told["hits"]}
    assert {"colour patch 1", "colour patch 2", "colour patch 3"} <= what
    assert told["inside"] > 0
    assert os.environ["PYTHONPATH"] == str(copy)
