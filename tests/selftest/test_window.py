"""The window types only while it has the keyboard itself, and says what it really planted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING

from nodreel.selftest.canaries import PLACES
from nodreel.selftest.window import Window

if TYPE_CHECKING:
    from tests.bed.bed import Bed
    from tests.bed.injector import Injector
    from tests.bed.windows import Windows

COVERS = ["hands"]
WORDS = dict(zip(PLACES, ("abcdefgh", "qwertzuy", "byhandzz"), strict=True))
COMMAND = [sys.executable, "-P", "-m", "nodreel.selftest.window"]


def shown(bed: Bed, *, by_hand: bool) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        COMMAND,
        env={**{k: v for k, v in os.environ.items() if k.startswith("PYTHON")}, **bed.env},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdin is not None
    told = {"words": WORDS, "colours": [0x2A7FC4], "by_hand": by_hand}
    process.stdin.write(json.dumps(told))
    process.stdin.close()
    process.stdin = None
    return process


def test_it_types_into_both_boxes_and_says_when(bed: Bed) -> None:
    with shown(bed, by_hand=False) as process:
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    told = json.loads(out)
    assert told["planted"] == list(PLACES[:2])
    assert 0 < told["since"] < told["until"]


def test_it_types_nothing_into_another_app(bed: Bed, windows: Windows) -> None:
    log = bed.folder / "typed"
    other = bed.start("xterm", "-T", "other", "-e", "sh", "-c", f"stty -icanon; cat > {log}")
    window = windows.wait("other", other.pid).id
    with shown(bed, by_hand=False) as process:
        windows.wait("nodreel self-test", process.pid)
        for _ in range(200):
            windows.activate(window)
            if process.poll() is not None:
                break
        out, _ = process.communicate(timeout=30)
    text = log.read_text() if log.exists() else ""
    other.stop()
    assert len(text) <= 1, "at most the letter that was under way"
    assert len(json.loads(out)["planted"]) <= 2


def test_it_stops_typing_as_soon_as_something_else_has_the_keyboard() -> None:
    tapped: list[str] = []
    box = SimpleNamespace(focus_force=lambda: None)
    has = iter([box, box, box, None, box])  # before the word, and before each of its letters
    window = object.__new__(Window)
    window._root = SimpleNamespace(focus_displayof=lambda: next(has))  # type: ignore[assignment]
    window.since = window.until = None
    steps = window._type(SimpleNamespace(tap=tapped.append), box, "abcd")  # type: ignore[arg-type]
    list(steps)
    assert tapped == ["a", "b"]


def test_a_word_typed_by_hand_counts(bed: Bed, windows: Windows, hands: Injector) -> None:
    with shown(bed, by_hand=True) as process:
        windows.wait("nodreel self-test: now you", process.pid)
        hands.type(WORDS[PLACES[2]] + "\n")
        out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    assert json.loads(out)["planted"] == list(PLACES)


def test_without_a_display_it_says_so() -> None:
    with subprocess.Popen(
        COMMAND, env={k: v for k, v in os.environ.items() if k.startswith("PYTHON")},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        _, err = process.communicate(json.dumps({"words": {}, "colours": [], "by_hand": False}))
    assert process.returncode == 1
    assert "no display" in err
