"""A package from its installation to its purge, on a machine of its own, with a person at work."""

from __future__ import annotations

import json
import subprocess
import sys
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pyrage
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from nodreel import open_episode
from nodreel.events import Button, Key
from tests.agent.journey import POLICY
from tests.bed.bed import wait_for
from tests.findings import found
from tests.packages.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.packages.conftest import Machine

pytestmark = pytest.mark.packages

PATIENCE = 120
HOME = "/home/worker"
DATA = f"{HOME}/.local/share/nodreel/v1"
MANAGED = "/etc/nodreel/policy.d"
# What the machine's own tools note down of any installation, and what the test itself put there.
NOTED = ("./var/lib/dpkg/", "./var/log/", "./var/cache/", "./etc/nodreel/policy.d/", "./root/.")


class Worker:
    """The person on that machine, and what their nodreel says."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        key = pyrage.x25519.Identity.generate()
        self.identity = str(key)
        self.policy = POLICY.replace("{key}", str(key.to_public()))

    def manage(self, name: str, text: str) -> None:
        """Put a managed policy in place, as an administrator does."""
        (self.machine.give / name).write_text(text)
        self.machine.root(f"install -m 644 /mnt/{name} {MANAGED}/{name}")

    def in_terminal(self, words: str) -> str:
        return self.machine.person(
            f"cd {ROOT} && {sys.executable} -m tests.packages.terminal {words}"
        )

    def status(self) -> dict[str, Any]:
        code, said = self.machine.run("person", "nodreel status --json")
        status: dict[str, Any] = json.loads(said) if code == 0 else {}
        return status

    def until(self, state: str, word: str = "") -> dict[str, Any]:
        """Wait until nodreel is in a state and says something with ``word``."""

        def there() -> dict[str, Any] | None:
            status = self.status()
            is_it = status.get("state") == state and word in status["sentence"]
            return status if is_it else None

        try:
            status: dict[str, Any] = wait_for(there, f"{state} ({word})", PATIENCE)
        except Exception as error:
            raise AssertionError(f"never {state} ({word}): {self.status()}") from error
        return status

    def work(self) -> None:
        """Type and click in the designated program."""
        self.machine.person("xdotool type --delay 20 hello && xdotool mousemove 200 200 click 1")

    def stored(self) -> list[object]:
        """What the research key reads of what is stored there, in the order of time."""
        copy = self.machine.give / "episodes"
        self.machine.root(
            f"rm -rf /mnt/episodes && cp -r {DATA}/episodes /mnt/ && chmod -R a+rX /mnt/episodes"
        )
        told = []
        for path in (p.parent for p in copy.glob("*/chain.jsonl")):
            start = json.loads((path / "local.json").read_text())["mono"]
            told += [(start + event.t, event) for event in open_episode(path, self.identity)]
        return [event for _, event in sorted(told, key=itemgetter(0))]

    def kept(self) -> dict[str, str]:
        """Hashes of what stands for the person's decisions."""
        said = self.machine.root(f"cd {DATA} && sha256sum consent/grant.json consent/receipts/*")
        return {name: digest for digest, name in map(str.split, said.splitlines())}


def since_the_last_key(events: list[object]) -> int:
    kinds = [type(e) for e in events if isinstance(e, Key | Button)]
    return len(kinds) - max((n for n, kind in enumerate(kinds, 1) if kind is Key), default=0)


def test_from_installation_to_purge(machine: Machine) -> None:
    worker, before = Worker(machine), machine.changed()
    machine.root("dpkg -i /mnt/one/nodreel_*.deb")
    starts_idle(worker)
    agrees_and_works(worker)
    is_managed_while_it_records(worker)
    is_updated_and_never_set_back(worker)
    goes(worker, before)


def starts_idle(worker: Worker) -> None:
    """The session brings the agent up; it asks nobody, opens nothing, stores nothing."""
    worker.machine.login()
    status = worker.until("blocked", "There is no consent")
    assert not status["recording"]
    assert "active" in worker.machine.person("systemctl --user is-active nodreel.service")
    assert worker.machine.root(f"find {DATA}/episodes -type f") == ""
    for command in ("--version", "consent status", "service status", "languages", "man"):
        assert "Traceback" not in worker.machine.run("person", f"nodreel {command}")[1]
    found("C1", "sessions that a package started to idle", 1)


def agrees_and_works(worker: Worker) -> None:
    worker.manage("10-base.toml", worker.policy)
    assert "To begin recording: nodreel start" in worker.in_terminal("consent give")
    assert not worker.status()["recording"], "a yes starts nothing"
    worker.in_terminal("start")
    shell = "setsid xterm -geometry 80x24+100+100 -T work >/dev/null 2>&1"
    worker.machine.person(f"{shell} & xdotool search --sync --name work")
    worker.machine.person("xdotool search --name work windowactivate --sync")
    worker.until("recording")
    worker.work()
    wait_for(lambda: any(isinstance(e, Key) for e in worker.stored()), "keys", PATIENCE)


def is_managed_while_it_records(worker: Worker) -> None:
    """Narrower goes on at once, in what is stored; wider, suspended and not believed stop."""
    pid = worker.until("recording")["pid"]
    worker.manage("20-narrow.toml", 'kinds = ["pointer", "screen", "titles"]\n')

    def without_keys() -> bool:
        worker.work()
        return since_the_last_key(worker.stored()) >= 4

    wait_for(without_keys, "clicks without the keys typed before them", PATIENCE)
    assert worker.until("recording")["pid"] == pid, "without a restart"
    worker.manage("30-stop.toml", "suspended = true\n")
    worker.until("blocked", "suspended recording for everyone")
    worker.machine.root(f"rm {MANAGED}/30-stop.toml")
    worker.until("recording")
    worker.machine.root(f"chown worker {MANAGED}/20-narrow.toml")
    worker.until("blocked", "cannot be trusted")
    worker.machine.root(f"chown root {MANAGED}/20-narrow.toml")
    worker.until("recording")
    worker.manage("10-base.toml", worker.policy.replace("[limits]", "[limits]\ndevice_days = 30"))
    worker.until("blocked", "asks for more")
    worker.manage("10-base.toml", worker.policy)
    assert worker.until("recording")["pid"] == pid
    found("C10", "changes of a managed policy under a packaged agent", 5)


def is_updated_and_never_set_back(worker: Worker) -> None:
    """An update changes no decision and goes on; an older version does not come in."""
    machine = worker.machine
    pid, kept, stored = worker.until("recording")["pid"], worker.kept(), len(worker.stored())
    machine.root("dpkg -i /mnt/next/nodreel_*.deb")
    assert worker.until("recording")["pid"] != pid
    assert worker.kept() == kept
    assert len(worker.stored()) >= stored
    code, said = machine.run("root", "dpkg -i /mnt/one/nodreel_*.deb")
    assert code != 0
    assert "older 0.1.0-1" in said
    assert "Nothing was changed" in said
    version = machine.root("dpkg-query -W -f '${db:Status-Status} ${Version}' nodreel")
    assert version == "installed 0.1.0-2"
    worker.until("recording")
    assert worker.kept() == kept
    found("C2", "updates and refused downgrades that changed no decision", 2)


def goes(worker: Worker, before: set[str]) -> None:
    """The person chose to delete: the receipts are left, and nothing else of nodreel."""
    machine = worker.machine
    told = json.loads(machine.person("nodreel uninstall --delete --json"))
    assert len(told["receipts"]) == 4
    assert worker.status() == {}
    said = machine.root("dpkg -r nodreel 2>&1")
    assert "stays theirs" in said
    machine.root("dpkg -P nodreel")
    left = {name for name in machine.changed() - before if not name.startswith(NOTED)}
    assert left == set(), "nothing outside of homes"
    files = machine.root(f"find {HOME} -type f -newer {HOME}/.bashrc -printf '%P\\n'").splitlines()
    refusal = ".config/autostart/nodreel.desktop"  # their own no to what a package starts
    ours = [name for name in files if "nodreel" in name and name != refusal]
    assert sorted(ours) == sorted(name.removeprefix(f"{HOME}/") for name in told["receipts"])
    assert machine.run("root", "pgrep -f '[/]usr/lib/nodreel/bin'")[0] == 1, "no process is left"
    assert machine.root(f"ls {MANAGED}").split() == ["10-base.toml", "20-narrow.toml"]
    found("C9", "packages that went and left what the person chose", 1)


def test_the_same_checkout_makes_the_same_packages(packages: Path) -> None:
    """Made by another umask, in another folder, time zone and second."""
    one, two = ((packages / "give" / name / "SHA256SUMS").read_text() for name in ("one", "two"))
    assert one == two
    assert len(one.splitlines()) == 4


def test_lintian_finds_no_error(packages: Path) -> None:
    (deb,) = (packages / "give" / "one").glob("*.deb")
    done = subprocess.run(
        ["lintian", "--fail-on", "error", str(deb)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


def test_the_rpm_holds_the_same_files(packages: Path) -> None:
    one = packages / "give" / "one"
    (deb,), (rpm,) = one.glob("*.deb"), one.glob("*.rpm")
    listed = subprocess.run(
        ["rpm", "-qlp", "--dbpath", str(packages / "elsewhere"), str(rpm)],
        capture_output=True, text=True, check=True,
    ).stdout.split("\n")  # fmt: skip
    told = subprocess.run(
        ["dpkg-deb", "--contents", str(deb)], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    files = {line.split(None, 5)[5].split(" -> ")[0].removeprefix(".") for line in told}
    assert {f for f in files if not f.endswith("/")} <= {*listed}
    assert "/usr/lib/systemd/user/nodreel.service" in listed


def test_what_is_inside_is_told_with_licences(packages: Path) -> None:
    one = packages / "give" / "one"
    bom = json.loads((one / "nodreel.cdx.json").read_text())
    assert bom["bomFormat"] == "CycloneDX"
    names = {part["name"] for part in bom["components"]}
    locked = (ROOT / "requirements" / "run.txt").read_text().splitlines()
    wanted = [Requirement(line.rstrip(" \\")) for line in locked if "==" in line]
    needed = {one.name for one in wanted if one.marker is None or one.marker.evaluate()}
    assert needed <= {canonicalize_name(name) for name in names}
    rows = (one / "licences.txt").read_text().splitlines()
    assert len(rows) == len(bom["components"])
    assert all(row.partition(": ")[2] for row in rows)


def test_the_scripts_of_the_package_start_nobody(packages: Path, tmp_path: Path) -> None:
    """They end agents and give back those that an update had ended; no word of consent or start."""
    folder = tmp_path / "control"
    (deb,) = (packages / "give" / "next").glob("*.deb")
    subprocess.run(["dpkg-deb", "--control", str(deb), str(folder)], check=True)
    scripts = {f.name: f.read_text() for f in folder.iterdir() if f.name in {
        "preinst", "postinst", "prerm", "postrm", "config", "templates",
    }}  # fmt: skip
    assert set(scripts) == {"preinst", "postinst", "prerm", "postrm"}
    for text in scripts.values():
        code = "\n".join(
            line for line in text.splitlines() if not line.startswith(("#", "nodreel"))
        )
        assert "nodreel start" not in code
        assert "consent" not in code.replace("consents", "")
