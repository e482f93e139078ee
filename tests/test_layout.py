"""The shape of the house: small files, honest names, no circle, and a test beside every module."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import grimp
import pytest

import nodreel

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "nodreel"
TESTS = ROOT / "tests"
LONGEST = 400  # lines

NOWHERE_NAMES = {
    "base_utils", "common", "core", "helper", "helpers", "lib", "manager", "misc", "service",
    "shared", "stuff", "tools", "util", "utils",
}  # fmt: skip

MODULES = sorted(p.relative_to(SOURCE).as_posix() for p in SOURCE.rglob("*.py"))
PYTHON = sorted(
    p.relative_to(ROOT).as_posix()
    for place in ("src", "tests", "scripts")
    for p in (ROOT / place).rglob("*.py")
)


def needs_test(module: str) -> bool:
    """Whether there is code of its own; a Protocol alone is tested by its contract suite."""
    tree = ast.parse((SOURCE / module).read_text())
    protocols = {
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)
    }
    promised = {id(node) for protocol in protocols for node in ast.walk(protocol)}
    return any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and id(node) not in promised
        for node in ast.walk(tree)
    )


def mirrored(module: str) -> list[Path]:
    """Where the tests of a module may lie (``__init__`` by its folder's name)."""
    path = Path(module)
    if path.stem in {"__init__", "__main__"}:
        name = path.parent.name or "package"
        return [
            TESTS / path.parent / f"test_{name}.py",
            TESTS / path.parent / f"test_{path.stem}.py",
        ]
    return [TESTS / path.parent / f"test_{path.stem}.py"]


def covered_elsewhere() -> set[str]:
    """Modules that a test file beside their own names in ``COVERS``: parts of one thing."""
    found: set[str] = set()
    for file in TESTS.rglob("test_*.py"):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "COVERS":
                folder = file.parent.relative_to(TESTS)
                found |= {
                    (folder / f"{name}.py").as_posix() for name in ast.literal_eval(node.value)
                }
    return found


COVERED = covered_elsewhere()


def test_what_is_said_to_be_covered_exists() -> None:
    assert set(MODULES) >= COVERED


@pytest.mark.parametrize("module", MODULES)
def test_every_module_with_code_has_its_test(module: str) -> None:
    if module in COVERED:
        return
    places = mirrored(module)
    assert not needs_test(module) or any(p.exists() for p in places), (
        f"write {places[0].relative_to(ROOT)}"
    )


@pytest.mark.parametrize("file", PYTHON)
def test_no_file_is_long(file: str) -> None:
    lines = len((ROOT / file).read_text().splitlines())
    assert lines <= LONGEST, f"{file} has {lines} lines: it does more than one thing"


@pytest.mark.parametrize("module", MODULES)
def test_names_say_what_is_inside(module: str) -> None:
    assert not NOWHERE_NAMES.intersection(Path(module).with_suffix("").parts)


@pytest.mark.parametrize("module", MODULES)
def test_every_module_is_a_package_member(module: str) -> None:
    for parent in list(Path(module).parents)[:-1]:
        assert (SOURCE / parent / "__init__.py").exists(), f"{parent} lacks an __init__.py"


def test_no_import_goes_round_in_a_circle() -> None:
    graph = grimp.build_graph("nodreel", cache_dir=None)
    state: dict[str, int] = {}
    trail: list[str] = []

    def visit(module: str) -> None:
        state[module] = 1
        trail.append(module)
        for imported in sorted(graph.find_modules_directly_imported_by(module)):
            if state.get(imported) == 1:
                circle = [*trail[trail.index(imported) :], imported]
                pytest.fail(" -> ".join(circle))
            if imported not in state:
                visit(imported)
        trail.pop()
        state[module] = 2

    for module in sorted(graph.modules):
        if module not in state:
            visit(module)


def test_locks_name_no_place_to_fetch_from() -> None:
    for lock in (ROOT / "requirements").rglob("*.txt"):
        assert "://" not in lock.read_text(), lock


def test_locks_hold_every_dependency_of_the_project() -> None:
    import tomllib

    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    needed, extras = project["project"]["dependencies"], project["project"]["optional-dependencies"]
    for lock, wanted in (
        ("run", [*needed, *extras["read"], *extras["upload"]]),
        ("export", [*needed, *(r for extra in ("read", "export", "rerun") for r in extras[extra])]),
        ("dataset", [*needed, *extras["dataset"], *extras["ray"]]),
    ):
        locked = (ROOT / "requirements" / f"{lock}.txt").read_text()
        for requirement in map(Requirement, wanted):
            assert f"{canonicalize_name(requirement.name)}==" in locked, (
                f"run scripts/lock: {requirement}"
            )


def test_no_program_that_we_start_takes_code_from_the_folder_it_starts_in() -> None:
    """Without -P a ``json.py`` in a stranger's folder of data would be ours to run."""
    source = Path(nodreel.__file__).parent  # the one that runs
    for module in MODULES:
        calls = re.findall(r"sys\.executable,\s*(\S+)", (source / module).read_text())
        assert all(first == '"-P",' for first in calls), f"{module} starts Python without -P"
