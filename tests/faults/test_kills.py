"""kill -9 at each call of one seal, one rotation, one withdrawal, one deletion, and of giving."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest

from nodreel.events import Nanos
from tests.episode.faults import under_strace
from tests.faults.doing import BEYOND, NOTHING
from tests.faults.home import sound
from tests.findings import found

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WHEN: Final = 100
"""More calls of one kind than any deed makes."""
KILLED: Final = -9
DEEDS: Final = {"seal": 2, "rotate": 4, "withdraw": 5, "delete some": 2, "give": 3}
"""Every how manieth call of a kind in a usual run; in the lane it is each."""


def marks(told: dict[str, object]) -> list[tuple[object, object]]:
    said = told["said"]
    assert isinstance(said, list)
    return [(what, tuple(v) if isinstance(v, list) else v) for what, v in said]


@pytest.mark.faults
@pytest.mark.parametrize("name", DEEDS)
def test_killed_at_any_call_it_is_old_or_new(
    name: str, memory: Path, rounds: Callable[[int, int], int]
) -> None:
    step = rounds(DEEDS[name], 1)
    calls = ",".join(NOTHING)
    under_strace(
        ["tests.faults.doing", str(memory), name, str(step), str(WHEN)],
        "-e", f"trace={calls}", "-e", "signal=none",
        "-e", f"inject={calls}:signal=KILL:when={WHEN}", forks=True,
    )  # fmt: skip
    ends = []
    for at, told in json.loads((memory / "done.json").read_text()).items():
        ends.append(told["code"])
        try:
            sound(memory / at, marks(told), told["old"], Nanos(told["now"]))
        except BaseException:
            print(f"{name}, killed at {at}: {told['said'][-1]}")
            raise
    killed = ends.count(KILLED)
    assert killed + ends.count(BEYOND) == len(ends)
    assert ends.count(BEYOND) == len(NOTHING) <= killed + 2
    print(f"{name}: killed {killed} times")
    found("C9", "kills at the n-th system call", killed)
