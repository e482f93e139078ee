from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from nodreel.dataset.scrubbing import Scrubber, Scrubbing
from nodreel.episode import open_episode
from nodreel.errors import EpisodeError
from nodreel.events import Focus
from nodreel.export.source import read_source
from nodreel.redact import Rules
from tests.episode.studio import at
from tests.export.material import strokes
from tests.redact.test_release import MAIL, recorded, screen

if TYPE_CHECKING:
    from pathlib import Path

    from tests.episode.studio import Studio

WANTED = Scrubbing(Rules(words=("Nightingale",)))


@pytest.fixture
def studio(tmp_path: Path) -> Studio:
    first = screen(10, "nothing to see")
    events = [Focus(at(0), "editor"), first, *strokes(1000, f"to {MAIL} on Nightingale")]
    return recorded(tmp_path, events)


def test_rows_are_made_of_what_is_left(studio: Studio, tmp_path: Path) -> None:
    episode = studio.read()
    with Scrubber(WANTED, tmp_path, pictures=True) as scrubber:
        with scrubber.scrubbed(episode, read_source(episode)) as source:
            told = [a.text for a in source.actions if a.text]
            shown = [p.done for p in source.pictures(None, lambda *_: None)]
        key = tmp_path / "scrub.key"
        assert key.exists()
    assert MAIL not in "".join(told)
    assert "Nightingale" not in "".join(told)
    assert shown == [p.done for p in episode.frames()]
    assert scrubber.found["keys: mail address"] == len(MAIL)
    assert not key.exists()
    assert not (tmp_path / "scrubbed").exists()


def test_without_pictures_none_is_read(studio: Studio, tmp_path: Path) -> None:
    episode = studio.read()
    with (
        Scrubber(WANTED, tmp_path, pictures=False) as scrubber,
        scrubber.scrubbed(episode, read_source(episode)) as source,
    ):
        assert list(source.episode.frames()) == []


def test_unless_it_is_asked_for_an_episode_stays_as_it_is(studio: Studio, tmp_path: Path) -> None:
    source = read_source(studio.read())
    with (
        Scrubber(None, tmp_path, pictures=True) as scrubber,
        scrubber.scrubbed(source.episode, source) as same,
    ):
        assert same is source


def test_what_is_damaged_is_not_used(studio: Studio, tmp_path: Path) -> None:
    source = read_source(studio.read())
    segment = max(studio.only().glob("*.seg"))
    segment.write_bytes(segment.read_bytes()[:-9])
    with (
        Scrubber(WANTED, tmp_path, pictures=False) as scrubber,
        pytest.raises(EpisodeError),
        scrubber.scrubbed(open_episode(studio.only(), studio.identity), source),
    ):
        pass
    assert not (tmp_path / "scrubbed").exists()


def test_other_rules_have_another_name_that_tells_no_word() -> None:
    names = {
        WANTED.name(b"k"), WANTED.name(b"other"), Scrubbing(Rules()).name(b"k"),
        Scrubbing(WANTED.rules, ("eng", "deu")).name(b"k"),
    }  # fmt: skip
    assert len(names) == 4
    assert WANTED.name(b"k") == Scrubbing(Rules(words=("Nightingale",))).name(b"k")
