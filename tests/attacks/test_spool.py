"""Something else lies where nodreel keeps its files: refused, untouched, and nothing hangs."""

from __future__ import annotations

import os
import socket
import stat
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from nodreel.agent.coverage import Coverage, read_spans
from nodreel.clock import SystemClock
from nodreel.consent import Ledger, current_state, deadline, read_grant, receipts, withdraw
from nodreel.consent.binding import salt_path
from nodreel.consent.decision import last_decision, save_decision
from nodreel.consent.heads import heads_path, sign_head
from nodreel.consent.highwater import mark_path
from nodreel.consent.record import load_receipt
from nodreel.consent.switches import STOPPED, read_switches, write_switches
from nodreel.errors import NodreelError
from nodreel.host import claim, holder, private_dir
from nodreel.host.accessibility import restore
from nodreel.ipc.server import ControlServer
from nodreel.store import Store
from tests.consent.yes import agree
from tests.findings import found
from tests.policy.samples import limits, policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from nodreel.consent import Grant
    from nodreel.paths import Paths

VICTIM = b"a file of the person, older than nodreel\n"
EPISODE = "0123456789ABCDEFGHJKMNPQRS"
LONGEST_S = 60.0

Kind = str
KINDS: tuple[Kind, ...] = ("symlink", "dangling", "hardlink", "fifo", "socket", "folder", "device")


def put(kind: Kind, place: Path, victim: Path) -> None:
    """Put something else at ``place``."""
    if place.is_dir() and not place.is_symlink():
        place.rename(place.with_name(place.name + ".before"))
    place.unlink(missing_ok=True)
    match kind:
        case "symlink":
            place.symlink_to(victim)
        case "dangling":
            place.symlink_to(victim.with_name("nowhere"))
        case "hardlink":
            place.hardlink_to(victim)
        case "fifo":
            os.mkfifo(place, 0o600)
        case "socket":
            with socket.socket(socket.AF_UNIX) as made:
                home = Path.cwd()
                os.chdir(place.parent)  # a socket's name is short
                made.bind(place.name)
                os.chdir(home)
        case "folder":
            place.mkdir(mode=0o700)
        case "device":
            place.symlink_to("/dev/zero")  # making one takes root; a link is how one gets in


def bounded(*deeds: Callable[[], Any]) -> list[Any]:
    """Do all, which may raise our errors and must not hang; returns what each returned."""
    done: list[Any] = []

    def run() -> None:
        for do in deeds:
            try:
                done.append(do())
            except (NodreelError, FileNotFoundError) as error:
                done.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(LONGEST_S)
    assert not thread.is_alive(), f"deed {len(done)} hangs"
    assert len(done) == len(deeds), f"deed {len(done)} broke with an error that is none of ours"
    return done


PLACES: dict[str, Callable[[Paths, Grant], Path]] = {
    "grant": lambda p, _: p.grant,
    "signing key": lambda p, _: p.signing_key,
    "salt": lambda p, _: salt_path(p),
    "clock mark": lambda p, _: mark_path(p),
    "decision": lambda p, _: p.state / "decision.json",
    "deadline": lambda p, _: p.state / "decide-by",
    "switches": lambda p, _: p.state / "switches.json",
    "a left-over of the switches": lambda p, _: p.state / f".switches.json.{os.getpid()}.tmp",
    "a left-over of the grant": lambda p, _: p.grant.with_name(f".grant.json.{os.getpid()}.tmp"),
    "audit log": lambda p, _: p.audit,
    "lock of the audit log": lambda p, _: p.audit.with_suffix(".lock"),
    "coverage": lambda p, _: p.coverage,
    "receipt": lambda p, g: p.receipts / f"{g.receipt_id}.json",
    "heads": lambda p, g: heads_path(p, g.receipt_id),
    "accessibility": lambda p, _: p.accessibility,
    "lock of the agent": lambda p, _: p.lock,
    "socket": lambda p, _: p.socket,
    "an episode": lambda p, _: p.episodes / EPISODE,
    "a chain": lambda p, _: p.episodes / EPISODE / "chain.jsonl",
    "a segment": lambda p, _: p.episodes / EPISODE / "00000000.seg",
    "a time of the machine": lambda p, _: p.episodes / EPISODE / "local.json",
}


def use_everything(paths: Paths, grant: Grant) -> list[Any]:
    """Read and write each file of the spool, as agent and commands do; returns all outcomes."""
    clock, ledger = SystemClock(), Ledger(paths.audit, SystemClock())
    decision, store = last_decision(paths), Store(paths, clock)
    return bounded(
        lambda: read_grant(paths, clock),
        lambda: current_state(paths, clock, policy()),
        lambda: deadline(paths),
        lambda: save_decision(paths, decision) if decision else None,
        lambda: read_switches(paths.state),
        lambda: write_switches(paths.state, STOPPED),
        lambda: ledger.append("person", "paused", {}),
        ledger.verify,
        lambda: sign_head(paths, clock, ledger, grant),
        lambda: Coverage(paths.coverage, clock, "boot").close(),
        lambda: list(read_spans(paths.coverage)),
        lambda: receipts(paths),
        lambda: load_receipt(paths, grant.receipt_id),
        lambda: restore(paths.accessibility),
        lambda: claimed(paths),
        lambda: holder(paths.lock),
        lambda: serve(paths),
        store.counts,
        lambda: store.enforce(limits(), grant.sign),
        store.delete_all,
        lambda: withdraw(paths, clock, stored="delete", dispose=lambda _: store.delete_all()),
    )


def claimed(paths: Paths) -> None:
    instance = claim(paths.lock)
    if instance is not None:
        instance.release()


def serve(paths: Paths) -> None:
    with ControlServer(paths, lambda *_: pytest.fail("nobody called")):
        pass


@pytest.fixture
def grant(paths: Paths) -> Grant:
    for folder in (paths.data, paths.runtime, paths.state, paths.episodes):
        private_dir(folder)
    (paths.episodes / EPISODE).mkdir(mode=0o700)
    return agree(paths, SystemClock(), policy())


def matrix() -> list[Any]:
    """Each place with one kind of thing in the usual run, with each in the lane of faults."""
    marked = pytest.mark.faults, pytest.mark.rest
    return [
        pytest.param(name, kind, marks=() if at % len(KINDS) == number % len(KINDS) else marked)
        for at, name in enumerate(PLACES)
        for number, kind in enumerate(KINDS)
    ]


@pytest.mark.parametrize(("name", "kind"), matrix())
def test_what_lies_there_instead_is_not_touched(
    paths: Paths, grant: Grant, tmp_path: Path, name: str, kind: Kind
) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(VICTIM)
    victim.chmod(0o600)
    before = victim.stat()
    put(kind, PLACES[name](paths, grant), victim)
    use_everything(paths, grant)
    after = victim.stat()
    assert victim.read_bytes() == VICTIM
    assert (after.st_mode, after.st_mtime_ns) == (before.st_mode, before.st_mtime_ns)
    assert not victim.with_name("nowhere").exists(), "something was made behind a dangling link"
    assert not paths.grant.exists(), "withdrawing works whatever lies around"
    found("C9", "foreign things at the places of the spool", 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_replaced_part_of_the_consent_is_no_consent(
    paths: Paths, grant: Grant, tmp_path: Path, kind: Kind
) -> None:
    """Even when what lies there is the very file that was there before, under a second name."""
    for name in ("grant", "signing key", "salt", "clock mark"):
        place = PLACES[name](paths, grant)
        kept = place.with_name("kept")
        place.rename(kept)
        put(kind, place, kept)
        assert isinstance(bounded(lambda: read_grant(paths, SystemClock()))[0], NodreelError), name
        if kind == "folder":
            place.rmdir()
        else:
            place.unlink()
        kept.rename(place)
    assert read_grant(paths, SystemClock()).consent_id == grant.consent_id


def test_the_spool_is_for_the_person_alone(paths: Paths, grant: Grant) -> None:
    use_everything(paths, grant)
    for path in (paths.data, *paths.data.rglob("*")):
        mode = path.lstat().st_mode
        assert stat.S_IMODE(mode) & 0o077 == 0, f"{path} is open to others: {mode:o}"
