"""nodreel open: starts the process of the pages, and hands a browser the door to them."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from nodreel.cli.main import main
from nodreel.clock import SystemClock
from nodreel.host import holder
from nodreel.page.door import door
from nodreel.paths import default_paths
from nodreel.policy import load_policy
from tests.bed.waiting import wait_for
from tests.consent.yes import agree
from tests.policy.samples import TOML

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _ended() -> Iterator[None]:
    yield
    paths = default_paths()
    pid = holder(paths.runtime / "page.lock")
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
        wait_for(lambda: not door(paths).exists(), "the end of the pages")


def test_it_starts_the_pages_once_and_says_where_the_door_is() -> None:
    paths = default_paths()
    done = CliRunner().invoke(main, ["open", "review", "--print"])
    assert done.exit_code == 0, done.output
    assert done.output.strip() == str(door(paths))
    assert (paths.runtime / "page.first").read_text() == "review"
    pid = holder(paths.runtime / "page.lock")
    assert CliRunner().invoke(main, ["open", "--print"]).exit_code == 0
    assert holder(paths.runtime / "page.lock") == pid


def test_withdrawing_comes_first() -> None:
    paths, clock = default_paths(), SystemClock()
    paths.config.mkdir(mode=0o700, parents=True)
    paths.policy.write_text(TOML)
    paths.policy.chmod(0o600)
    agree(paths, clock, load_policy(paths).policy)
    assert paths.grant.exists()
    done = CliRunner().invoke(main, ["open", "--withdraw", "--print"])
    assert done.exit_code == 0, done.output
    assert not paths.grant.exists()
    assert "You have withdrawn" in done.output


def test_another_page_is_no_page() -> None:
    done = CliRunner().invoke(main, ["open", "nowhere"])
    assert done.exit_code == 2
