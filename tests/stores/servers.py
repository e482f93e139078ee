"""Real object stores, started by the test that wants one: OpenStack Swift with its S3 API, rclone.

Each can be killed at any moment and started again with what it had on its disk.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence

PATIENCE_S = 180.0
KEY, SECRET = "test:tester", "testing"
RCLONE = Path(sys.executable).with_name("rclone")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
    except OSError:
        return False


class Server:
    """A store at ``port`` of the loopback, as one or more processes that tests may kill."""

    bucket = "recordings"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._running: list[subprocess.Popen[bytes]] = []
        folder.mkdir(parents=True)

    def commands(self) -> list[tuple[Sequence[str], int]]:
        """Return what to start, in order, each with the port at which it then answers."""
        raise NotImplementedError

    def start(self) -> None:
        """Start all of it, and wait until each part answers."""
        for command, port in self.commands():
            self._running.append(self._begin(command, port))

    def _begin(self, command: Sequence[str], port: int) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder,
                start_new_session=True,
            )  # fmt: skip
        self._wait(process, port)
        return process

    def _wait(self, process: subprocess.Popen[bytes], port: int) -> None:
        end = time.monotonic() + PATIENCE_S
        while not answers(port):
            told = (self.folder / "log").read_text(errors="replace")[-3000:]
            assert process.poll() is None, f"{process.args} ended: {told}"
            assert time.monotonic() < end, f"{process.args} does not answer: {told}"
            time.sleep(0.05)

    def kill(self) -> None:
        """Kill all of it, as a power cut of the server would."""
        for process in self._running:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(PATIENCE_S)
        self._running.clear()

    def kill_front(self) -> None:
        """Kill what takes requests, in the middle of whatever it does."""
        for process in self._front():
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(PATIENCE_S)

    def restart(self) -> None:
        """Start again what was killed."""
        for number, (command, port) in enumerate(self.commands()):
            if self._running[number].poll() is not None:
                self._running[number] = self._begin(command, port)

    def _front(self) -> list[subprocess.Popen[bytes]]:
        return [process for process in self._running if process.poll() is None]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


class Rclone(Server):
    """``rclone serve s3`` over a folder; a bucket is a folder in it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        (folder / "data" / self.bucket).mkdir(parents=True)

    def commands(self) -> list[tuple[Sequence[str], int]]:
        where = ["--addr", f"127.0.0.1:{self.port}", "--auth-key", f"{KEY},{SECRET}"]
        serve = [str(RCLONE), "serve", "s3", "data", *where, "--config", "/dev/null"]
        return [([*serve, "--vfs-cache-mode", "off"], self.port)]


class Swift(Server):
    """OpenStack Swift from Debian: one ring of one device, and its S3 API in front."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._ports = {kind: free_port() for kind in ("object", "container", "account", "cache")}
        self._etc = folder / "etc"
        self._etc.mkdir()
        (folder / "node" / "d1").mkdir(parents=True)
        self._configure()

    def commands(self) -> list[tuple[Sequence[str], int]]:
        cache = str(self._ports["cache"])
        memory = [shutil.which("memcached") or "", "-l", "127.0.0.1", "-p", cache, "-U", "0"]
        servers = [
            ([f"/usr/bin/swift-{kind}-server", str(self._etc / f"{kind}.conf")], self._ports[kind])
            for kind in ("account", "container", "object")
        ]
        proxy = ["/usr/bin/swift-proxy-server", str(self._etc / "proxy.conf")]
        return [(memory, self._ports["cache"]), *servers, (proxy, self.port)]

    def _front(self) -> list[subprocess.Popen[bytes]]:
        """Proxy and object server: they hold the data while it arrives."""
        return [process for process in self._running[-2:] if process.poll() is None]

    def restart(self) -> None:
        """Start again what was killed, and hand in late what it had not told the listing."""
        super().restart()
        updater = ["/usr/bin/swift-object-updater", str(self._etc / "object.conf"), "once"]
        subprocess.run(updater, capture_output=True, check=False, timeout=PATIENCE_S)

    def make_bucket(self) -> None:
        """By Swift's own API; an S3 bucket is a container."""
        base = f"http://127.0.0.1:{self.port}"
        known = {"X-Storage-User": KEY, "X-Storage-Pass": SECRET}
        asked = urllib.request.Request(f"{base}/auth/v1.0", headers=known)
        with urllib.request.urlopen(asked, timeout=PATIENCE_S) as answer:
            place, token = answer.headers["X-Storage-Url"], answer.headers["X-Auth-Token"]
        made = urllib.request.Request(
            f"{place}/{self.bucket}", method="PUT", headers={"X-Auth-Token": token}
        )
        urllib.request.urlopen(made, timeout=PATIENCE_S).close()

    def _configure(self) -> None:
        (self._etc / "swift.conf").write_text(
            "[swift-hash]\nswift_hash_path_suffix = a\nswift_hash_path_prefix = b\n"
            "[storage-policy:0]\nname = Policy-0\ndefault = yes\n"
        )
        for kind in ("account", "container", "object"):
            port = self._ports[kind]
            (self._etc / f"{kind}.conf").write_text(
                f"[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = {port}\n{self._usual()}"
                f"devices = {self.folder}/node\nmount_check = false\n"
                f"[pipeline:main]\npipeline = {kind}-server\n"
                f"[app:{kind}-server]\nuse = egg:swift#{kind}\n[object-updater]\n"
            )
            self._ring(kind, port)
        (self._etc / "proxy.conf").write_text(
            f"[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = {self.port}\n{self._usual()}"
            "[pipeline:main]\npipeline = cache listing_formats bulk s3api tempauth proxy-server\n"
            "[app:proxy-server]\nuse = egg:swift#proxy\naccount_autocreate = true\n"
            "[filter:cache]\nuse = egg:swift#memcache\n"
            f"memcache_servers = 127.0.0.1:{self._ports['cache']}\n"
            "[filter:listing_formats]\nuse = egg:swift#listing_formats\n"
            "[filter:bulk]\nuse = egg:swift#bulk\n"
            "[filter:s3api]\nuse = egg:swift#s3api\ns3_acl = false\nlocation = us-east-1\n"
            f"[filter:tempauth]\nuse = egg:swift#tempauth\nuser_test_tester = {SECRET} .admin\n"
        )

    def _usual(self) -> str:
        user = os.environ["USER"]
        return f"user = {user}\nswift_dir = {self._etc}\nworkers = 1\nlog_level = WARNING\n"

    def _ring(self, kind: str, port: int) -> None:
        builder = str(self._etc / f"{kind}.builder")
        device = f"r1z1-127.0.0.1:{port}/d1"
        for words in (("create", "8", "1", "1"), ("add", device, "1"), ("rebalance",)):
            done = subprocess.run(
                ["/usr/bin/swift-ring-builder", builder, *words], capture_output=True, check=False
            )
            assert done.returncode in {0, 1}, done.stdout  # 1 is a warning
