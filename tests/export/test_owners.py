"""Each export is loaded by its owner's own package, in an environment of its own (lane exports)."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from nodreel.action import ActionKind
from nodreel.events import Button, Focus, Move, Scroll
from nodreel.export.bins import ACTION, rows
from nodreel.export.source import Source, read_source
from tests.episode.studio import HEIGHT, WIDTH
from tests.export.material import NOTE, TEXT, Recording, material

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.exports
COVERS = ("frames", "lerobot", "parquet", "rerun")
ROOT = Path(__file__).parents[2]
LOADERS = Path(__file__).parent / "loaders"
ROUNDS = 30


def python(owner: str) -> str:
    place = os.environ.get("NODREEL_OWNERS", "")
    assert place, "no owners' packages: run scripts/test --lane exports"
    return f"{place}/{owner}/bin/python"


def run(owner: str, *words: str, **env: str) -> Any:
    done = subprocess.run(
        [python(owner), *words], capture_output=True, text=True, check=False, timeout=300,
        env=os.environ | env,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return material(tmp_path_factory.mktemp("owners"), ROUNDS)


@pytest.fixture(scope="module")
def source(recording: Recording) -> Source:
    return read_source(recording.studio.read())


@pytest.fixture
def exported(recording: Recording, tmp_path: Path) -> Callable[[str], tuple[Path, Any]]:
    """Export with the command, in an environment that has what the heavier formats need."""

    def do(name: str) -> tuple[Path, Any]:
        place = tmp_path / name
        said = run(
            "export", "-m", "nodreel.cli", "export", str(recording.studio.only()), str(place),
            "--to", name, "-i", str(recording.identity), "--json", PYTHONPATH=str(ROOT / "src"),
        )  # fmt: skip
        return place, said["holds"]

    return do


def test_parquet_by_polars_duckdb_and_datasets(
    exported: Callable[[str], tuple[Path, Any]], source: Source
) -> None:
    place, holds = exported("parquet")
    found = run("tables", str(LOADERS / "tables.py"), "parquet", str(place))
    assert found["events"] == holds["events"] == len(source.events)
    assert found["kinds"] == Counter(type(e).__name__.lower() for e in source.events)
    assert found["actions"] == [a.kind.value for a in source.actions]
    assert found["texts"] == [a.text for a in source.actions if a.text is not None]
    assert found["texts"][0] == TEXT
    assert (found["frames"], found["sizes"]) == (len(source.keyframes), [[WIDTH, HEIGHT]])
    assert found["outside"] == 0


def test_webdataset(exported: Callable[[str], tuple[Path, Any]], source: Source) -> None:
    place, holds = exported("webdataset")
    found = run("tables", str(LOADERS / "tables.py"), "webdataset", str(place))
    assert found["samples"] == holds["samples"] == len(source.actions)
    assert found["kinds"] == [a.kind.value for a in source.actions]
    assert found["sizes"] == [[WIDTH, HEIGHT]]


def test_owamcap_by_its_reader(
    exported: Callable[[str], tuple[Path, Any]], recording: Recording
) -> None:
    place, holds = exported("owamcap")
    found = run("owa", str(LOADERS / "owa_reader.py"), "owa", str(place / "recording.mcap"))
    assert found["topics"] == {name: holds[name] for name in found["topics"]}
    assert found["topics"]["mouse"] == sum(map(recording.count, (Button, Move, Scroll)))
    assert found["topics"]["window"] == recording.count(Focus)
    assert [shape[:2] for shape in found["shapes"]] == [[HEIGHT, WIDTH]]
    assert found["widest"][0] < WIDTH
    assert found["widest"][1] < HEIGHT
    assert min(found["least"]) >= 0


def test_openadapt_by_capture_session(
    exported: Callable[[str], tuple[Path, Any]], recording: Recording, source: Source
) -> None:
    place, holds = exported("openadapt")
    found = run("openadapt", str(LOADERS / "openadapt_reader.py"), "openadapt", str(place))
    assert sum(found["raw"].values()) == holds["action_events"]
    assert found["raw"]["move"] == recording.count(Move)
    assert found["raw"]["click"] == recording.count(Button)
    assert found["raw"]["scroll"] == recording.count(Scroll)
    assert found["screenshots"] == holds["screenshots"] == len(source.keyframes)
    assert found["shots"] == [[WIDTH, HEIGHT]]
    kinds = Counter(a.kind for a in source.actions)
    ours = kinds[ActionKind.CLICK] + kinds[ActionKind.RIGHT_CLICK]
    assert found["kinds"]["EventType.MOUSE_SINGLECLICK"] == ours
    assert found["kinds"]["EventType.MOUSE_DRAG"] == kinds[ActionKind.DRAG]
    assert found["kinds"]["EventType.KEY_SHORTCUT"] == kinds[ActionKind.HOTKEY]
    assert "".join(found["texts"]) == TEXT.replace(" ", "") * ROUNDS  # theirs splits texts


def test_frames_by_av(exported: Callable[[str], tuple[Path, Any]], source: Source) -> None:
    place, holds = exported("frames")
    found = run("export", str(LOADERS / "frames_reader.py"), "frames", str(place))
    assert len(found["times"]) == holds["frames"] == len(source.frames)
    assert found["times"] == found["told"]
    assert found["error"] < 40  # random pixels are the worst there is for a video


def test_rerun_by_its_reader(
    exported: Callable[[str], tuple[Path, Any]], recording: Recording, source: Source
) -> None:
    place, holds = exported("rerun")
    found = run("rerun", str(LOADERS / "rerun_reader.py"), "rerun", str(place / "recording.rrd"))
    assert found["rows"] == holds
    assert found["rows"]["pointer"] == sum(map(recording.count, (Button, Move, Scroll)))
    assert found["rows"]["actions"] == len(source.actions)
    assert found["timelines"] == ["recording"]  # and no time of day beside it


def test_lerobot_by_its_data_set(
    exported: Callable[[str], tuple[Path, Any]], recording: Recording, source: Source
) -> None:
    place, holds = exported("lerobot")
    found = run("lerobot", str(LOADERS / "lerobot_reader.py"), "lerobot", str(place))
    assert (found["steps"], found["episodes"]) == (holds["frames"], holds["episodes"])
    assert (found["version"], found["fps"], found["tasks"]) == ("3.0", 10, [NOTE])
    wanted = rows(source.events, source.frames, source.episode.spans, 10)
    assert found["lengths"] == [len(row.frames) for row in wanted]
    assert found["episodes"] == ROUNDS  # each deletion ends one, and the last has no other after it
    downs = sum(isinstance(e, Button) and e.press for e in source.events)
    told = sum(found["sums"][f"{b} down"] for b in ("left", "middle", "right"))
    assert told == downs - (ROUNDS - 1)  # a click before an episode's first picture is left out
    assert found["sums"]["scroll y"] == sum(row.action[:, ACTION.index("scroll y")].sum()
                                            for row in wanted)  # fmt: skip
    assert found["sums"]["key untold"] > 0
    assert found["widest"][0] < WIDTH
    assert found["widest"][1] < HEIGHT
    assert min(found["least"]) >= 0
    assert found["shapes"] == [[3, HEIGHT & ~1, WIDTH & ~1]]
    exact = {p.done: _mean(p.pixels) for p in source.episode.frames()}
    means = [exact[done] for row in wanted for done in row.frames]
    assert len(found["means"]) >= 60
    assert max(abs(told - means[int(n)]) for n, told in found["means"].items()) < 6
    assert found["stats"] == ["action", "observation.images.screen", "observation.state"]


def _mean(pixels: bytes) -> float:
    whole = np.frombuffer(pixels, np.uint8).reshape(HEIGHT, WIDTH, 3)
    return float(whole[: HEIGHT & ~1, : WIDTH & ~1].mean())


def test_agentnet_has_no_reader_in_a_package(
    exported: Callable[[str], tuple[Path, Any]], source: Source
) -> None:
    """Theirs is a script of a repository, in no registry: what can be shown is that it is whole."""
    place, holds = exported("agentnet")
    (task,) = map(json.loads, (place / "trajectories.jsonl").read_text().splitlines())
    assert len(task["traj"]) == holds["steps"] == len(source.actions)
