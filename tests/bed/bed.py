"""A real X11 desktop of its own for tests and the demo: server, session bus, window manager, apps.

Nothing is shared with the desktop of whoever runs it: a free display with a cookie of its own, a
private bus and private folders. Runs as any user and needs no pytest.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import struct
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from tests.bed.waiting import BedError, wait_for
from tests.bed.windows import Windows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


__all__ = ["App", "Bed", "BedError", "wait_for"]


@dataclass(frozen=True)
class App:
    """A program started on the desktop; ``log`` holds what it printed."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        return self.process.pid

    def stop(self, timeout: float = 5.0) -> None:
        """End the program and all it started (its process group); safe to call again."""
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, sign)
            except ProcessLookupError:
                break
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                continue
        self.process.wait()


def is_answered(place: Path) -> bool:
    """Whether somebody listens there; the name is there a moment before."""
    with socket.socket(socket.AF_UNIX) as asking:
        return asking.connect_ex(str(place)) == 0


class Bed:
    """One desktop. ``with Bed(folder) as bed: bed.start("xterm")``.

    ``env`` is everything a program needs to know to live on this desktop. ``wm`` may be None.
    """

    def __init__(
        self,
        folder: Path,
        *,
        size: tuple[int, int] = (1920, 1080),
        wm: Sequence[str] | None = ("openbox", "--sm-disable"),
        server: Sequence[str] = (),
        logind: bool = False,
        accessibility: bool = False,
    ) -> None:
        self.folder = folder
        self.size = size
        self._wm = wm
        self._server = server
        self._logind = logind
        self._accessibility = accessibility
        self._apps: list[App] = []
        self.env: dict[str, str] = {}

    def __enter__(self) -> Self:
        try:
            self._open()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every program started here, the newest first."""
        while self._apps:
            self._apps.pop().stop()

    def start(self, *command: str, env: Mapping[str, str] | None = None) -> App:
        """Start a program on this desktop."""
        log = self.folder / "log" / f"{len(self._apps)}-{os.path.basename(command[0])}.log"  # noqa: PTH119
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as out:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**self.env, **(env or {})},
                cwd=self.folder,
                start_new_session=True,
            )
        app = App(process, log)
        self._apps.append(app)
        return app

    def run(self, *command: str, timeout: float = 15.0) -> str:
        """Run a program on this desktop to its end and return what it printed."""
        done = subprocess.run(
            command, env=self.env, cwd=self.folder, timeout=timeout, check=False,
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise BedError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    # ------------------------------------------------------------------------------ setting it up

    def _open(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        runtime = self.folder / "run"
        runtime.mkdir(mode=0o700)
        for place in ("home", "config", "data", "cache"):
            (self.folder / place).mkdir()
        self.env = {
            "PATH": "/usr/bin:/bin:/usr/games",
            "LANG": "C.UTF-8",
            "USER": os.environ.get("USER", ""),
            "HOME": str(self.folder / "home"),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "XDG_SESSION_TYPE": "x11",
            "XDG_CURRENT_DESKTOP": "X-Bed",
            "GDK_BACKEND": "x11",
            "QT_QPA_PLATFORM": "xcb",
            "GSETTINGS_BACKEND": "memory",
            "NO_AT_BRIDGE": "1",
            "GTK_THEME": "Adwaita",
        }
        self._open_server()
        self.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={runtime}/bus"
        self._let_no_daemon_come()
        self._open_bus("--session", f"--address={self.env['DBUS_SESSION_BUS_ADDRESS']}")
        wait_for(lambda: is_answered(runtime / "bus"), "the session bus")
        if self._logind:
            self._open_logind(runtime)
        if self._accessibility:
            self._open_accessibility()
        if self._wm:
            self.start(*self._wm)
            wait_for(self._managed, "the window manager")

    def _open_server(self) -> None:
        cookies = self.folder / "Xauthority"
        cookies.touch(mode=0o600)
        name, secret = b"MIT-MAGIC-COOKIE-1", secrets.token_bytes(16)
        wild = struct.pack(
            ">HHH", 0xFFFF, 0, 0
        )  # any host, any display: the number is not known yet
        wild += struct.pack(">H", len(name)) + name + struct.pack(">H", len(secret)) + secret
        cookies.write_bytes(wild)
        reader, writer = os.pipe()
        width, height = self.size
        with (self.folder / "Xvfb.log").open("wb") as out:
            process = subprocess.Popen(
                ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24",
                 "-auth", str(cookies), "-nolisten", "tcp", "-noreset", "-dpi", "96",
                 *self._server],
                pass_fds=[writer], stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                env=self.env, cwd=self.folder, start_new_session=True,
            )  # fmt: skip
        self._apps.append(App(process, self.folder / "Xvfb.log"))
        os.close(writer)
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        if not number:
            raise BedError(f"no X server: {(self.folder / 'Xvfb.log').read_text()}")
        self.env |= {"DISPLAY": f":{number}", "XAUTHORITY": str(cookies)}

    def _open_bus(self, *options: str) -> None:
        self.start("dbus-daemon", "--nofork", "--nopidfile", *options)

    def _let_no_daemon_come(self) -> None:
        """Show notifications where a test starts their daemon, not because one is installed."""
        services = self.folder / "data/dbus-1/services"
        services.mkdir(parents=True)
        name = "org.freedesktop.Notifications"
        text = f"[D-BUS Service]\nName={name}\nExec=/bin/false\n"
        (services / f"{name}.service").write_text(text)

    def _open_logind(self, runtime: Path) -> None:
        """Open a system bus of our own with a stand-in for logind (python3-dbusmock)."""
        place = runtime / "system"
        config = self.folder / "system.conf"
        config.write_text(
            f"<busconfig><type>system</type><listen>unix:path={place}</listen>"
            '<policy context="default"><allow send_destination="*" eavesdrop="true"/>'
            '<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>'
        )
        self.env["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={place}"
        self._open_bus(f"--config-file={config}")
        wait_for(lambda: is_answered(place), "the system bus")
        self.start("/usr/bin/python3", "-m", "dbusmock", "--system", "--template", "logind")
        wait_for(self._has_logind, "logind")

    def _open_accessibility(self) -> None:
        """Let the programs on this desktop say what they show (Qt wants to be told)."""
        del self.env["NO_AT_BRIDGE"]
        self.env["QT_LINUX_ACCESSIBILITY_ALWAYS_ON"] = "1"
        self.start("/usr/libexec/at-spi-bus-launcher", "--launch-immediately")
        self.run(
            "dbus-send", "--session", "--print-reply", "--dest=org.a11y.Bus", "/org/a11y/bus",
            "org.a11y.Bus.GetAddress",
        )  # fmt: skip

    def _has_logind(self) -> bool:
        try:
            self.run(
                "dbus-send", "--system", "--print-reply", "--dest=org.freedesktop.login1",
                "/org/freedesktop/login1", "org.freedesktop.login1.Manager.ListSessions",
            )  # fmt: skip
        except BedError:
            return False
        return True

    def _managed(self) -> bool:
        """Whether new windows are taken care of: some managers say so before they do it."""
        if "#" not in self.run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK"):
            return False
        with Windows(self.env) as windows:
            return windows.are_managed()
