"""A guard whose test cannot fail guards nothing: each mutant takes one out and must be noticed.

``tests/mutants/*.toml`` lists them: ``file``, ``find`` (occurs once), ``replace``, ``test`` (the id
of the test that must go red) and ``why``. The test runs against a changed copy of the source.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import ANY

import pytest

from tests.findings import ALL, found
from tests.forks import TOO_LONG

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
LONGEST = 300  # seconds for one mutant; some wait for a test beside them (tests/bed/neighbours.py)
SECONDS = itertools.count(1)
NOT_KEPT = ("PYTEST_", "NODREEL_HOME", "NODREEL_FINDINGS")  # what a mutant finds is no finding


@dataclass(frozen=True, slots=True)
class Mutant:
    file: str
    find: str
    replace: str
    test: str
    why: str


MUTANTS = [
    pytest.param(Mutant(**entry), id=f"{listed.stem}-{number}")
    for listed in sorted((ROOT / "tests" / "mutants").glob("*.toml"))
    if listed.stem != "canary"  # a lane of its own: tests/canary/test_guards.py
    for number, entry in enumerate(tomllib.loads(listed.read_text()).get("mutant", []), 1)
]


def surroundings(source: Path) -> dict[str, str]:
    """Environment in which ``nodreel`` is the changed copy, in every process that inherits it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(NOT_KEPT)}
    return kept | {
        "PYTHONPATH": str(source),
        "PYTHONPYCACHEPREFIX": str(source.parent / "pyc"),
        "NODREEL_LAWS": "mutant",
    }


@pytest.fixture(scope="session")
def forks() -> Iterator[subprocess.Popen[str]]:
    """The process whose forks run the tests: importing what they need takes longer than most do."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.forks"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        yield server


def run(
    forks: subprocess.Popen[str], test: str, source: Path, place: Path, longest: int = LONGEST
) -> tuple[int, str]:
    """Run one test with that source; returns pytest's exit code and what it printed."""
    output = place / "output"
    asked = {
        "arguments": [
            *("-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist", "--no-header"),
            *("--tb=line", "-W", "ignore::pytest.PytestAssertRewriteWarning"),
            *(f"--basetemp={place / 't'}", test),
        ],
        "environment": surroundings(source),
        "source": str(source),
        "output": str(output),
        "longest": longest,
    }
    assert forks.stdin is not None
    assert forks.stdout is not None
    forks.stdin.write(json.dumps(asked) + "\n")
    forks.stdin.flush()
    code = int(forks.stdout.readline())
    return code, output.read_text()


@pytest.fixture(scope="session")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source; one mutant after the other changes it and puts it back."""
    place = tmp_path_factory.mktemp("copy") / "src"
    shutil.copytree(ROOT / "src", place, ignore=shutil.ignore_patterns("__pycache__"))
    return place


@contextmanager
def changed(file: Path, find: str, replace: str) -> Iterator[None]:
    """Change a file for as long as this lasts.

    Bytecode is known by the size of its source and the second of its change: each has its own.
    """
    before = file.read_bytes()
    text = before.decode()
    assert text.count(find) == 1, f"`find` occurs {text.count(find)} times"
    second = next(SECONDS)
    try:
        file.write_text(text.replace(find, replace))
        os.utime(file, (second, second))
        yield
    finally:
        file.write_bytes(before)
        os.utime(file, (0, 0))


@pytest.mark.parametrize("mutant", MUTANTS)
def test_mutant_is_noticed(mutant: Mutant, copy: Path, forks: subprocess.Popen[str]) -> None:
    file = copy.parent / mutant.file
    with (
        changed(file, mutant.find, mutant.replace),
        tempfile.TemporaryDirectory(prefix="m") as place,  # a socket's path must be short
    ):
        if file.suffix == ".py":
            compile(file.read_text(), str(file), "exec")
        code, last = run(forks, mutant.test, copy, Path(place))
    assert code == 1, f"unnoticed: {mutant.why}\n{last}"
    assert re.search(r"\b\d+ failed\b", last), f"broke instead of failing: {mutant.why}\n{last}"
    found(ALL, "guards taken out (mutants), each noticed", 1)


HERE = """
import os, nodreel.errors
def test_here(): assert nodreel.errors.__file__.startswith(os.environ["PYTHONPATH"])
def test_changed(): assert nodreel.errors.NodreelError.exit_code == int(os.environ["WANTED"])
"""


def test_the_changed_copy_is_what_runs_and_only_while_it_is_changed(
    copy: Path, forks: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = copy / "nodreel" / "errors.py"
    with tempfile.TemporaryDirectory(prefix="m") as place:
        test = Path(place) / "test_here.py"
        test.write_text(HERE)
        for wanted in (1, 99, 1):
            monkeypatch.setenv("WANTED", str(wanted))
            with changed(file, "    exit_code = 1\n", f"    exit_code = {wanted:>2}\n"):
                assert run(forks, str(test), copy, Path(place)) == (0, ANY)
        monkeypatch.setenv("WANTED", "99")
        assert run(forks, str(test), copy, Path(place)) == (1, ANY)


def test_a_run_that_hangs_is_ended(copy: Path, forks: subprocess.Popen[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="m") as place:
        test = Path(place) / "test_hangs.py"
        test.write_text("import time\ndef test_hangs(): time.sleep(1000)\n")
        assert run(forks, str(test), copy, Path(place), longest=1) == (TOO_LONG, ANY)
