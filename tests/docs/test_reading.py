"""What the README shows about reading works as it stands there: with nodreel, and without it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pyrage
import pytest

from nodreel.clock import SystemClock
from nodreel.episode import EpisodeAbout, EpisodeWriter
from nodreel.events import Button, Nanos, Note
from tests.policy.samples import policy
from tests.promises.giving import give

README = (Path(__file__).parents[2] / "README.md").read_text()


def block(beginning: str) -> str:
    """Return the fenced block of the README that begins so."""
    found = re.findall(r"```(?:sh|python)\n(.*?)```", README, re.DOTALL)
    return next(b for b in found if b.startswith(beginning))


@pytest.fixture
def recorded(tmp_path: Path) -> Path:
    """A folder with research.key, and an episode of a click and a note as EPISODE."""
    agreed = policy()
    paths, grant = give(agreed)
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "research.key").write_text(f"{identity}\n")
    (tmp_path / "research.key").chmod(0o600)
    writer = EpisodeWriter(
        paths.episodes,
        EpisodeAbout(grant.consent_id, grant.policy_sha256, "train", ("mousepad",)),
        recipients=[str(identity.to_public())],
        sign=grant.sign,
        public_key=grant.public_key,
        clock=SystemClock(),
        limits=agreed.limits,
    )
    t = SystemClock().mono()
    writer.add(Button(t, True, 1, 30, 40, app="mousepad"))
    writer.add(Button(Nanos(t + 5), False, 1, 30, 40, app="mousepad"))
    writer.add(Note(Nanos(t + 9), "booking an invoice"))
    writer.close("end")
    (episode,) = [p for p in paths.episodes.iterdir() if p.is_dir()]
    episode.rename(tmp_path / "EPISODE")
    return tmp_path


def run(command: list[str], place: Path) -> str:
    done = subprocess.run(
        command, cwd=place, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_with_nodreel(recorded: Path) -> None:
    shown = run([sys.executable, "-c", block("from nodreel import open_episode")], recorded)
    assert "booking an invoice" in shown
    assert "Button" in shown


def test_with_age_and_mcap_alone(recorded: Path) -> None:
    run(["/bin/sh", "-ec", block("size=$(head")], recorded)
    plain = block("import json\nfrom mcap")
    assert "nodreel" not in plain
    shown = run(
        [sys.executable, "-c", plain + "\nimport sys; assert 'nodreel' not in sys.modules"],
        recorded,
    )
    assert "note {'t': 9, 'text': 'booking an invoice'}" in shown
    assert "input/buttons {'t': 0, 'dt': [0, 5], 'n': 0, 'press': [True, False]" in shown
