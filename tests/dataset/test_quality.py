from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nodreel.action import ActionKind
from nodreel.dataset.quality import quality
from nodreel.episode import open_episode
from nodreel.events import SECOND, Gap, Nanos
from nodreel.export.source import Source, read_source
from tests.dataset.people import Person

if TYPE_CHECKING:
    from tests.dataset.folder import Folder


def recorded(folder: Folder) -> Source:
    (name,) = folder.record(Person(1), rounds=6)
    return read_source(open_episode(folder.episodes / name, folder.secret))


def test_a_sound_episode_is_worth_all(folder: Folder) -> None:
    found = quality(recorded(folder))
    assert found.score == 1
    assert (found.seen, found.sure, found.inside, found.whole, found.told) == (1, 1, 1, 1, 1)


def test_each_flaw_costs_its_share(folder: Folder) -> None:
    source = recorded(folder)
    deeds = [a for a in source.actions if a.kind is not ActionKind.WAIT]
    half = len(deeds) // 2
    blind = [replace(a, before=None) for a in deeds[:half]] + deeds[half:]
    assert quality(replace(source, actions=blind)).score == round(1 - half / len(deeds), 4)
    stale = [replace(a, start=Nanos(a.start + 99 * SECOND)) for a in deeds]
    assert quality(replace(source, actions=stale)).seen == 0
    unsure = [replace(deeds[0], sure=False), *deeds[1:]]
    assert quality(replace(source, actions=unsure)).sure == round(1 - 1 / len(deeds), 4)
    gap = Gap(Nanos(0), Nanos(source.episode.length // 4))
    assert quality(replace(source, events=[*source.events, gap])).whole == 0.75
    assert quality(replace(source, outside=5)).inside < 1


def test_text_that_was_not_agreed_to_is_no_flaw(folder: Folder) -> None:
    source = recorded(folder)
    told = [replace(a, text=None) for a in source.actions]
    assert any(a.kind is ActionKind.TYPE for a in told)
    found = quality(replace(source, actions=told))
    assert (found.told, found.score) == (0, 1)


def test_where_nothing_was_done_there_is_nothing_to_learn(folder: Folder) -> None:
    assert quality(replace(recorded(folder), actions=[])).score == 0
