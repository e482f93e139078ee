"""What a chance of the machine made red: at most three, and never what holds a promise itself."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.second_try import MOST, NEVER, again

if TYPE_CHECKING:
    from pathlib import Path


def test_a_few_of_the_desktop_are_tried_again() -> None:
    few = {f"tests/agent/test_agent.py::test_{n}[a b]": True for n in range(MOST)}
    assert again(few) == sorted(few)
    assert again(few | {"tests/agent/test_agent.py::test_one_more": True}) == []
    assert again({}) == []


@pytest.mark.parametrize("place", NEVER)
def test_what_hangs_on_no_machine_is_not(place: str) -> None:
    of_the_desktop = {"tests/agent/test_agent.py::test_one": True}
    assert again(of_the_desktop | {f"tests/{place}/test_it.py::test_one": True}) == []


def test_as_a_program(tmp_path: Path) -> None:
    noted = tmp_path / "lastfailed"
    command = [sys.executable, "-m", "tests.second_try", str(noted)]
    noted.write_text(json.dumps({"tests/sign/test_a.py::test_b": True}))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "tests/sign/test_a.py::test_b\n")
    noted.write_text(json.dumps({"tests/gate/test_a.py::test_b": True}))
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
