"""Bytes of strangers: refused or read, and nothing else, however they are bent."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.findings import found
from tests.fuzz.targets import CORPUS, TARGETS, attempt

ROOT = Path(__file__).parents[2]
SECONDS = 600  # for each target in the lane, unless told otherwise
ROUNDS = 400  # of each target in the usual run
INTERESTING = [b"\0", b"\xff", b"\xff" * 8, b"[" * 999, b'"', b"{", b"\n", b"-1", b"1e999", b"NaN"]


def corpus(target: str) -> list[bytes]:
    return [file.read_bytes() for file in sorted((CORPUS / target).iterdir())]


def bent(data: bytes, dice: random.Random, others: list[bytes]) -> bytes:
    """Bend one thing in the ways that break readers: bits, lengths, cuts, repeats, splices."""
    made = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 5))):
        at = dice.randrange(len(made) + 1)
        match dice.randrange(6):
            case 0 if made:
                made[at % len(made)] ^= 1 << dice.randrange(8)
            case 1:
                del made[at : at + dice.choice((1, 4, 40, 4000))]
            case 2:
                made[at:at] = dice.choice(INTERESTING)
            case 3:
                made[at:at] = made[at : at + dice.choice((1, 9, 200))] * dice.choice((1, 30))
            case 4:
                other = dice.choice(others)
                made[at:] = other[dice.randrange(len(other) + 1) :]
            case _:
                made[at : at + 8] = dice.choice((0, 1, 2**31, 2**62, 2**64 - 1)).to_bytes(
                    8, "little"
                )
    return bytes(made)


@pytest.mark.parametrize("target", TARGETS)
def test_the_corpus_and_what_lies_near_it(target: str) -> None:
    """The short run: all that was kept, whole, cut anywhere it hurts, and bent by a seeded die."""
    dice, kept = random.Random(target), corpus(target)
    cases = 0
    for data in kept:
        attempt(target, data)
        for size in {*range(0, len(data), max(1, len(data) // 40)), len(data) - 1}:
            attempt(target, data[:size])
            cases += 1
    for _ in range(ROUNDS):
        attempt(target, bent(dice.choice(kept), dice, kept))
    found("C8", f"bent inputs of {target}", cases + ROUNDS + len(kept))


@pytest.mark.parametrize("target", ["container", "manifest", "grant", "audit", "policy", "control"])
def test_the_corpus_reaches_what_is_read(target: str) -> None:
    """A corpus that is only ever refused would try nothing but the first check."""
    assert any(attempt(target, data) for data in corpus(target))


def test_a_bent_input_that_breaks_a_reader_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TARGETS, "manifest", lambda data: data.index(b"never there"))
    with pytest.raises(ValueError, match="not found"):
        test_the_corpus_and_what_lies_near_it("manifest")


@pytest.mark.fuzz
@pytest.mark.parametrize("target", TARGETS)
def test_led_by_coverage(target: str, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """The long run: libFuzzer bends what reaches new code; 5 s and 512 MB for one input at most."""
    seconds = pytestconfig.getoption("--seconds") or SECONDS
    grown = tmp_path / "grown"
    grown.mkdir()
    done = subprocess.run(
        [
            sys.executable, "-m", "tests.fuzz.drive", target, str(grown), str(CORPUS / target),
            f"-max_total_time={seconds}", "-timeout=5", "-rss_limit_mb=512", "-max_len=65536",
            f"-artifact_prefix={tmp_path}/", "-print_final_stats=1",
        ],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=seconds + 120,
    )  # fmt: skip
    kept = [file for file in tmp_path.iterdir() if file.is_file()]
    shown = "\n".join(f"{file.name}: {file.read_bytes()[:400]!r}" for file in kept)
    assert done.returncode == 0, f"{done.stderr[-3000:]}\n{shown}"
    runs = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    assert runs is not None, done.stderr[-2000:]
    found("C8", f"inputs led by coverage to {target}", int(runs[1]))
