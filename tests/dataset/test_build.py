"""What a build promises before the engine begins; the engine itself is in the lane."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import pyrage
import pytest

from nodreel.dataset import build as building
from nodreel.dataset.build import Order, build
from nodreel.dataset.engine import Work, make, public_halves
from nodreel.dataset.finish import EPISODES, HELD
from nodreel.dataset.made import LARGEST, MOST_TOLD, Made, note_name, table_name
from nodreel.dataset.places import LOCK, place_of
from nodreel.dataset.plan import MOST_EPISODES, Recipe
from nodreel.dataset.scrubbing import Scrubbing
from nodreel.dataset.shard import refuse_much
from nodreel.dataset.split import Shares, split_key
from nodreel.errors import EpisodeError, KeyMismatchError, StoreError
from nodreel.redact import Rules
from tests.dataset.people import Person
from tests.episode.studio import TurnedClock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nodreel.dataset.plan import Shard
    from tests.dataset.folder import Folder

COVERS = ("engine", "finish", "shard", "tables")  # by test_engine, in the lane

DEAD = "the machine died"


class Listener:
    def __init__(self) -> None:
        self.shards: Sequence[Shard] = ()
        self.done: Sequence[Shard] = ()
        self.stale = 0

    def looked(self, episodes: int) -> None:
        pass

    def planned(self, shards: Sequence[Shard], done: Sequence[Shard], stale: int) -> None:
        self.shards, self.done, self.stale = shards, done, stale

    def made(self, made: Made) -> None:
        pass


def order(folder: Folder) -> Order:
    return Order(str(folder.episodes), str(folder.target), folder.identity, split_key("k"), {})


@pytest.fixture(autouse=True)
def _no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: object) -> None:
        raise StoreError(DEAD)

    monkeypatch.setattr(building, "run", dies)


def begun(wanted: Order) -> Listener:
    """Begin a build that dies when the first shard is to be made."""
    listener = Listener()
    with pytest.raises(StoreError, match=DEAD):
        build(wanted, TurnedClock(), listener)
    return listener


def pretend(folder: Folder, shard: Shard) -> None:
    """Put tables and a note there as if the shard had been made."""
    files = []
    for table in ("actions", "frames"):
        path = folder.target / table_name(table, shard.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"rows")
        files.append({"name": table_name(table, shard.name), "size": 4, "sha256": "ab" * 32,
                      "rows": 1})  # fmt: skip
    made = {"name": shard.name, "split": shard.split, "files": files, "episodes": (), "held": {},
            "kinds": {}}  # fmt: skip
    note = folder.target / note_name(shard.name)
    note.parent.mkdir(exist_ok=True)
    note.write_bytes(Made.model_validate(made).text)


def test_a_withdrawn_persons_rows_go_before_anything_is_made(folder: Folder) -> None:
    one, two = Person(1), Person(2)
    folder.record(one), folder.record(two)
    wanted = replace(order(folder), shares=Shares(100, 0, 0))
    (shard,) = begun(wanted).shards
    pretend(folder, shard)
    folder.bury(one)
    listener = begun(wanted)
    assert [e.consent for s in listener.shards for e in s.episodes] == [two.consent]
    assert listener.stale == 3
    assert not list(folder.target.rglob("*.parquet"))


def test_what_is_done_is_known_by_name_and_size(folder: Folder) -> None:
    folder.record(Person(1), 2)
    (shard,) = begun(order(folder)).shards
    pretend(folder, shard)
    assert begun(order(folder)).done == [shard]
    table = folder.target / table_name("frames", shard.name)
    table.write_bytes(b"row")
    assert begun(order(folder)).done == []
    table.write_bytes(b"rows")
    (folder.target / note_name(shard.name)).write_bytes(b"{}")
    assert begun(order(folder)).done == []


def test_what_was_held_back_is_tried_again_when_asked(folder: Folder) -> None:
    folder.record(Person(1))
    (shard,) = begun(order(folder)).shards
    pretend(folder, shard)
    note = folder.target / note_name(shard.name)
    said = json.loads(note.read_bytes()) | {"held": {"X": "torn"}}
    note.write_bytes(Made.model_validate(said).text)
    assert begun(order(folder)).done == [shard]
    assert begun(replace(order(folder), retry=True)).done == []


def test_a_data_set_that_is_being_changed_says_so(folder: Folder) -> None:
    folder.record(Person(1))
    begun(order(folder))
    manifest = folder.target / "dataset.json"
    said = json.loads(manifest.read_bytes())
    assert said["complete"] is False
    manifest.write_text(json.dumps(said | {"complete": True}))
    begun(order(folder))
    assert json.loads(manifest.read_bytes())["complete"] is False


def test_nobody_moves_from_one_split_to_another(folder: Folder) -> None:
    folder.record(Person(1))
    begun(order(folder))
    for other in (
        replace(order(folder), key=split_key("other")),
        replace(order(folder), shares=Shares(90, 5, 5)),
    ):
        with pytest.raises(StoreError, match="split by another key"):
            build(other, TurnedClock(), Listener())


def test_a_folder_of_something_else_is_left_alone(folder: Folder) -> None:
    folder.record(Person(1))
    folder.target.mkdir()
    (folder.target / "thesis.txt").write_text("x")
    with pytest.raises(StoreError, match="is no data set"):
        build(order(folder), TurnedClock(), Listener())
    assert [p.name for p in folder.target.iterdir()] == ["thesis.txt"]


def test_without_episodes_nothing_is_touched(folder: Folder) -> None:
    with pytest.raises(StoreError, match="no episodes"):
        build(order(folder), TurnedClock(), Listener())
    assert not folder.target.exists()


def test_two_builds_do_not_work_in_one_place(folder: Folder) -> None:
    folder.record(Person(1))
    with (
        place_of(str(folder.target)).alone(take_over=False),
        pytest.raises(StoreError, match="Another build"),
    ):
        build(order(folder), TurnedClock(), Listener())


def test_who_lost_the_place_does_not_say_that_it_is_complete(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.record(Person(1))

    def robbed(*_: object) -> list[Made]:
        (folder.target / LOCK).unlink()
        return []

    monkeypatch.setattr(building, "run", robbed)
    with pytest.raises(StoreError, match="Another build"):
        build(order(folder), TurnedClock(), Listener())
    assert json.loads((folder.target / "dataset.json").read_bytes())["complete"] is False


def work(folder: Folder, **how: object) -> Work:
    given = Work(
        str(folder.episodes), str(folder.target), str(folder.identity), Recipe("rows 1"),
        keys=public_halves(folder.identity),
    )  # fmt: skip
    return replace(given, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize("how", ["none", "another"])
def test_a_worker_without_the_key_makes_nothing(folder: Folder, how: str) -> None:
    folder.record(Person(1))
    wanted = work(folder)
    (shard,) = begun(order(folder)).shards
    if how == "none":
        folder.identity.unlink()
    else:
        folder.identity.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    said = json.loads(make(wanted, json.dumps(asdict(shard))))
    assert "key" in said["error"]
    assert not (folder.target / note_name(shard.name)).exists()


def test_without_the_key_no_build_begins(folder: Folder) -> None:
    folder.record(Person(1))
    folder.identity.write_text("no key\n")
    with pytest.raises(KeyMismatchError):
        build(order(folder), TurnedClock(), Listener())
    assert not folder.target.exists()


def test_what_is_scrubbed_is_another_data_set(folder: Folder) -> None:
    folder.record(Person(1))
    plain = begun(order(folder)).shards
    scrubbed = begun(replace(order(folder), scrubbing=Scrubbing(Rules()))).shards
    assert {s.name for s in plain}.isdisjoint(s.name for s in scrubbed)


def test_an_episode_tells_no_more_than_its_note_holds() -> None:
    told: dict[str, object] = {"apps": ["app"]}
    refuse_much(told)
    told["apps"] = [f"app {n:09d}" for n in range(MOST_TOLD // 16)]
    with pytest.raises(EpisodeError, match="more apps"):
        refuse_much(told)
    assert MOST_TOLD * MOST_EPISODES <= LARGEST / 2  # for all of a shard, and the rest of the note


def test_a_tombstone_that_nobody_can_read_stops_the_build(folder: Folder) -> None:
    folder.record(Person(1))
    (folder.episodes / "x.tombstone").write_bytes(b"?")
    with pytest.raises(EpisodeError, match="1 tombstones cannot be read"):
        build(order(folder), TurnedClock(), Listener())
    assert not folder.target.exists()


def test_what_a_build_before_wrote_of_everybody_goes_first(folder: Folder) -> None:
    folder.record(Person(1))
    begun(order(folder))
    for name in (EPISODES, HELD):
        (folder.target / name).write_bytes(b"of the withdrawn, too")
    begun(order(folder))
    assert not [name for name in (EPISODES, HELD) if (folder.target / name).exists()]
