"""What holds for every test: no leaked thread, no inherited desktop, nothing in HOME."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

INHERITED = (
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "DBUS_SESSION_BUS_ADDRESS",
    "DBUS_SYSTEM_BUS_ADDRESS",
    "XDG_SESSION_TYPE",
    "XDG_SESSION_ID",
    "AT_SPI_BUS_ADDRESS",
    "NODREEL_HOME",
)


# The same examples each time, and no deadline on a busy machine; slow lanes look further.
hypothesis.settings.register_profile("usual", derandomize=True, database=None, deadline=None)
hypothesis.settings.register_profile("thorough", max_examples=2000, deadline=None)
# A mutant only has to be noticed; nobody reads its smallest example.
hypothesis.settings.register_profile(
    "mutant",
    parent=hypothesis.settings.get_profile("usual"),
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
)


def pytest_configure(config: pytest.Config) -> None:
    usual = os.environ.get("NODREEL_LAWS", "usual")
    thorough = config.getoption("--thorough", default=False)
    hypothesis.settings.load_profile("thorough" if thorough else usual)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="slow lanes: many more rounds")
    parser.addoption("--seconds", type=int, help="lanes fuzz, soak, recovery: how long")
    parser.addoption("--events", type=int, help="lane soak: how many events, a day's unless told")


LANES = {
    "browser", "canary", "dataset", "exports", "fuzz", "packages", "power", "recovery", "rest",
    "soak", "stores",
}  # fmt: skip
"""Marks of what runs in a lane of its own and nowhere else."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "small_disk" in getattr(item, "fixturenames", ()):
            item.add_marker("small_disk")
    if not config.getoption("--thorough"):
        apart = [item for item in items if any(item.get_closest_marker(lane) for lane in LANES)]
        config.hook.pytest_deselected(items=apart)
        items[:] = [item for item in items if item not in apart]


@pytest.fixture(scope="session")
def rounds(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """How often to repeat: ``rounds(usual, thorough)``."""
    thorough = bool(request.config.getoption("--thorough"))
    return lambda usual, many: many if thorough else usual


@pytest.fixture(scope="session")
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """What slow tests have to say is said at once, also while their output is captured."""
    plugins = request.config.pluginmanager
    capture, reporter = plugins.getplugin("capturemanager"), plugins.getplugin("terminalreporter")

    def said(line: str) -> None:
        with capture.global_and_fixture_disabled():
            reporter.write_line(line)

    return said


@pytest.fixture(scope="session")
def small_disk() -> Path:
    """A file system of a few MiB that a test may fill (each test in a folder of its own)."""
    place = os.environ.get("NODREEL_SMALL_DISK")
    assert place, "no small disk: run scripts/test as root, it mounts one"
    return Path(place)


@pytest.fixture(autouse=True)
def _own_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees a desktop it did not start, or writes where a person keeps things."""
    for name in INHERITED:
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("NODREEL_HOME", str(home / "nodreel"))
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _no_thread_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and t.is_alive()]
    for thread in left:
        thread.join(timeout=2)
    left = [t.name for t in left if t.is_alive()]
    assert not left, f"threads outlived the test: {left}"
