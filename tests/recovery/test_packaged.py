"""Actions recovered on a packaged program that was not used while nodreel was made; see there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.canary.policy import app
from tests.recovery.judge import Score
from tests.recovery.packaged import EXE, PLACE, TITLE, Pad, PadPlayer, deeds
from tests.recovery.test_recovery import Recorded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.recovery
PARTS, EACH = 3, 200

LEAST = 0.995 - 0.01  # of the sample forms, and so much less


class WithPad(Recorded):
    """A recording person at a packaged editor."""

    POLICY = app("pad", EXE, "full")

    def opened(self) -> list[Pad]:
        """Start the editor with an empty file, in its place."""
        file = self.folder / TITLE
        file.write_text("")
        started = self.bed.start(EXE, str(file))
        window = self.windows.wait(TITLE, started.pid, timeout=60)
        area = self.windows.place(window.id, PLACE)
        return [Pad("pad", started, window.id, file=file, area=area)]


@pytest.fixture
def recorded(tmp_path: Path) -> Iterator[WithPad]:
    with WithPad(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def together() -> Score:
    return Score()


@pytest.mark.parametrize("seed", range(1, PARTS + 1))
def test_a_program_that_nobody_knew_is_told_as_well(
    recorded: WithPad, together: Score, seed: int, request: pytest.FixtureRequest
) -> None:
    (pad,) = recorded.forms
    assert isinstance(pad, Pad)
    player = PadPlayer(recorded.bed, recorded.hands, recorded.windows, pad)
    player.look_round()
    player.play(deeds(seed, EACH), request.config.getoption("--seconds"))
    score = recorded.score(player)
    together.add(score)
    told = "\n".join([score.table(), *score.remarks[:60]])
    print(f"\n{len(player.truth)} deeds in {EXE}, {sum(score.found.values())} found, "
          f"{score.unrecorded} in gaps that are told\n{told}")  # fmt: skip
    assert score.unrecorded <= 0.1 * len(player.truth), "the machine was too busy to record"
    assert min(map(score.f1, score.kinds)) >= 0.9, told  # one of few deeds of a kind


def test_it_is_told_as_well_as_the_sample_forms(together: Score) -> None:
    print(f"\n{sum(together.found.values())} deeds found in all\n{together.table()}")
    assert together.found, "no part ran"
    assert min(map(together.f1, together.kinds)) >= LEAST, together.table()
