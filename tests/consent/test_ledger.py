from __future__ import annotations

import json
import multiprocessing
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodreel.clock import SystemClock
from nodreel.consent.auditline import NOTHING
from nodreel.consent.ledger import Ledger
from nodreel.errors import LedgerError, StoreError
from tests.consent.clocks import TurnedClock


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    found = Ledger(tmp_path / "data" / "audit.log", TurnedClock())
    for number in range(3):
        found.append("person", "paused", {"minutes": number, "app": "mousepad"})
    return found


def test_lines_follow_from_each_other(ledger: Ledger) -> None:
    first, second, third = map(json.loads, ledger.path.read_text().splitlines())
    assert [line["n"] for line in (first, second, third)] == [0, 1, 2]
    assert first["prev"] == NOTHING
    assert second["prev"] == first["hash"]
    assert ledger.head() == third["hash"]
    found = ledger.verify([first["hash"], third["hash"], NOTHING])
    assert (found.lines, found.head, found.resets) == (3, third["hash"], 0)
    assert first["wall"].endswith("Z")
    assert first["mono"] == TurnedClock().mono()
    assert stat.S_IMODE(ledger.path.stat().st_mode) == 0o600


def test_an_empty_log_is_fine(tmp_path: Path) -> None:
    found = Ledger(tmp_path / "audit.log", TurnedClock())
    assert found.head() == NOTHING
    assert found.verify().lines == 0


@pytest.mark.parametrize(
    ("name", "bad"),
    [("edited", 2), ("removed", 2), ("swapped", 1), ("doubled", 3), ("forged", 4), ("blank", 2)],
)
def test_verify_names_the_first_bad_line(ledger: Ledger, name: str, bad: int) -> None:
    one, two, three = ledger.path.read_bytes().splitlines(keepends=True)
    forged = three.replace(b'"n":2', b'"n":3')
    lines = {
        "edited": [one, two.replace(b'"minutes":1', b'"minutes":9'), three],
        "removed": [one, three],
        "swapped": [two, one, three],
        "doubled": [one, two, two, three],
        "forged": [one, two, three, forged],
        "blank": [one, b"\n", two, three],
    }[name]
    ledger.path.write_bytes(b"".join(lines))
    with pytest.raises(LedgerError, match=f"line {bad}:"):
        ledger.verify()


def test_a_log_cut_before_a_head_that_a_receipt_knows_is_noticed(ledger: Ledger) -> None:
    held = ledger.head()
    ledger.path.write_bytes(b"".join(ledger.path.read_bytes().splitlines(keepends=True)[:2]))
    assert ledger.verify().lines == 2
    with pytest.raises(LedgerError, match="a receipt knows a later line"):
        ledger.verify([held])


def test_a_line_torn_at_any_byte_is_survived_and_marked(ledger: Ledger) -> None:
    whole = ledger.path.read_bytes()
    begin = whole.rstrip(b"\n").rindex(b"\n") + 1
    for cut in range(begin, len(whole)):
        ledger.path.write_bytes(whole[:cut])
        ledger.append("person", "resumed", {})
        found = ledger.verify()
        is_remnant = begin < cut < len(whole) - 1
        assert found.resets == is_remnant, cut
        last = json.loads(ledger.path.read_text().splitlines()[-1])
        assert (last["event"], last["hash"]) == ("resumed", found.head)
        assert found.lines == (4 if cut == len(whole) - 1 or is_remnant else 3)


def test_a_torn_line_without_its_mark_is_a_changed_line(ledger: Ledger) -> None:
    one, two, three = ledger.path.read_bytes().splitlines(keepends=True)
    ledger.path.write_bytes(one + two[:-9] + b"\n" + three)
    with pytest.raises(LedgerError, match="line 2"):
        ledger.verify()


def test_after_an_edit_it_goes_on_under_a_mark_but_never_verifies(ledger: Ledger) -> None:
    ledger.path.write_bytes(ledger.path.read_bytes()[:-5] + b'xyz"\n')
    ledger.append("person", "resumed", {})
    events = [json.loads(x)["event"] for x in ledger.path.read_text().splitlines()[3:]]
    assert events == ["audit_reset", "resumed"]
    with pytest.raises(LedgerError, match="line 3"):
        ledger.verify()


@pytest.mark.parametrize(
    "data",
    [
        {"title": "Letter to my doctor"},
        {"url": "https://example.org/x"},
        {"x": ["fine", "not fine"]},
        {"x": "a\nb"},
        {"x": "a" * 129},
        {"x": {"y": 1}},
        {"x": 1.5},
        {"x": [1]},
        {"Bad key": 1},
        {"x": b"bytes"},
    ],
)
def test_no_text_gets_in(ledger: Ledger, data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="audit log"):
        ledger.append("person", "paused", data)  # type: ignore[arg-type]
    assert ledger.verify().lines == 3


def test_a_line_is_bounded(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="too many"):
        ledger.append("person", "paused", {"ids": ["a" * 100] * 500})


def test_links_are_not_followed(ledger: Ledger) -> None:
    victim = ledger.path.with_name("victim")
    victim.write_bytes(b"")
    victim.chmod(0o600)
    ledger.path.unlink()
    ledger.path.symlink_to(victim)
    with pytest.raises(StoreError, match="link"):
        ledger.append("person", "paused", {})
    assert victim.read_bytes() == b""


def _append_many(path: str) -> None:
    ledger = Ledger(Path(path), SystemClock())
    for _ in range(20):
        ledger.append("person", "paused", {"pid": os.getpid()})


def test_several_processes_keep_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "data" / "audit.log"
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_append_many, args=(str(path),)) for _ in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert Ledger(path, SystemClock()).verify().lines == 60


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_upset_it(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder) / "audit.log", TurnedClock())
        ledger.path.write_bytes(data)
        ledger.path.chmod(0o600)
        ledger.append("person", "paused", {})
        assert json.loads(ledger.path.read_bytes().split(b"\n")[-2])["event"] == "paused"
        if data.strip(b"\n") == data and b"\n" not in data and data:
            assert ledger.verify().resets == 1


def test_a_line_of_another_log_does_not_fit(ledger: Ledger, tmp_path: Path) -> None:
    other = Ledger(tmp_path / "other" / "audit.log", TurnedClock())
    for number in range(3):
        other.append("person", "resumed", {"minutes": number})
    mine = ledger.path.read_bytes().splitlines(keepends=True)
    theirs = other.path.read_bytes().splitlines(keepends=True)
    ledger.path.write_bytes(mine[0] + theirs[1] + mine[2])
    with pytest.raises(LedgerError, match="line 2"):
        ledger.verify()
