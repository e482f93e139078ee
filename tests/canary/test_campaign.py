"""The campaign itself: a thousand canaries in real programs, and not one of them in the record."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.canary import campaign, report
from tests.canary.channels import CHANNELS, LATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.canary.campaign import Outcome

pytestmark = pytest.mark.canary

MENUS = ("GTK menu", "Qt menu", "Qt combo", "Chromium select")


@pytest.fixture(scope="module")
def outcome(say: Callable[[str], None]) -> Outcome:
    """Play everything once and say what came of it."""
    with tempfile.TemporaryDirectory(prefix="nodreel-canary-") as place:
        made = campaign.run(Path(place) / "c")
    for line in (report.table(made), *report.whereabouts(made), json.dumps(report.figures(made))):
        say(line)
    return made


def test_everything_was_played(outcome: Outcome) -> None:
    assert not outcome.log.failures


def test_enough_is_planted(outcome: Outcome) -> None:
    told = report.figures(outcome)
    assert told["strings"] >= 1000
    assert told["colours"] > 60
    assert outcome.found.read_pictures <= 300


def test_ordinary_work_is_kept(outcome: Outcome) -> None:
    kept = outcome.kept
    groups = ["GTK", "Qt", "Chromium", "Firefox"]
    restless = [f"{name}, {how}" for name in groups[2:] for how in ("retitled", "routed")]
    assert kept.share(groups) >= 0.995, kept.missed
    for group in restless:
        missed = [deed for deed in kept.missed if deed.group == group]
        assert kept.share([group]) >= 0.98, (group, missed)
    for group in groups:
        assert kept.with_element([group]) >= 0.95, group


@pytest.mark.parametrize("group", ["GTK", "Qt", "Chromium", "Firefox"])
def test_ordinary_words_are_found(outcome: Outcome, group: str) -> None:
    """In fields for anything, with everything agreed to: so the search finds what is there."""
    assert report.usefulness(outcome)["words"].get(group, 0) >= 3


@pytest.mark.parametrize("menu", MENUS)
def test_menus_and_dropdowns_are_in_the_pictures(outcome: Outcome, menu: str) -> None:
    assert outcome.found.colours[outcome.log.markers[menu].rgb] > 1000


@pytest.mark.parametrize("channel", sorted(CHANNELS.keys() - {LATE}))
def test_nothing_is_found(outcome: Outcome, channel: str) -> None:
    row = next((row for row in report.rows(outcome) if row.channel == channel), None)
    assert row is not None, "nothing was planted"
    assert row.leaks == 0, row
