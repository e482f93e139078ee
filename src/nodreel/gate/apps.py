"""Which designated app a process is. Pure; the system's word counts, a window's own does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from nodreel.policy import DesignatedApp
    from nodreel.scene import Process

    Digest = Callable[[Process], str | None]


def no_digest(_process: Process) -> None:
    """Know no binary's hash: an app that the policy pins by hash is then not designated."""


def designated(
    process: Process | None, apps: Iterable[DesignatedApp], digest: Digest = no_digest
) -> DesignatedApp | None:
    """Return the app that ``process`` is, None when it is unknown, untrusted or not designated."""
    if process is None or not process.trusted or not process.exe:
        return None
    return next((app for app in apps if _is(process, app, digest)), None)


def _is(process: Process, app: DesignatedApp, digest: Digest) -> bool:
    if process.exe != app.exe:
        return False
    if app.script is not None:
        if process.script != app.script or not process.script_trusted:
            return False
    elif process.script is not None:
        return False
    return app.sha256 is None or digest(process) == app.sha256
