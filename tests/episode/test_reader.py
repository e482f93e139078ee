from __future__ import annotations

import io
import json
import subprocess
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcap.reader import make_reader

from nodreel.episode import Picture, open_episode
from nodreel.episode.reader import doubtful
from nodreel.errors import EpisodeError, KeyMismatchError
from nodreel.events import (
    SECOND,
    Button,
    Event,
    Focus,
    Frame,
    Gap,
    Geometry,
    Key,
    KeyClass,
    Monitor,
    Move,
    Nanos,
    Note,
    Pace,
    Rect,
    Scroll,
    Sparing,
)
from tests.episode.columns import assert_same_columns
from tests.episode.studio import Screen, Studio, age_file, at, click, key, move, shown

if TYPE_CHECKING:
    from pathlib import Path

FLIPS = 40

small = st.integers(0, 2**31 - 1)
place = st.integers(-65_536, 65_536)
mask = st.integers(0, 2**32 - 1)
app = st.sampled_from(["", "editor", "browser"])
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
T0 = at(0)
moment = st.integers(T0, T0 + 10 * SECOND).map(Nanos)

anything: st.SearchStrategy[Event] = st.one_of(
    st.builds(
        Key, t=moment, press=st.booleans(), key_class=st.sampled_from(KeyClass),
        keycode=st.none() | st.integers(0, 65_535), keysym=st.none() | mask,
        group=st.integers(0, 255), modifiers=mask, layout=text, app=app, synthetic=st.booleans(),
        released_unseen=st.booleans(), epoch=small, composed=st.booleans(),
    ),
    st.builds(
        Button, t=moment, press=st.booleans(), button=st.integers(0, 255), x=place, y=place,
        modifiers=mask, app=app, synthetic=st.booleans(), activating=st.booleans(),
        released_unseen=st.booleans(), epoch=small,
    ),
    st.builds(
        Scroll, t=moment, dx=st.integers(-1000, 1000), dy=st.integers(-1000, 1000), x=place,
        y=place, modifiers=mask, app=app, synthetic=st.booleans(), epoch=small,
    ),
    st.builds(Move, t=moment, x=place, y=place, app=app, synthetic=st.booleans(), epoch=small),
    st.builds(Focus, t=moment, app=app, title=st.none() | text),
    st.builds(Note, t=moment, text=text),
    st.builds(Pace, t=moment, spares=st.sampled_from(Sparing)),
    st.builds(
        Geometry, t=moment, epoch=small, width=st.integers(1, 9999), height=st.integers(1, 9999),
        monitors=st.lists(
            st.builds(
                Monitor,
                st.builds(Rect, place, place, st.integers(0, 9999), st.integers(0, 9999)),
                st.floats(0.1, 16.0),
            ),
            min_size=1, max_size=3,
        ).map(tuple),
    ),
)  # fmt: skip


def relative(event: Event, start: int) -> Event:
    moved = replace(event, t=Nanos(event.t - start))
    return replace(moved, until=Nanos(moved.until - start)) if isinstance(moved, Gap) else moved


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(events=st.lists(anything, min_size=1, max_size=30), every=st.integers(0, 7))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event], every: int
) -> None:
    studio = Studio(tmp_path_factory.mktemp("law") / "episodes")
    ordered = sorted(events, key=lambda e: e.t)
    studio.record(ordered, every)
    found = list(studio.read().events())
    start = ordered[0].t
    assert sorted(map(repr, found)) == sorted(repr(relative(e, start)) for e in ordered)
    assert all(a.t <= b.t for a, b in pairwise(found))
    assert list(studio.read()) == found
    assert_same_columns(studio.read())


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_pictures_are_read_as_they_were_drawn(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    studio, screen = Studio(tmp_path_factory.mktemp("law") / "episodes"), Screen()
    everywhere = st.tuples(st.integers(0, 3), st.integers(0, 4))
    frames: list[Frame] = []
    wanted: list[bytes] = []
    ms = 0
    for number in range(data.draw(st.integers(1, 12))):
        places = data.draw(st.lists(everywhere, unique=True, max_size=6))
        full = number == 0 or data.draw(st.integers(0, 5)) == 0
        ms += data.draw(st.sampled_from([200, 9000]))
        frames.append(screen.frame(ms, *places, full=full))
        wanted.append(screen.pixels())
    studio.record(frames, data.draw(st.integers(0, 4)))
    pictures = list(studio.read().frames())
    assert [p.pixels for p in pictures] == wanted
    assert [(p.kept, p.app, p.full, p.epoch) for p in pictures] == [
        (f.kept, f.app, f.full, f.epoch) for f in frames
    ]


def test_a_segment_opens_without_nodreel(studio: Studio, tmp_path: Path) -> None:
    screen = Screen()
    episode = studio.record([screen.frame(0, full=True), key(10), move(20), move(30, 6), click(40)])
    identity = tmp_path / "key.txt"
    identity.write_text(studio.identity + "\n")
    plain = subprocess.run(
        ["age", "-d", "-i", identity], input=age_file(episode / "00000001.seg"),
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    found = [
        (channel.topic, message.log_time, message.data, schema)
        for schema, channel, message in make_reader(io.BytesIO(plain)).iter_messages()
    ]
    assert [topic for topic, *_ in found] == [
        "screen/frame", "input/keys", "pointer/moves", "input/buttons",
    ]  # fmt: skip
    says = {topic: json.loads(data) for topic, _, data, _ in found if topic != "screen/frame"}
    assert says["input/keys"] == {
        "t": 10_000_000, "dt": [0], "n": 0, "press": True, "key_class": "character", "keycode": 38,
        "keysym": 97, "layout": "us", "app": "editor",
    }  # fmt: skip
    assert says["pointer/moves"]["dt"] == [0, 10_000_000]
    assert says["pointer/moves"]["x"] == [5, 6]
    for topic, _, data, schema in found:
        if schema is not None:
            described = json.loads(schema.data)
            assert described["properties"].keys() >= json.loads(data).keys(), topic


def test_events_and_frames_lie_in_time_order(studio: Studio) -> None:
    screen = Screen()
    studio.record([screen.frame(0, full=True), key(1), key(3), screen.frame(4, (0, 0)), key(5)], 2)
    found = list(studio.read())
    assert [type(item) for item in found] == [Key, Picture, Key, Key, Picture]
    assert studio.read().damage == []


def test_the_frame_before_a_moment(studio: Studio) -> None:
    screen = Screen()
    first = screen.frame(0, full=True)
    before = screen.pixels()
    second = screen.frame(100, (1, 1))
    studio.record([first, second, key(5000)], 1)
    episode = studio.read()
    ms = 1_000_000
    assert episode.frame_at(0) is None
    assert episode.frame_at(2 * ms) is None  # arrived at that very moment: not before it
    assert shown(episode.frame_at(50 * ms)) == before
    assert shown(episode.frame_at(101 * ms)) == before  # the second was being taken then
    assert episode.straddles(101 * ms)
    assert not episode.straddles(50 * ms)
    assert shown(episode.frame_at(6000 * ms)) == screen.pixels()


def test_a_frame_is_doubtful_from_when_the_next_began_to_be_drawn(studio: Studio) -> None:
    screen = Screen()
    first = screen.frame(0, full=True)
    second = screen.frame(100, (1, 1), (0, 2), since=90)
    studio.record([first, second, key(5000)], 1)
    episode = studio.read()
    ms = 1_000_000
    assert not episode.straddles(89 * ms)
    assert episode.doubtful(89 * ms) == ()
    assert episode.straddles(90 * ms)
    assert episode.doubtful(95 * ms) == (Rect(128, 0, 64, 64), Rect(64, 64, 64, 64))
    assert (after := episode.frame_after(95 * ms)) is not None
    assert (after.done, after.since) == (102 * ms, 90 * ms)
    assert not episode.straddles(103 * ms)
    assert episode.frame_after(103 * ms) is None


def test_of_old_episodes_only_what_was_being_taken_is_doubtful(studio: Studio) -> None:
    screen = Screen()
    studio.record([screen.frame(0, full=True), screen.frame(100, (1, 1)), key(5000)], 1)
    old = [replace(p, since=None) for p in studio.read().frames()]
    ms = 1_000_000
    assert doubtful(old[0], old[1], 99 * ms) == ()
    assert doubtful(old[0], old[1], 100 * ms) == (Rect(64, 64, 64, 64),)
    assert len(doubtful(None, old[1], 100 * ms)) == len(old[1].tiles)


def test_random_access_opens_two_segments(studio: Studio) -> None:
    screen = Screen()
    frames = [screen.frame(0, full=True), *(screen.frame(100 * n, (0, 0)) for n in range(1, 9))]
    folder = studio.record(frames, 1)
    for seq in (*range(1, 6), *range(7, 10)):  # all but the key and the one asked for
        (folder / f"{seq:08d}.seg").unlink()
    picture = open_episode(folder, studio.identity).frame_at(550_000_000)
    assert picture is not None
    assert picture.t == 500_000_000


def test_only_the_damaged_segment_is_lost(studio: Studio) -> None:
    screen = Screen()
    events = [screen.frame(0, full=True)]
    for n in range(1, 4):
        events += [key(1000 * n), screen.frame(1000 * n + 5, (n, n))]  # type: ignore[list-item]
    folder = studio.record(events, 2)
    whole = studio.read()
    assert len(list(whole.frames())) == 4
    victim = folder / "00000002.seg"
    data = bytearray(victim.read_bytes())
    end_of_line = data.index(b"\n") * 8
    for bit in (end_of_line, *(number * len(data) * 8 // FLIPS for number in range(FLIPS))):
        data[bit // 8] ^= 1 << bit % 8
        victim.write_bytes(data)
        data[bit // 8] ^= 1 << bit % 8
        episode = studio.read()
        assert [p.t for p in episode.frames()] == [0, 2005 * 10**6, 3005 * 10**6]
        assert [e.t for e in episode.events()] == [10**9, 3 * 10**9]
        (damage,) = episode.damage
        assert "segment 2" in str(damage)
        assert damage.exit_code == 3


def test_a_segment_cut_anywhere_is_lost_alone(studio: Studio) -> None:
    folder = studio.record([key(0), key(10), key(20)], 1)
    victim = folder / "00000001.seg"
    data = victim.read_bytes()
    for size in range(0, len(data), 7):
        victim.write_bytes(data[:size])
        episode = studio.read()
        assert [e.t for e in episode.events()] == [0, 20_000_000]
        assert len(episode.damage) == 1


def test_without_its_key_a_segment_still_has_its_events(studio: Studio) -> None:
    screen = Screen()
    folder = studio.record([screen.frame(0, full=True), key(10)])
    (folder / "00000000.seg").unlink()
    episode = studio.read()
    assert list(episode.frames()) == []
    assert len(list(episode.events())) == 1
    assert "key segment 0" in str(episode.damage[0])


def test_a_wrong_key_says_so(studio: Studio, tmp_path: Path) -> None:
    folder = studio.record([key(0)])
    stranger = Studio(tmp_path)
    for identity in (stranger.identity, None):
        episode = open_episode(folder, identity)
        assert episode.header.month == "2026-09"
        with pytest.raises(KeyMismatchError) as caught:
            list(episode.events())
        assert caught.value.exit_code == 4
    with pytest.raises(KeyMismatchError, match="No age secret key"):
        open_episode(folder, "AGE-SECRET-KEY-1NONSENSE")
    with pytest.raises(KeyMismatchError, match="Cannot read the key file"):
        open_episode(folder, tmp_path / "missing")


def test_a_folder_of_episodes_is_one_line_of_time(studio: Studio) -> None:
    writer = studio.writer()
    writer.add(key(0))
    writer.close()
    writer.add(key(90_000))
    writer.close()
    episode = studio.read()
    assert [e.t for e in episode.events()] == [0, 90 * SECOND]
    assert len(episode.parts) == 2
    for local in studio.folder.glob("*/local.json"):
        local.unlink()  # elsewhere nobody knows how far apart they were
    assert [e.t for e in studio.read().events()] == [0, 0]


def test_strict_raises_what_is_otherwise_noted(studio: Studio) -> None:
    folder = studio.record([key(0), key(10)], 1)
    (folder / "00000000.seg").unlink()
    episode = open_episode(folder, studio.identity, strict=True)
    with pytest.raises(EpisodeError, match="segment 0"):
        list(episode.events())


def test_no_episode_is_said_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(EpisodeError, match="There is no episode in"):
        open_episode(tmp_path)
    with pytest.raises(EpisodeError, match="Cannot open the episode"):
        open_episode(tmp_path / "missing")


def test_verify_looks_at_everything_even_without_a_key(studio: Studio) -> None:
    folder = studio.record([Screen().frame(0, full=True), key(10), key(20)], 1)
    assert open_episode(folder).verify() == []
    assert studio.read().verify() == []
    (folder / "00000002.seg").write_bytes(b"x")
    (problem,) = open_episode(folder).verify()
    assert "segment 2" in str(problem)


def test_an_open_episode_is_readable_and_said_to_be_open(studio: Studio) -> None:
    writer = studio.writer()
    writer.add(key(0))
    writer.seal()
    episode = studio.read()
    assert episode.state == "open"
    assert len(list(episode.events())) == 1
    assert "no last line" in str(episode.verify()[0])
    writer.close()
