from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from nodreel.cli.main import main
from nodreel.errors import EpisodeError
from nodreel.events import Key, KeyClass, Move, Nanos
from nodreel.export.health import Sign, examine
from nodreel.export.source import Source, read_source
from tests.export.material import TEXT, Recording, material

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return material(tmp_path_factory.mktemp("material"), 1)


@pytest.fixture(scope="module")
def source(recording: Recording) -> Source:
    return read_source(recording.studio.read())


def signs(source: Source, *canaries: str) -> dict[str, Sign]:
    return {sign.name: sign for sign in examine(source, canaries)}


def test_a_good_recording_has_nothing_bad(source: Source) -> None:
    found = signs(source, "never typed")
    assert {sign.mark for sign in found.values()} <= {"ok", "note"}
    assert found["balance"].count == len(source.actions)
    assert "gaps or withheld" in found["coverage"].sentence
    assert found["coverage"].count == 2


@pytest.mark.parametrize("canary", [TEXT[:5], "DRAFT", "invoices", "save"])
def test_canaries_are_found_in_texts_titles_notes_and_names(source: Source, canary: str) -> None:
    found = signs(source, canary)["canaries"]
    assert found.mark == "bad"
    assert found.count >= 1


def test_each_fault_has_its_sign(source: Source) -> None:
    last = source.events[-1]
    shortcut = Key(last.t, True, KeyClass.SHORTCUT, 39, 115, app="editor")
    assert signs(replace(source, events=[*source.events, shortcut]))["modifiers"].mark == "bad"
    assert signs(replace(source, events=[*source.events, last]))["duplicates"].mark == "bad"
    early = Move(Nanos(0), 1, 1, "editor")
    assert signs(replace(source, events=[*source.events, early]))["time"].mark == "bad"
    assert signs(replace(source, outside=1))["bounds"].mark == "bad"
    blind = [replace(a, before=None) for a in source.actions]
    assert signs(replace(source, actions=blind))["frames"].mark == "bad"
    old = [replace(a, before=Nanos(a.start - 61 * 10**9)) for a in source.actions]
    assert signs(replace(source, actions=old))["stale"].count > 0


def test_the_doctor_looks_at_a_data_set(recording: Recording, tmp_path: Path) -> None:
    words = ["doctor", str(recording.studio.folder), "-i", str(recording.identity)]
    said = CliRunner().invoke(main, [*words, "--card", str(tmp_path)])
    assert said.exit_code == 0
    assert "ok   bounds" in said.output
    assert json.loads((tmp_path / "card.json").read_text())["holds"]["canaries"] == 0
    said = CliRunner().invoke(main, [*words, "--canary", TEXT, "--json"])
    assert said.exit_code == EpisodeError.exit_code
    assert {s["name"]: s["mark"] for s in json.loads(said.stdout)}["canaries"] == "bad"
