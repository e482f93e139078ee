"""Recorders run beside each other, and never beside a program that looks in."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.bed import neighbours
from tests.bed.neighbours import Recorders, looking_in

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

OTHER = """
import pathlib, sys
from tests.bed import neighbours
neighbours._PLACE = pathlib.Path(sys.argv[1])
with neighbours.{what}():
    print("in", flush=True)
    input()
"""


def other(what: str, place: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", OTHER.format(what=what), str(place)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )


def is_in(process: subprocess.Popen[bytes], seconds: float) -> bool:
    return bool(select.select([process.stdout], [], [], seconds)[0])


def test_who_looks_in_waits_for_recorders_and_they_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "n"  # the real one has other tests in it
    monkeypatch.setattr(neighbours, "_PLACE", place)
    mine = Recorders()
    mine.enter()
    with other("Recorders", place) as beside:
        assert is_in(beside, 60)
        beside.communicate(b"\n")
    with other("looking_in", place) as guest:
        assert not is_in(guest, 1)
        mine.leave()
        assert is_in(guest, 60)
        guest.communicate(b"\n")
    with looking_in():
        mine.enter()  # a recorder of one's own
        with other("Recorders", place) as waits:
            assert not is_in(waits, 1)
            waits.kill()
    mine.leave()
