"""Actions recovered from a real recording of a seeded workload on real forms; see ``plan``."""

from __future__ import annotations

import json
import os
import time
from typing import TYPE_CHECKING, Self

import pytest

from nodreel import actions, open_episode
from nodreel.action import ActionKind, between
from nodreel.events import MILLISECOND, SECOND, Element, Focus, Gap, Key, Rect, Withheld
from tests.agent.journey import Journey
from tests.bed.bed import Bed, wait_for
from tests.bed.injector import Injector
from tests.bed.windows import Windows
from tests.canary.policy import HEAD, LIMITS, app
from tests.canary.puppets import PYTHON
from tests.recovery.judge import Score, judge
from tests.recovery.plan import deeds, task
from tests.recovery.player import Form, Player
from tests.recovery.replay import Replayer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from nodreel import Action, Episode

pytestmark = pytest.mark.recovery
FORMS = {"gtk-form": "GTK sample form", "qt-form": "Qt sample form"}
PLACES = {"gtk-form": Rect(40, 60, 640, 620), "qt-form": Rect(760, 60, 640, 620)}
SHORT, LONG, TASKS = 120, 400, 20
PARTS = 5  # of LONG deeds, and of TASKS tasks; each has a desktop of its own, and can run alone
HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120


class Recorded:
    """A recording person at two forms."""

    POLICY = "".join(
        app(name, PYTHON, "full") + f'script = "{HERE}/bed/apps/{name.replace("-", "_")}.py"\n'
        for name in FORMS
    )

    def __init__(self, folder: Path) -> None:
        self.bed = Bed(folder / "x", size=(1600, 900), accessibility=True)
        self.folder = folder

    def __enter__(self) -> Self:
        self.bed.__enter__()
        self.hands, self.windows = Injector(self.bed.env), Windows(self.bed.env)
        self.journey = Journey(self.bed, self.folder / "n")
        (self.folder / "research.key").write_text(self.journey.identity)  # to look at it later
        self.journey.write_policy(HEAD.format(synthetic="keep") + self.POLICY + LIMITS)
        self.journey.consent()
        self.forms = self.opened()
        self.journey.agent()
        self.windows.activate(self.forms[0].window)
        self.journey.until("recording")
        time.sleep(1.0)
        return self

    def opened(self) -> Sequence[Form]:
        """Start what is worked in; what has the front is the first."""
        return [self.open(name) for name in FORMS]

    def open(self, name: str) -> Form:
        """Start a fresh copy of a form, in its place."""
        script = f"{HERE}/bed/apps/{name.replace('-', '_')}.py"
        place = PLACES[name]
        started = self.bed.start(PYTHON, script, f"{place.x},{place.y}")
        window = self.windows.wait(FORMS[name], started.pid, timeout=60)
        self.windows.place(window.id, place)
        return Form(name, started, window.id)

    def __exit__(self, *_: object) -> None:
        self.journey.__exit__()
        self.hands.close()
        self.windows.close()
        self.bed.close()

    def actions_since(self, began: int) -> list[Action] | None:
        """Return what was done after a moment (monotonic ns); None where a gap is told in it."""
        start, episode = self._written()
        if any(start + gap.until >= began for gap in _gaps(episode)):
            return None
        return [a for a in actions(episode) if start + a.start >= began]

    def _written(self) -> tuple[int, Episode]:
        """Return what was recorded once all that the hands did is on the disk."""
        last = self.hands.sent[-1].before - MILLISECOND

        def there() -> tuple[int, Episode] | None:
            time.sleep(0.2)  # asking costs what is measured
            start, episode = self._episode()
            return (start, episode) if start + episode.length >= last else None

        return wait_for(there, "the last deed to be on the disk", 60)

    def _episode(self) -> tuple[int, Episode]:
        folders = self.journey.episodes()
        start = min(json.loads((f / "local.json").read_text())["mono"] for f in folders)
        return start, open_episode(self.journey.paths.episodes, self.journey.identity)

    def score(self, player: Player) -> Score:
        """Judge what was recorded so far."""
        start, episode = self._written()
        sent, gaps = self.hands.sent, _gaps(episode)
        score = judge(actions(episode), start, player.truth, sent, gaps)
        odd = [e for e in episode.events() if isinstance(e, Gap | Withheld)]
        untold = [a for a in actions(episode) if a.kind is ActionKind.TYPE and a.text is None]
        score.remarks += [_around(episode, a) for a in untold]
        score.remarks += [f"{e.t / 1e9:.2f}-{e.until / 1e9:.2f} {e}" for e in odd]
        score.remarks.append(str(self.journey.status()))
        return score


@pytest.fixture
def recorded(tmp_path: Path) -> Iterator[Recorded]:
    with Recorded(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def together() -> Score:
    return Score()


@pytest.mark.parametrize(("seed", "count"), [(1, SHORT), *((n + 1, LONG) for n in range(PARTS))])
def test_what_was_done_is_what_the_actions_say(
    recorded: Recorded, together: Score, seed: int, count: int, request: pytest.FixtureRequest
) -> None:
    player = Player(recorded.bed, recorded.hands, recorded.windows, recorded.forms)
    player.play(deeds(seed, count), request.config.getoption("--seconds"))
    score = recorded.score(player)
    together.add(score)
    told = "\n".join([score.table(), *score.remarks[:60]])
    found = f"{sum(score.found.values())} found, {score.unrecorded} in gaps that are told"
    found += f", {score.untold} texts without their characters"
    print(f"\n{len(player.truth)} deeds, {found}\n{told}")
    assert score.unrecorded <= 0.1 * len(player.truth), "the machine was too busy to record"
    assert score.untold <= 0.1 * score.found["type"], "the machine was too busy to know its fields"
    assert all(truth.confirmed for truth in player.truth), "the form did not get what was sent"
    assert min(map(score.f1, score.kinds)) >= 0.95, told  # one of few deeds of a kind


def test_of_all_deeds_together_hardly_any_is_missed(together: Score) -> None:
    """Of all parts that ran, for one deed in a part is too much of a kind to judge by."""
    print(f"\n{sum(together.found.values())} deeds found in all\n{together.table()}")
    assert together.found, "no part ran"
    assert min(map(together.f1, together.kinds)) >= 0.995, together.table()


@pytest.mark.parametrize("part", range(PARTS))
def test_what_was_recorded_can_be_done_again(
    recorded: Recorded, part: int, request: pytest.FixtureRequest
) -> None:
    """Tasks are played and recorded, then their actions alone are played into a fresh form."""
    end = time.monotonic() + (request.config.getoption("--seconds") or 1e9)
    same, other, again_for_gaps = 0, [], 0
    for seed in range(part * TASKS, (part + 1) * TASKS):
        if time.monotonic() > end:
            break
        wanted, found = _task(recorded, seed)
        while found is None:
            again_for_gaps += 1
            assert again_for_gaps <= TASKS, "the machine is too busy to record"
            wanted, found = _task(recorded, seed)
        again = _fresh(recorded)
        Replayer(recorded.hands).replay(found)
        if _comes_to(again, wanted):
            same += 1
        else:
            other.append(f"task {seed}: {again.state()}, not {wanted}")
    told = f"{same} of {same + len(other)} tasks end the same; {again_for_gaps} times one was"
    told += " played again, for the recording told a gap in it\n" + "\n".join(other)
    print(f"\n{told}")
    assert same >= 0.95 * (same + len(other)), told


def _task(recorded: Recorded, seed: int) -> tuple[object, list[Action] | None]:
    """Play a task into a fresh form; return what it came to, and the actions, if all is there."""
    form = _fresh(recorded)
    began = time.monotonic_ns()
    player = Player(recorded.bed, recorded.hands, recorded.windows, [form])
    player.play(task(seed))
    return form.state(), recorded.actions_since(began)


def _around(episode: Episode, text: Action) -> str:
    """Tell what was known while a text was typed whose characters are not told."""
    near = [e for e in episode.events() if text.start - SECOND <= e.t <= text.end]
    told = [f"{(e.t - text.start) // MILLISECOND}:{_short(e)}" for e in near]
    return f"untold {text.app} {' '.join(t for t in told if not t.endswith(':'))}"[:2000]


def _short(event: object) -> str:
    if isinstance(event, Key):
        return f"{event.keysym or '-'}{'c' if event.composed else ''}" if event.press else ""
    return repr(event) if isinstance(event, Element | Focus | Withheld | Gap) else ""


def _gaps(episode: Episode) -> list[Gap]:
    return [*between(episode), *(e for e in episode.events() if isinstance(e, Gap))]


def _comes_to(form: Form, wanted: object) -> bool:
    """Whether a form says what is wanted, and still does when it has come to rest."""
    end = time.monotonic() + 3
    while form.state() != wanted and time.monotonic() < end:
        time.sleep(0.05)
    time.sleep(0.5)
    return form.state() == wanted


def _fresh(recorded: Recorded) -> Form:
    """Start the form anew and wait until it is recorded and its fields are known."""
    recorded.forms[0].app.stop()
    form = recorded.open("gtk-form")
    recorded.forms = [form, *recorded.forms[1:]]
    recorded.windows.activate(form.window)
    recorded.journey.until("recording")
    form.box("Note")
    time.sleep(1.5)
    return form
