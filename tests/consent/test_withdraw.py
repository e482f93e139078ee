from __future__ import annotations

import errno
import json
import os
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from nodreel.consent import Ledger, current_state, is_unsettled, read_grant, settle, withdraw
from nodreel.consent.ceremony import hold
from nodreel.consent.decision import deadline
from nodreel.consent.state import State
from nodreel.errors import NoConsentError, StoreError
from nodreel.host import files
from tests.consent.clocks import DAY, TurnedClock
from tests.consent.yes import Person, agree
from tests.policy.samples import policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nodreel.paths import Paths


def names(paths: Paths) -> set[str]:
    return {p.name for p in paths.grant.parent.iterdir() if not p.name.endswith(".lock")}


def events(paths: Paths) -> list[str]:
    return [json.loads(line)["event"] for line in paths.audit.read_text().splitlines()]


def test_the_order(paths: Paths, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(paths, clock)
    done: list[str] = []

    def noting(module: Any, name: str, word: Callable[..., str]) -> None:
        real = getattr(module, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            done.append(word(*args))
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, call)

    noting(os, "rename", lambda old, new, **_: f"{old} -> {new}")
    noting(os, "unlink", lambda name, **_: f"unlink {name}")
    noting(Ledger, "append", lambda *a: f"ledger {a[2]}")
    withdraw(
        paths, clock, stored="delete",
        gate_off=lambda: done.append("gate off"),
        discard=lambda: done.append("discard"),
        dispose=lambda stored: done.append(f"dispose {stored}"),
    )  # fmt: skip
    receipt = next(x for x in done if x.endswith(".json") and x.startswith("."))
    wanted = [
        "gate off", "grant.json -> withdrawn.delete.json", "discard", "ledger withdrawn",
        "withdrawn.delete.json -> withdrawn.delete.logged.json", "dispose delete",
        "unlink signing.key", "unlink withdrawn.delete.logged.json",
    ]  # fmt: skip
    assert [step for step in done if step in wanted] == wanted
    assert done.index("unlink signing.key") < done.index(receipt)
    assert done[-1] == wanted[-1]


def test_nothing_of_the_consent_is_left(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    disposed: list[str] = []
    receipt = withdraw(paths, clock, stored="delete", dispose=disposed.append)
    assert disposed == ["delete"]
    assert receipt.pending == ()
    assert names(paths) == {"install.salt", "receipts"}
    assert events(paths) == ["given", "withdrawn"]
    assert Ledger(paths.audit, clock).verify([receipt.record.audit_head]).lines == 2
    assert current_state(paths, clock, policy()) is State.WITHDRAWN
    with pytest.raises(NoConsentError):
        read_grant(paths, clock)


def test_what_was_found_of_accessibility_is_put_back(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    files.replace_private(paths.accessibility, b"on\n")
    withdraw(paths, clock, stored="keep")
    assert not paths.accessibility.exists()


def test_the_unlinking_is_on_disk_before_anything_else_is_touched(
    paths: Paths, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(paths, clock)
    synced: list[bool] = []
    real = os.fsync

    def fsync(fd: int) -> None:
        real(fd)
        synced.append(os.path.samestat(os.fstat(fd), paths.grant.parent.stat()))

    monkeypatch.setattr(os, "fsync", fsync)
    withdraw(paths, clock, stored="keep", discard=lambda: synced.append(False))
    assert synced[:2] == [True, False]


def test_twice_is_as_good_as_once(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    one = withdraw(paths, clock, stored="keep")
    disposed: list[str] = []
    two = withdraw(paths, clock, stored="delete", dispose=disposed.append)
    assert one.id == two.id
    assert disposed == ["delete"]
    assert events(paths) == ["given", "withdrawn", "decided"]
    assert "You have withdrawn" in str(two)


def test_without_a_consent_there_is_nothing_to_withdraw_but_the_gate_is_shut(
    paths: Paths, clock: TurnedClock
) -> None:
    done: list[str] = []
    with pytest.raises(NoConsentError, match="nothing to withdraw"):
        withdraw(
            paths, clock, stored="keep",
            gate_off=lambda: done.append("off"), discard=lambda: done.append("discard"),
        )  # fmt: skip
    assert done == ["off", "discard"]


@pytest.mark.parametrize("bad", [b"", b"{", b"\xff" * 100, b"[" * 9999])
def test_a_damaged_consent_can_be_withdrawn(paths: Paths, clock: TurnedClock, bad: bytes) -> None:
    agree(paths, clock)
    paths.grant.write_bytes(bad)
    receipt = withdraw(paths, clock, stored="keep")
    assert receipt.record.events[-1].event_state is State.WITHDRAWN
    assert names(paths) == {"install.salt", "receipts"}


@pytest.mark.parametrize("kind", ["link", "fifo", "folder"])
def test_whatever_lies_there_is_taken_away_and_never_followed(
    paths: Paths, clock: TurnedClock, tmp_path: Path, kind: str
) -> None:
    agree(paths, clock)
    paths.grant.unlink()
    victim = tmp_path / "victim"
    victim.write_text("mine")
    if kind == "link":
        paths.grant.symlink_to(victim)
    elif kind == "fifo":
        os.mkfifo(paths.grant, 0o600)
    else:
        paths.grant.mkdir()
    if kind == "folder":
        with pytest.raises(StoreError):
            withdraw(paths, clock, stored="keep")
    else:
        withdraw(paths, clock, stored="keep")
    assert not paths.grant.exists()
    assert not paths.grant.is_symlink()
    assert victim.read_text() == "mine"


def test_a_failing_gate_or_agent_does_not_keep_the_consent(
    paths: Paths, clock: TurnedClock
) -> None:
    agree(paths, clock)

    def fail() -> None:
        raise RuntimeError("stuck")

    with pytest.raises(RuntimeError):
        withdraw(paths, clock, stored="keep", gate_off=fail)
    assert not paths.grant.exists()
    agree_again(paths, clock)
    with pytest.raises(RuntimeError):
        withdraw(paths, clock, stored="keep", discard=fail)
    assert names(paths) == {"install.salt", "receipts"}


def agree_again(paths: Paths, clock: TurnedClock) -> None:
    settle(paths, clock)
    agree(paths, clock)


def test_whoever_was_told_may_have_finished_it(paths: Paths, clock: TurnedClock) -> None:
    """The command unlinks and tells the agent, which does the whole withdrawal meanwhile."""
    agree(paths, clock)
    disposed: list[str] = []

    def agent() -> None:
        withdraw(paths, clock, stored="delete", dispose=disposed.append)

    receipt = withdraw(paths, clock, stored="delete", discard=agent, dispose=disposed.append)
    assert receipt.record.events[-1].event_state is State.WITHDRAWN
    assert events(paths)[:2] == ["given", "withdrawn"]
    assert set(disposed) == {"delete"}


def test_deciding_later(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    disposed: list[str] = []
    withdraw(paths, clock, stored="later", dispose=disposed.append)
    assert disposed == ["later"]
    assert deadline(paths) == clock.wall() + 7 * DAY
    with pytest.raises(NoConsentError, match="still waits for your decision"):
        hold(Person(), paths, clock, policy())
    clock.pass_time(7 * DAY - 1)
    settle(paths, clock, dispose=disposed.append)
    assert disposed == ["later"]
    clock.pass_time(1)
    settle(paths, clock, dispose=disposed.append)
    assert disposed == ["later", "delete"]
    assert not is_unsettled(paths)


def test_deciding_after_all(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    withdraw(paths, clock, stored="later")
    withdraw(paths, clock, stored="keep")
    assert deadline(paths) is None
    assert agree(paths, clock)


def test_a_deletion_that_fails_is_kept_and_tried_again(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)

    def read_only(_: str) -> None:
        raise StoreError("read-only")

    receipt = withdraw(paths, clock, stored="delete", dispose=read_only)
    assert receipt.pending == ("what is stored (delete): read-only",)
    assert not paths.signing_key.exists()
    with pytest.raises(NoConsentError, match="still waits"):
        hold(Person(), paths, clock, policy())
    again = withdraw(paths, clock, stored="delete", dispose=read_only)
    assert again.id == receipt.id
    disposed: list[str] = []
    settled = settle(paths, clock, dispose=disposed.append)
    assert settled
    assert settled.pending == ()
    assert disposed == ["delete"]
    assert settle(paths, clock, dispose=disposed.append) is None
    assert events(paths) == ["given", "withdrawn"]


def test_without_a_store_the_deletion_waits_for_one(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    assert withdraw(paths, clock, stored="delete").pending
    disposed: list[str] = []
    settle(paths, clock, dispose=disposed.append)
    assert disposed == ["delete"]


def test_on_a_full_disk_it_ends_all_the_same(
    paths: Paths, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(paths, clock)

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    receipt = withdraw(paths, clock, stored="keep")
    assert not paths.grant.exists()
    assert not paths.signing_key.exists()
    assert len(receipt.pending) == 2
    assert is_unsettled(paths)
    monkeypatch.undo()
    settle(paths, clock)
    assert not is_unsettled(paths)
    assert events(paths) == ["given", "withdrawn"]


def test_on_a_really_full_disk(small_disk: Path, clock: TurnedClock) -> None:
    from nodreel.paths import Paths

    home = small_disk / "withdraw"
    paths = Paths(home / "data", home / "run", home / "config", home / "etc")
    agree(paths, clock)
    filler = home / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    withdraw(paths, clock, stored="delete", dispose=lambda _: filler.unlink(missing_ok=True))
    assert not paths.grant.exists()
    assert not paths.signing_key.exists()
    settle(paths, clock, dispose=lambda _: None)
    assert not is_unsettled(paths)
    Ledger(paths.audit, clock).verify()


def test_where_nothing_can_be_renamed_it_is_unlinked(
    paths: Paths, clock: TurnedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    agree(paths, clock)
    real = os.rename

    def rename(old: str, new: str, **folders: int) -> None:
        if old == "grant.json":
            raise OSError(errno.ENOSPC, "No space left on device")
        real(old, new, **folders)

    monkeypatch.setattr(os, "rename", rename)
    disposed: list[str] = []
    withdraw(paths, clock, stored="delete", dispose=disposed.append)
    assert disposed == ["delete"]
    assert names(paths) == {"install.salt", "receipts"}


def killed_at(step: int, work: Callable[[], object]) -> bool:
    """Do the work in a child that is killed before its n-th call that changes the disk."""
    child = os.fork()
    if child == 0:
        left = [step]
        for name in ("open", "write", "fsync", "rename", "unlink", "ftruncate"):
            real = getattr(os, name)

            def call(*args: Any, real: Callable[..., Any] = real, **kwargs: Any) -> Any:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return real(*args, **kwargs)

            setattr(os, name, call)
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


@pytest.mark.parametrize("stored", ["delete", "keep", "later"])
def test_killed_at_each_step_it_only_ever_goes_on_towards_off(
    tmp_path: Path, clock: TurnedClock, stored: Any
) -> None:
    from nodreel.paths import Paths

    outcomes = []
    for step in range(300):
        home = tmp_path / str(step)
        paths = Paths(home / "data", home / "run", home / "config", home / "etc")
        agree(paths, clock)
        told = home / "disposed"

        def dispose(choice: str, told: Path = told) -> None:
            told.write_text(choice)

        def work(paths: Paths = paths, dispose: Callable[[str], None] = dispose) -> object:
            return withdraw(paths, clock, stored=stored, dispose=dispose)

        if not killed_at(step, work):
            break
        outcomes.append(is_permitted(paths, clock))
        if outcomes[-1]:
            withdraw(paths, clock, stored=stored, dispose=dispose)
        else:
            settle(paths, clock, dispose=dispose)
            assert not is_permitted(paths, clock)
        check_finished(paths, clock, stored)
        assert told.read_text() == stored
    assert len(outcomes) > 20
    # Once it is gone it stays gone: the longer it ran, the less is permitted.
    assert outcomes == sorted(outcomes, reverse=True)
    assert outcomes.count(True) <= 3


def is_permitted(paths: Paths, clock: TurnedClock) -> bool:
    with suppress(NoConsentError):
        return bool(read_grant(paths, clock))
    return False


def check_finished(paths: Paths, clock: TurnedClock, stored: str) -> None:
    assert names(paths) == {"install.salt", "receipts"}
    assert Ledger(paths.audit, clock).verify().lines >= 2
    assert set(events(paths)) - {"audit_reset"} == {"given", "withdrawn"}
    assert len(list(paths.receipts.glob("*.json"))) == 2
    assert (deadline(paths) is not None) == (stored == "later")
    assert current_state(paths, clock, policy()) is State.WITHDRAWN


def test_the_key_is_overwritten_before_it_goes(paths: Paths, clock: TurnedClock) -> None:
    agree(paths, clock)
    with paths.signing_key.open("rb") as kept:
        withdraw(paths, clock, stored="keep")
        assert kept.read() == bytes(32)


def test_a_file_that_took_the_place_of_the_key_is_not_overwritten(
    paths: Paths, clock: TurnedClock, tmp_path: Path
) -> None:
    agree(paths, clock)
    victim = tmp_path / "victim"
    paths.signing_key.rename(victim)
    os.link(victim, paths.signing_key)
    withdraw(paths, clock, stored="keep")
    assert victim.read_bytes() != bytes(32)
    assert not paths.signing_key.exists()
