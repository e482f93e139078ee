"""Copies of the source in which a guard is missing, and what the campaign finds then."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LIST = ROOT / "tests" / "mutants" / "canary.toml"
UNGUARDED = {"the clipboard is never read"}  # by no code at all: there is nothing to take out
LONGEST = 600  # seconds for one mutant, on a busy machine


@dataclass(frozen=True, slots=True)
class Mutant:
    """A guard taken out by ``edits``; the channels it guards must then leak."""

    guard: str
    channels: tuple[str, ...]
    edits: tuple[dict[str, str], ...]

    def apply(self, place: Path) -> None:
        """Change the copy of the project in ``place``; each ``find`` must be there once."""
        for edit in self.edits:
            file = place / edit["file"]
            text = file.read_text()
            if text.count(edit["find"]) != 1:
                raise ValueError(f"{edit['find']!r} is {text.count(edit['find'])} times in {file}")
            file.write_text(text.replace(edit["find"], edit["replace"]))


def mutants() -> list[Mutant]:
    """Return all that are listed."""
    listed = tomllib.loads(LIST.read_text())["mutant"]
    return [Mutant(m["guard"], tuple(m["channels"]), tuple(m["edits"])) for m in listed]


def play(channels: tuple[str, ...], source: Path) -> dict[str, Any]:
    """Play these channels with the source in ``source``; returns the campaign's figures."""
    told = subprocess.run(
        [sys.executable, "-m", "tests.canary", *channels, "--json"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST,
    )
    if not told.stdout.startswith("{"):
        raise RuntimeError(f"the campaign broke: {told.stdout}{told.stderr}")
    figures: dict[str, Any] = json.loads(told.stdout)
    return figures


def leaks(figures: dict[str, Any]) -> dict[str, int]:
    """Return how much was found, by channel."""
    return {row["channel"]: row["leaks"] for row in figures["channels"]}
