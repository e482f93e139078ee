from __future__ import annotations

import random
from dataclasses import replace

from nodreel.dataset.made import Made
from nodreel.dataset.plan import MOST_BYTES, MOST_EPISODES, Found, Recipe, Shard, plan
from nodreel.dataset.split import Shares, split_key, split_of

KEY, RECIPE = split_key("key"), Recipe("rows 1")


def people(count: int, each: int = 4, size: int = 1000) -> list[Found]:
    return [
        Found(f"EPISODE{p:05d}N{e}", f"CONSENT{p}", "ab", "cd", "ef", "2026-09", size, f"{p} {e}")
        for p in range(count)
        for e in range(each)
    ]


def planned(found: list[Found], recipe: Recipe = RECIPE) -> list[Shard]:
    return plan(found, KEY, Shares(), recipe)


def test_each_episode_is_in_one_shard_of_its_split() -> None:
    found = people(200)
    shards = planned(found)
    assert sorted(e.episode for s in shards for e in s.episodes) == [f.episode for f in found]
    for shard in shards:
        assert 0 < len(shard.episodes) <= MOST_EPISODES
        assert {split_of(KEY, e.consent, Shares()) for e in shard.episodes} == {shard.split}
        assert Made.model_validate(
            {"name": shard.name, "split": shard.split, "files": (), "episodes": (), "held": {},
             "kinds": {}}
        )  # fmt: skip
    assert len({shard.name for shard in shards}) == len(shards)


def test_the_order_in_which_episodes_are_found_means_nothing() -> None:
    found = people(100)
    mixed = list(found)
    random.Random(1).shuffle(mixed)
    assert planned(mixed) == planned(found)


def test_who_comes_or_goes_touches_few_shards() -> None:
    found = people(500)
    before = {shard.name for shard in planned(found)}
    gone = {shard.name for shard in planned([f for f in found if f.consent != "CONSENT7"])}
    assert len(before - gone) <= 2
    more = {shard.name for shard in planned([*found, *people(501)[-4:]])}
    assert len(before - more) <= 2


def test_whatever_changes_rows_changes_names() -> None:
    found = people(1)
    (one,) = planned(found)
    for recipe in (
        Recipe("rows 2"),
        replace(RECIPE, frames="png"),
        replace(RECIPE, min_quality=0.5),
    ):
        assert planned(found, recipe)[0].name != one.name
    changed = [replace(found[0], mark="other"), *found[1:]]
    assert planned(changed)[0].name != one.name


def test_big_episodes_have_shards_of_their_own() -> None:
    shards = planned(people(3, each=2, size=MOST_BYTES))
    assert [len(shard.episodes) for shard in shards] == [1] * 6


def test_nothing_is_no_shard() -> None:
    assert planned([]) == []
