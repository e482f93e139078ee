"""A guard whose test cannot fail guards nothing: each mutant takes one out and must be noticed.

``tests/mutants/*.toml`` lists them: ``file``, ``find`` (occurs once), ``replace``, ``test`` (the id
of the test that must go red) and ``why``. The test runs against a changed copy of the source.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LONGEST = 180  # seconds for one mutant
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
    kept.pop("PYTHONPYCACHEPREFIX", None)  # the copies have new names each time
    return kept | {
        "PYTHONPATH": str(source),
        "PYTHONDONTWRITEBYTECODE": "1",
        "NODREEL_LAWS": "mutant",
    }


def run(test: str, source: Path, place: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "pytest",
                "-q",
                "-x",
                "-p",
                "no:cacheprovider",
                "-p",
                "no:xdist",
            ),
            *("--no-header", "--tb=line", f"--basetemp={place}", test),
        ],
        cwd=ROOT,
        env=surroundings(source),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source with its bytecode, which stays good for all that a mutant leaves."""
    place = tmp_path_factory.mktemp("compiled") / "src"
    shutil.copytree(ROOT / "src", place, ignore=shutil.ignore_patterns("__pycache__"))
    told = [sys.executable, "-m", "compileall", "-q", str(place)]
    subprocess.run(told, env=surroundings(place), check=True)
    return place


@pytest.mark.parametrize("mutant", MUTANTS)
def test_mutant_is_noticed(mutant: Mutant, compiled: Path, tmp_path: Path) -> None:
    copy = tmp_path / "src"
    shutil.copytree(compiled, copy)
    file = copy.parent / mutant.file
    text = file.read_text()
    assert text.count(mutant.find) == 1, f"`find` occurs {text.count(mutant.find)} times"
    file.write_text(text.replace(mutant.find, mutant.replace))
    compile(file.read_text(), str(file), "exec")
    with tempfile.TemporaryDirectory(prefix="m") as place:  # a socket's path must be short
        told = run(mutant.test, copy, Path(place) / "t")
    last = told.stdout + told.stderr
    assert told.returncode == 1, f"unnoticed: {mutant.why}\n{last}"
    assert re.search(r"\b\d+ failed\b", last), f"broke instead of failing: {mutant.why}\n{last}"


def test_the_changed_copy_is_what_runs(tmp_path: Path) -> None:
    copy = tmp_path / "src"
    shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__"))
    told = subprocess.run(
        [sys.executable, "-c", "import nodreel.events as e; print(e.__file__)"],
        cwd=ROOT,
        env=surroundings(copy),
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip().startswith(str(copy))
