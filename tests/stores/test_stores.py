"""Sending to real stores over a bad line: killed, refused, slowed, garbled; each segment once.

What runs is `nodreel upload` and `nodreel inbox` themselves, with a broker for the credentials.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from nodreel.clock import SystemClock
from nodreel.episode.chain import CHAIN
from nodreel.episode.verify import read_chain
from nodreel.paths import default_paths
from nodreel.policy import Upload
from nodreel.upload.batch import read_manifest
from nodreel.upload.credentials import Credentials
from nodreel.upload.remote import open_store
from tests.findings import found as note
from tests.stores.line import Faults, Line
from tests.stores.servers import KEY, SECRET, Rclone, Server, Swift
from tests.upload.contract import Contract
from tests.upload.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from nodreel.upload.objects import ObjectStore

pytestmark = pytest.mark.stores

EPISODES, SEGMENTS = 10, 20
SLOW = 256 << 10
MOST_RUNS = 80
GIVEN = Credentials(access_key_id=KEY, secret_access_key=SECRET)
PATIENCE_S = 240


@pytest.fixture(scope="module")
def swift(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Swift(tmp_path_factory.mktemp("stores") / "swift") as running:
        running.make_bucket()
        yield running


@pytest.fixture(scope="module")
def rclone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Rclone(tmp_path_factory.mktemp("stores") / "rclone") as running:
        yield running


@dataclass
class Site:
    """A machine, the store it sends to, and the line between; ``server`` None: a folder."""

    machine: Machine
    server: Server | None
    to: str
    folder: Path
    line: Line | None = None
    held: str = ""
    kept: dict[str, dict[str, bytes]] = field(default_factory=dict)

    def objects(self) -> ObjectStore:
        """The store itself, without the line."""
        upload = Upload(to=self.to, endpoint=self._direct(), inbox_key="ab" * 32)
        return open_store(upload, GIVEN)

    def _direct(self) -> str | None:
        return None if self.server is None else f"http://127.0.0.1:{self.server.port}"

    def record(self, episodes: int) -> None:
        """Record so many episodes, and one that is held; remember every byte of them."""
        for _ in range(episodes):
            name = self.machine.record(SEGMENTS, filler=9, pictures=True)
            place = self.machine.paths.episodes / name
            self.kept[name] = {
                file.name: file.read_bytes()
                for file in place.iterdir()
                if file.suffix in {".seg", ".jsonl"}
            }
        self.held = self.machine.record(2, release=False, pictures=True)

    def segments(self) -> int:
        return sum(len(read_chain(files[CHAIN]).segments) for files in self.kept.values())

    def upload(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "nodreel.cli", "upload", "--json"], text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=os.environ.copy(),
        )  # fmt: skip

    def inbox(self, *words: str) -> dict[str, Any]:
        where = [] if self.server is None else ["--endpoint", str(self._direct())]
        given = self.folder / "given.json"
        given.write_text(GIVEN.model_dump_json(exclude_none=True))
        given.chmod(0o600)
        done = subprocess.run(
            [sys.executable, "-m", "nodreel.cli", "inbox", words[0], self.to, *words[1:], *where,
             "--credentials", str(given), "--json"],
            capture_output=True, text=True, check=False, timeout=PATIENCE_S,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr + done.stdout
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    def whole_there(self) -> set[str]:
        """Episodes of which manifest and each batch lie in the store, as long as they should be."""
        objects = self.objects()
        sizes = dict(objects.names("batches"))
        found = set()
        for key, _ in objects.names("manifests"):
            manifest = read_manifest(objects.get(key) or b"")
            if all(sizes.get(f"batches/{b.sha256}") == b.size for b in manifest.batches):
                found.add(manifest.episode)
        return found


def make_site(
    tmp_path: Path, server: Server | None, faults: Faults | None, name: str, seed: int = 1
) -> tuple[Site, Line | None]:
    key = tmp_path / "inbox.key"
    done = subprocess.run(
        [sys.executable, "-m", "nodreel.cli", "inbox", "key", str(key), "--json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    public = json.loads(done.stdout)["inbox_key"]
    line, more, to = None, "", f"file://{tmp_path.resolve()}/store"
    if server is not None:
        line = Line(server.port, faults or Faults(), seed)
        broker = tmp_path / "broker"
        broker.write_text(f"#!/bin/sh\nprintf '%s' '{GIVEN.model_dump_json(exclude_none=True)}'\n")
        broker.chmod(0o755)
        more = f'endpoint = "http://127.0.0.1:{line.port}"\nbroker = "{broker}"\n'
        to = f"s3://{server.bucket}/{name}"
    more += "max_kib_s = 1000000\ndaily_mb = 1000000\nbattery = true\nmetered = true\n"
    machine = Machine(default_paths(), public, to=to, more=more, clock=SystemClock())  # type: ignore[arg-type]
    return Site(machine, server, to, tmp_path, line), line


def ended(process: subprocess.Popen[str]) -> str:
    """Wait for it; returns what it said to standard error."""
    _, told = process.communicate(timeout=PATIENCE_S)
    assert "Traceback" not in told, told
    return told


def wanted(site: Site) -> set[str]:
    return set(site.kept) & site.machine.here()


def finish(site: Site) -> int:
    """Go on undisturbed until all is there; returns in how many runs."""
    for run in range(MOST_RUNS):
        if not wanted(site):
            return run
        ended(site.upload())
    raise AssertionError("it does not come to its end")


def judge(site: Site, tmp_path: Path) -> None:
    """Each segment exactly once, every byte as it was, and nothing of what is held."""
    said = site.inbox("verify")
    assert set(said["whole"]) == set(site.kept)
    assert said["quarantined"] == {}
    assert said["incomplete"] == {}
    assert said["segments"] == site.segments() >= EPISODES * SEGMENTS
    assert site.machine.held() == [site.held]
    objects = site.objects()
    everything = [key for folder in ("batches", "manifests") for key, _ in objects.names(folder)]
    assert not any(site.held.encode() in (objects.get(key) or b"") for key in everything)
    got = tmp_path / "got"
    site.inbox("collect", str(got))
    for name, files in site.kept.items():
        assert {f.name: f.read_bytes() for f in (got / name).iterdir()} == files


@pytest.mark.parametrize("which", ["rclone", "swift"])
def test_200_segments_over_a_bad_line_with_kills_on_both_sides(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    server: Server = request.getfixturevalue(which)
    faults = Faults(busy=0.08, lost=0.08, cut=0.08, garbled=0.08)
    site, line = make_site(tmp_path, server, faults, "bad-line")
    assert line is not None
    site.record(EPISODES)
    total = sum(len(data) for files in site.kept.values() for data in files.values())
    dice = random.Random(7)
    kills = {"client": 0, "server": 0}
    with line:
        for run in range(16):
            process = site.upload()
            at = line.passed + dice.randrange(1, max(2, total // 3))
            if run % 4 == 3:
                line.faults.at_byte[at] = _counted(kills, "server", server.kill_front)
            else:
                line.faults.at_byte[at] = _counted(kills, "client", process.kill)
            ended(process)
            line.faults.at_byte.clear()
            server.restart()
            gone = set(site.kept) - site.machine.here()
            assert gone <= site.whole_there(), "deleted here before it was there"
            if not wanted(site):
                break
        line.faults.busy = line.faults.lost = line.faults.cut = line.faults.garbled = 0
        finish(site)
    judge(site, tmp_path)
    assert kills["client"] + kills["server"] > 0
    note("C13", f"segments sent to {which} over a bad line, with {kills['client']} kills of the"
         f" client, {kills['server']} of the server, {line.done}", site.segments())  # fmt: skip


def _counted(kills: dict[str, int], which: str, kill: Callable[[], None]) -> Callable[[], None]:
    def now() -> None:
        kills[which] += 1
        kill()

    return now


@pytest.mark.parametrize("which", ["rclone", "swift"])
def test_a_slow_line_is_waited_for(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    server: Server = request.getfixturevalue(which)
    site, line = make_site(tmp_path, server, Faults(rate=SLOW), "slow-line")
    assert line is not None
    site.record(6)
    with line:
        assert finish(site) == 1, "no time-out, no second try"
    assert site.whole_there() == set(site.kept)


def test_200_segments_to_a_folder_with_kills(tmp_path: Path) -> None:
    site, _ = make_site(tmp_path, None, None, "")
    site.record(EPISODES)
    store, dice = tmp_path / "store", random.Random(3)
    total = sum(len(data) for files in site.kept.values() for data in files.values())
    kills = 0
    for _ in range(12):
        if not wanted(site):
            break
        process = site.upload()
        watcher = threading.Thread(
            target=_kill_at, args=(process, store, _stored(store) + dice.randrange(total // 4))
        )
        watcher.start()
        ended(process)
        watcher.join()
        kills += process.returncode < 0
        assert set(site.kept) - site.machine.here() <= site.whole_there()
    finish(site)
    judge(site, tmp_path)
    note("C13", f"segments sent to a folder, with {kills} kills", site.segments())


def _stored(store: Path) -> int:
    return sum(f.stat().st_size for f in store.rglob("*") if f.is_file()) if store.exists() else 0


def _kill_at(process: subprocess.Popen[str], store: Path, size: int) -> None:
    while process.poll() is None:
        try:
            if _stored(store) > size:
                process.kill()
                return
        except FileNotFoundError:
            pass  # a file that is renamed meanwhile
        time.sleep(0.002)


@pytest.mark.parametrize("which", ["folder", "rclone", "swift"])
def test_a_withdrawal_with_half_of_it_sent(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """After one sweep nothing of that consent is left, by listing; others are untouched."""
    server: Server | None = None if which == "folder" else request.getfixturevalue(which)
    site, line = make_site(tmp_path, server, None, "withdrawal")
    with line or threading.Lock():
        site.record(3)
        finish(site)
        objects = site.objects()
        before = dict(_lying(objects))
        site.machine.withdraw()  # the other's data: of an earlier consent, asked back below
        shutil.rmtree(site.machine.paths.data / "requests")  # it is not to be asked back
        first = set(before)
        site.kept.clear()
        site.record(4)
        _half(site, objects, len(before))
        mine = set(dict(_lying(objects))) - first
        assert mine, "something of it was sent"
        assert wanted(site), "and not all"
        site.machine.withdraw()
        ended(site.upload())
        swept = site.inbox("sweep", "--key", str(tmp_path / "inbox.key"))
        (places,) = swept["deleted"].values()
        assert set(places) == mine
        assert dict(_lying(objects)) == before
        ended(site.upload())
        answers = list((site.machine.paths.data / "requests").glob("*.answer"))
        assert len(answers) == 1
        assert not list((site.machine.paths.data / "requests").glob("*.open"))


def _half(site: Site, objects: ObjectStore, before: int) -> None:
    """Send, and kill it once about half of the objects are there."""
    process = site.upload()
    while process.poll() is None and len(dict(_lying(objects))) < before + 4:
        time.sleep(0.01)
    process.kill()
    ended(process)


def _lying(objects: ObjectStore) -> Iterator[tuple[str, int]]:
    for folder in ("batches", "manifests"):
        yield from objects.names(folder)


class TestSwift(Contract):
    @pytest.fixture
    def objects(self, swift: Server, request: pytest.FixtureRequest) -> ObjectStore:
        return contract_store(swift, request.node.name)


class TestRclone(Contract):
    @pytest.fixture
    def objects(self, rclone: Server, request: pytest.FixtureRequest) -> ObjectStore:
        return contract_store(rclone, request.node.name)


def contract_store(server: Server, name: str) -> ObjectStore:
    to = f"s3://{server.bucket}/contract/{name[:50]}"
    endpoint = f"http://127.0.0.1:{server.port}"
    return open_store(Upload(to=to, endpoint=endpoint, inbox_key="ab" * 32), GIVEN)
