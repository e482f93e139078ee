from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from nodreel.cli import dataset as face
from nodreel.cli.dataset import Told
from nodreel.cli.main import main
from nodreel.dataset.made import Made
from nodreel.dataset.scrubbing import Scrubbing
from nodreel.dataset.split import Shares, split_key
from nodreel.events import SECOND, Nanos
from nodreel.redact import Rules
from tests.dataset.folder import Folder
from tests.dataset.people import Person
from tests.episode.studio import TurnedClock

if TYPE_CHECKING:
    from click.testing import Result

    from nodreel.dataset.build import Order

EXAMPLE = Path(__file__).parents[2] / "config" / "policy.example.toml"
CARD = {"splits": {"train": {"consents": 1, "episodes": 2, "actions": 3000, "frames": 4}}}


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> list[Order]:
    """What the command asked for; nothing is built."""
    found: list[Order] = []

    def build(order: Order, *_: object) -> dict[str, object]:
        found.append(order)
        return dict(CARD)

    monkeypatch.setattr(face, "build", build)
    return found


def run(folder: Folder, *words: str) -> Result:
    command = ["dataset", "build", str(folder.episodes), str(folder.target)]
    return CliRunner().invoke(main, [*command, "-i", str(folder.identity), *words])


def test_it_says_what_was_built_and_that_it_is_not_sealed(
    folder: Folder, orders: list[Order]
) -> None:
    done = run(folder)
    assert done.exit_code == 0, done.output
    assert "train: 1 consents, 2 episodes, 3,000 actions, 4 frames" in done.output
    assert "not sealed" in done.output
    (order,) = orders
    assert (order.shares, order.frames, order.ray, order.retry) == (Shares(), "webp", None, False)
    assert order.key == split_key(folder.secret)


def test_options_reach_the_build(folder: Folder, orders: list[Order]) -> None:
    key = folder.home / "split.key"
    key.write_text("any text\n")
    done = run(
        folder, "--shares", "60,20,20", "--split-key", str(key), "--frames", "none",
        "--ray", "auto",
        "--min-quality", "0.5", "--workers", "3", "--purpose", "a", "--purpose", "b", "--retry",
        "--policy", str(EXAMPLE), "--json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert done.output.startswith('{"splits":')
    (order,) = orders
    assert (order.shares, order.key) == (Shares(60, 20, 20), split_key("any text"))
    assert (order.frames, order.min_quality, order.workers) == ("none", 0.5, 3)
    assert (order.purposes, order.ray, order.retry) == (("a", "b"), "auto", True)
    assert [p.sha256 for p in order.policies.values()] == list(order.policies)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--shares", "1,2"], 73, "not three numbers"), (["--shares", "50,50,50"], 73, "a hundred"),
        (["--shares", "a,b,c"], 73, "not three numbers"),
        (["--split-key", "missing"], 4, "Cannot read the key file"),
        (["--policy", "missing"], 78, "Cannot read the policy"),
        (["--frames", "gif"], 2, "--frames"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_first(
    folder: Folder, orders: list[Order], words: list[str], code: int, told: str
) -> None:
    done = run(folder, *words)
    assert (done.exit_code, orders) == (code, [])
    assert told in done.output


def test_what_is_to_be_scrubbed_reaches_the_build(folder: Folder, orders: list[Order]) -> None:
    words = folder.home / "words"
    words.write_text("Nightingale\n")
    looked_for = ["--words", str(words), "--domain", "acme.example"]
    done = run(folder, "--scrub", *looked_for, "--language", "deu", "--take-over")
    assert "Nothing was scrubbed" not in done.output
    (order,) = orders
    rules = Rules(words=("Nightingale",), domains=("acme.example",))
    assert order.scrubbing == Scrubbing(rules, ("deu",))
    assert order.take_over
    assert "Nothing was scrubbed" in run(folder).output
    assert orders[1].scrubbing is None
    assert run(folder, *looked_for).exit_code == 2
    assert len(orders) == 2


def test_files_that_are_too_large_are_refused(folder: Folder, orders: list[Order]) -> None:
    large = folder.home / "large"
    large.write_text("x\n" * 200_000)
    assert run(folder, "--split-key", str(large)).exit_code == 4
    assert run(folder, "--policy", str(large)).exit_code == 78
    assert orders == []


def test_an_empty_key_file_is_no_key(folder: Folder, orders: list[Order]) -> None:
    folder.identity.write_text("# nothing\n")
    assert run(folder).exit_code == 4
    assert orders == []


def test_a_folder_without_episodes_is_said(folder: Folder) -> None:
    done = run(folder)
    assert done.exit_code == 73
    assert "There are no episodes" in done.output


def test_progress_tells_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    clock = TurnedClock()
    told = Told(clock)
    told.looked(1234)
    told.planned([None] * 10, [None] * 2, 3)  # type: ignore[list-item]
    made = Made.model_validate({
        "name": "test-all-0123456789abcdef", "split": "test", "files": (), "kinds": {},
        "episodes": [{"episode": "X"}] * 5, "held": {"Y": "torn"},
    })  # fmt: skip
    clock.now = Nanos(clock.now + 60 * SECOND)
    told.made(made)
    said = capsys.readouterr().err
    assert "1,234 episodes found" in said
    assert "3 files removed" in said
    assert "10 shards to make, 2 of them there already" in said
    assert "1 of 8 shards, 5 episodes, 1 held back, about 7 min left" in said


def test_a_real_survey_comes_before_the_engine(folder: Folder) -> None:
    folder.record(Person(1))
    folder.record(Person(2, purpose="advertise"))
    done = run(folder)
    assert done.exit_code == 78
    assert "--purpose NAME" in done.output
