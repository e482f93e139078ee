"""The rules on who imports what are worth something only if breaking them is noticed.

Each violation is planted alone in a copy of the source; one of three watchers must find it:
import-linter (``lint-imports``), ruff's banned names, or the search for hidden doors below.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
BIN = Path(sys.executable).parent

CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONTRACTS = {c["id"]: c for c in CONFIG["tool"]["importlinter"]["contracts"]}

PLANTED = [
    # watcher, rule, planted in, the line
    ("imports", "reach", "gate", "import nodreel.desktop"),
    ("imports", "layers", "policy", "import nodreel.consent"),
    ("imports", "layers", "consent", "import nodreel.desktop"),
    ("imports", "layers", "episode", "import nodreel.store"),
    ("imports", "layers", "ipc", "import nodreel.host"),
    ("imports", "layers", ".", "import nodreel"),
    ("imports", "network", "store", "import socket"),
    ("imports", "network", "sign", "from http import server"),
    ("imports", "senses", "sources", "import xcffib"),
    ("imports", "senses", "agent", "import ctypes"),
    ("imports", "starts", "cli", "import nodreel.sources"),
    ("imports", "reach", "cli", "from nodreel.desktop import base"),
    ("imports", "alone", "desktop/x11", "import nodreel.desktop.fake"),
    ("imports", "small", "agent", "def late() -> None:\n    import PIL"),
    ("imports", "host", "webhost", "import nodreel.ipc.client"),
    ("ruff", "TID251", "gate", "import time\n\nNOW = time.time()"),
    ("ruff", "TID251", "consent", "import sys\n\nWINDOWS = sys.platform == 'win32'"),
    ("ruff", "TID251", "episode", "import importlib\n\nX = importlib.import_module('socket')"),
    ("ruff", "TID252", "gate", "from . import gate"),
    ("ruff", "TID253", "episode", "import PIL"),
    ("doors", "__import__", "store", "X = __import__('socket')"),
    ("doors", "exec", "gate", "exec('import socket')"),
    ("doors", "importlib", "ring", "import importlib.util as u"),
    ("doors", "modules", "episode", "import sys\n\nX = sys.modules['socket']"),
    ("doors", "platform", "policy", "import sys\n\nX = getattr(sys, 'platform')"),
]

DOORS = {"__import__", "eval", "exec", "compile", "__builtins__", "builtins", "__loader__"}
ASKED = {"platform", "name", "uname", "system", "modules", "time", "time_ns", "monotonic_ns"}
LOADERS = {"importlib", "runpy", "pkgutil", "imp", "zipimport"}


def hidden_doors(text: str) -> list[str]:
    """Ways to import or to ask for the operating system that no import graph shows."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Name) and node.id in DOORS:
            found.append(node.id)
        elif isinstance(node, ast.Import):
            names = {a.name.partition(".")[0] for a in node.names}
            found += sorted(names & (LOADERS | DOORS))
        elif isinstance(node, ast.ImportFrom) and node.module:
            top = node.module.partition(".")[0]
            whole = top in LOADERS - {"importlib"} or top in DOORS
            # importlib.resources reads our own data files, importlib.metadata our own version
            loads = top == "importlib" and node.module not in {
                "importlib.resources",
                "importlib.metadata",
            }
            found += [top] if whole or loads else []
        elif isinstance(node, ast.Attribute) and node.attr in {
            "modules",
            "meta_path",
            "path_hooks",
        }:
            found += [node.attr] if ast.unparse(node.value) == "sys" else []
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"getattr", "vars"}:
            of, *named = [ast.unparse(a).strip("'\"") for a in node.args[:2]] or [""]
            name = named[0] if named else of
            innocent = named and isinstance(node.args[1], ast.Constant) and name not in ASKED
            found += [name] if of in {"sys", "os", "platform", "time"} and not innocent else []
    return found


@pytest.fixture(scope="session")
def clean_copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("house")
    shutil.copytree(SOURCE, place / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", place)
    return place


@pytest.fixture
def copy(clean_copy: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(clean_copy, tmp_path / "house"))


def lint_imports(place: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "lint-imports", "--no-cache", "--no-logo"],
        cwd=place,
        env={"PYTHONPATH": str(place / "src"), "PATH": "/usr/bin:/bin", "COLUMNS": "250"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def ruff(place: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BIN / "ruff", "check", "--no-cache", "--output-format", "concise", "src"],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def plant(place: Path, where: str, line: str) -> Path:
    """Write a module that breaks a rule; a layer that is one file becomes that file's end."""
    package = place / "src" / "nodreel" / where
    if package.is_dir():
        file = package / "planted.py"
        file.write_text(f'"""Planted."""\n\nfrom __future__ import annotations\n\n{line}\n')
    else:
        file = package.with_suffix(".py")
        file.write_text(f"{file.read_text()}\n\n{line}\n")
    return file


def test_the_house_keeps_its_rules(clean_copy: Path) -> None:
    told = lint_imports(clean_copy)
    assert told.returncode == 0, told.stdout + told.stderr
    assert f"{len(CONTRACTS)} kept, 0 broken" in told.stdout


@pytest.mark.parametrize("file", sorted(SOURCE.rglob("*.py")), ids=lambda p: p.name)
def test_no_hidden_door(file: Path) -> None:
    inside = file.relative_to(SOURCE / "nodreel").parts[0]
    found = set(hidden_doors(file.read_text()))
    if inside in {"desktop", "host"}:  # they may ask what this operating system has
        found &= DOORS | LOADERS
    assert not found, file


@pytest.mark.parametrize(("watcher", "rule", "where", "line"), PLANTED)
def test_planted_violation_is_caught(
    copy: Path, watcher: str, rule: str, where: str, line: str
) -> None:
    file = plant(copy, where, line)
    if watcher == "doors":
        assert rule in hidden_doors(file.read_text())
        return
    told = lint_imports(copy) if watcher == "imports" else ruff(copy)
    assert told.returncode == 1, told.stdout + told.stderr
    if watcher == "imports" and where == ".":  # a member of the house that no layer names
        assert "nodreel.planted" in told.stdout
    elif watcher == "imports":
        assert f"{CONTRACTS[rule]['name']} BROKEN" in told.stdout
    else:
        assert f"{file.relative_to(copy)}" in told.stdout
        assert f" {rule} " in told.stdout


def layers() -> list[list[str]]:
    """Every layer with the members that exist, from the top."""
    rows = [[name.strip(" ()") for name in row.split("|")] for row in CONTRACTS["layers"]["layers"]]
    present = [[n for n in row if list((SOURCE / "nodreel").glob(f"{n}*"))] for row in rows]
    return [row for row in present if row]


UPWARD = [
    (lower, upper[0])
    for upper, lowers in zip(layers(), layers()[1:], strict=False)
    for lower in lowers
]


@pytest.mark.parametrize(("lower", "upper"), UPWARD)
def test_no_layer_imports_the_one_above(copy: Path, lower: str, upper: str) -> None:
    plant(copy, lower, f"import nodreel.{upper}")
    told = lint_imports(copy)
    assert told.returncode == 1, told.stdout + told.stderr
    assert f"{CONTRACTS['layers']['name']} BROKEN" in told.stdout


def test_enough_is_planted() -> None:
    assert len(PLANTED) >= 19
    assert {rule for watcher, rule, _, _ in PLANTED if watcher == "imports"} == set(CONTRACTS)


def test_optional_layers_are_only_those_to_come() -> None:
    """A bracket left around a part that exists would let it vanish unnoticed."""
    text = " ".join(CONTRACTS["layers"]["layers"])
    for name in ("page", "webhost", "scrub", "dataset", "export", "review", "upload"):
        here = bool(list((SOURCE / "nodreel").glob(f"{name}*")))
        assert (f"({name})" in text) is not here, f"take the brackets off {name}"
