"""Each format is written, holds what it has to, and says what it cannot hold."""

from __future__ import annotations

import io
import json
import sqlite3
import tarfile
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from mcap.reader import make_reader

from nodreel import actions
from nodreel.action import ActionKind
from nodreel.errors import EpisodeError, StoreError
from nodreel.events import Button, Focus, Key, Move, Scroll
from nodreel.export.formats import FORMATS, export
from nodreel.export.source import Source, read_source
from tests.episode.studio import HEIGHT, WIDTH, Studio, move
from tests.export.material import NOTE, TEXT, Recording, material

if TYPE_CHECKING:
    from pathlib import Path

COVERS = ("agentnet", "card", "openadapt", "owamcap", "source", "webdataset")
ROUNDS = 3


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return material(tmp_path_factory.mktemp("material"), ROUNDS)


@pytest.fixture(scope="module")
def source(recording: Recording) -> Source:
    return read_source(recording.studio.read())


def quiet(_done: int, _total: int) -> None:
    pass


def written(source: Source, name: str, folder: Path) -> dict[str, int]:
    told: list[tuple[int, int]] = []
    counts = export(source, name, folder, lambda *of: told.append(of))
    assert [done for done, _ in told] == list(range(1, len(told) + 1))
    assert {total for _, total in told} == {len(told)}
    card = json.loads((folder / "card.json").read_text())
    assert card["format"] == name
    assert card["holds"] == counts
    assert card["cannot_hold"]
    assert (card["gaps"], card["withheld"]) == (ROUNDS, ROUNDS)
    assert card["texts_without_characters"] == ROUNDS
    assert card["consent"] == source.episode.header.consent
    for line in card["cannot_hold"]:
        assert line.replace("'", "") in (folder / "CARD.md").read_text().replace("'", "")
    return counts


def test_the_source_is_the_recording(recording: Recording, source: Source) -> None:
    assert (source.width, source.height) == (WIDTH, HEIGHT)
    assert len(source.events) == len(recording.events)
    assert len(source.frames) == len(recording.frames)
    assert source.actions == actions(recording.studio.read())
    assert {a.kind for a in source.actions} >= {
        ActionKind.CLICK, ActionKind.TYPE, ActionKind.KEY, ActionKind.HOTKEY, ActionKind.SCROLL,
        ActionKind.RIGHT_CLICK, ActionKind.DRAG,
    }  # fmt: skip


def test_webdataset(source: Source, tmp_path: Path) -> None:
    from PIL import Image

    counts = written(source, "webdataset", tmp_path / "out")
    samples: dict[str, dict[str, bytes]] = {}
    with tarfile.open(tmp_path / "out" / "nodreel-000000.tar") as tar:
        for member in tar:
            key, name = member.name.split(".", 1)
            file = tar.extractfile(member)
            assert file is not None
            samples.setdefault(key, {})[name] = file.read()
    assert len(samples) == counts["samples"] == len(source.actions)
    pictures = {p.done: p.pixels for p in source.episode.frames()}
    for sample, action in zip(samples.values(), source.actions, strict=True):
        said = json.loads(sample["json"])
        assert (said["kind"], said["start"]) == (action.kind, action.start)
        assert action.before is not None
        image = Image.open(io.BytesIO(sample["before.png"]))
        assert image.tobytes("raw", "BGR") == pictures[action.before]


def test_owamcap(recording: Recording, source: Source, tmp_path: Path) -> None:
    counts = written(source, "owamcap", tmp_path / "out")
    with (tmp_path / "out" / "recording.mcap").open("rb") as file:
        reader = make_reader(file)
        assert reader.get_header().profile == "owa"
        found = [
            (channel.topic, message.log_time, json.loads(message.data))
            for _, channel, message in reader.iter_messages()
        ]
    assert [t for _, t, _ in found] == sorted(t for _, t, _ in found)
    mouse = recording.count(Button) + recording.count(Move) + recording.count(Scroll)
    assert counts["mouse"] == mouse == sum(topic == "mouse" for topic, _, _ in found)
    assert counts["window"] == recording.count(Focus)
    assert counts["screen"] == len(recording.frames)
    assert counts["keyboard"] + counts["keys_left_out"] == recording.count(Key)
    assert counts["keys_left_out"] >= 6 * ROUNDS  # those of which only the class is known
    for topic, _, body in found:
        assert None not in body.values()
        if topic == "screen":
            assert (tmp_path / "out" / body["media_ref"]["uri"]).is_file()
        if topic == "mouse":
            assert 0 <= body["x"] < WIDTH
            assert 0 <= body["y"] < HEIGHT


def test_openadapt(recording: Recording, source: Source, tmp_path: Path) -> None:
    counts = written(source, "openadapt", tmp_path / "out")
    with closing(sqlite3.connect(tmp_path / "out" / "recording.db")) as db:
        rows = db.execute(
            "SELECT name, timestamp, screenshot_timestamp, element_state FROM action_event"
        ).fetchall()
        (windows,) = db.execute("SELECT COUNT(*) FROM window_event").fetchone()
        pressed = "SELECT key_char FROM action_event WHERE name = 'press' AND key_char NOT NULL"
        chars = [c for (c,) in db.execute(pressed)]
    assert len(rows) == counts["action_events"]
    assert windows == recording.count(Focus)
    assert sum(name == "click" for name, *_ in rows) == recording.count(Button)
    assert all(shot is None or shot < t for _, t, shot, _ in rows)
    assert sum('"Save"' in (state or "") for *_, state in rows) == ROUNDS
    assert "".join(chars).startswith(TEXT.replace(" ", ""))  # the space has a name


def test_agentnet(source: Source, tmp_path: Path) -> None:
    counts = written(source, "agentnet", tmp_path / "out")
    (task,) = map(json.loads, (tmp_path / "out" / "trajectories.jsonl").read_text().splitlines())
    assert task["instruction"] == NOTE
    assert counts["steps"] == len(task["traj"]) == len(source.actions)
    said = [step["value"]["code"] for step in task["traj"]]
    assert f"pyautogui.click(x={100 / WIDTH:.4f}, y={50 / HEIGHT:.4f})" in said
    assert f"pyautogui.write(message={TEXT!r})" in said
    assert "# 3 characters were typed; which ones is not recorded" in said
    assert "pyautogui.hotkey(keys=['ctrl', 's'])" in said
    assert "pyautogui.press(keys=['enter'], presses=1)" in said
    assert any(s.startswith("pyautogui.scroll(-4, ") for s in said)
    for step in task["traj"]:
        assert step["image"] is None or (tmp_path / "out" / "images" / step["image"]).is_file()
        compile(step["value"]["code"], "step", "exec")
    raw = (tmp_path / "out" / "raw" / "events.jsonl").read_text().splitlines()
    assert len(raw) == counts["events"]


def test_a_folder_is_never_written_over(source: Source, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="exists already"):
        export(source, "agentnet", tmp_path, quiet)
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="Cannot make"):
        export(source, "agentnet", tmp_path / "file" / "out", quiet)


def test_what_lies_outside_the_screen_is_counted_and_left_out(tmp_path: Path) -> None:
    recording = material(tmp_path, 1)
    studio = Studio(tmp_path / "far")
    studio.folder.mkdir(mode=0o700)
    studio.record([*recording.events[:1], move(30, x=WIDTH), move(40, x=WIDTH - 1)])
    source = read_source(studio.read())
    assert source.outside == 1
    assert [e.x for e in source.events if isinstance(e, Move)] == [WIDTH - 1]


def test_an_empty_recording_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EpisodeError, match="nothing in this recording"):
        read_source([])  # type: ignore[arg-type]


def test_titles_in_a_card_cannot_be_markup(source: Source, tmp_path: Path) -> None:
    from nodreel.export.card import as_markdown

    said = {
        "purpose": "<img src=x>|`\x1b![x](https://example.org)",
        "cannot_hold": ["<b>"],
        "holds": {},
        "damage": [],
    }
    text = as_markdown(said)
    assert "<" not in text
    assert "](" not in text
    assert "\x1b" not in text


def test_every_format_says_what_it_cannot_hold() -> None:
    assert all(f.cannot and f.about for f in FORMATS.values())
