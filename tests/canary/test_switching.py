"""Whatever the order of a browser's word and the person's keys: nothing of the new page is kept."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.canary import report, switching
from tests.canary.campaign import begin
from tests.canary.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.canary

CLOSED_WITHIN = 2.0  # seconds


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="nodreel-canary-") as place:
        yield Path(place) / "c"


@pytest.mark.parametrize("seed", range(2))
def test_nothing_of_the_new_page_is_kept(
    folder: Path, seed: int, say: Callable[[str], None]
) -> None:
    outcome = switching.fuzz(folder, seed, seconds=60)
    say(report.table(outcome))
    (row,) = report.rows(outcome)
    assert row.strings >= 15
    assert row.leaks == 0, report.whereabouts(outcome)
    assert outcome.found.records > 50, "nothing of the designated page was kept either"


def test_without_its_extension_a_browser_is_closed(
    folder: Path, say: Callable[[str], None]
) -> None:
    with Stage(folder, 1) as stage:
        begin(stage, "keep")
        took = switching.kill_extension(stage, stage.browser("chromium"))
    say(f"extension killed: closed after {took:.3f} s")
    assert took <= CLOSED_WITHIN
