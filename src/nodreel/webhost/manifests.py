"""What tells a browser how to start the native host: one small file per browser and person."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nodreel.webhost.package import FIREFOX_ID, chromium_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NAME = "nodreel"


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser and the folder in which it looks for a person's native hosts."""

    name: str
    folder: Path
    firefox: bool = False

    @property
    def manifest(self) -> Path:
        """The file that names our host."""
        return self.folder / f"{NAME}.json"

    @property
    def used(self) -> bool:
        """Whether this person has ever started it."""
        return self.folder.parent.is_dir()


_CHROMIUMS = {
    "chromium": "chromium",
    "chrome": "google-chrome",
    "edge": "microsoft-edge",
    "brave": "BraveSoftware/Brave-Browser",
}


def browsers(env: Mapping[str, str]) -> tuple[Browser, ...]:
    """Return the browsers we know, with the person's folders by ``env`` (HOME, XDG_CONFIG_HOME)."""
    home = Path(env["HOME"])
    config = Path(env.get("XDG_CONFIG_HOME") or home / ".config")
    chromiums = (
        Browser(name, config / folder / "NativeMessagingHosts")
        for name, folder in _CHROMIUMS.items()
    )
    firefox = Browser("firefox", home / ".mozilla" / "native-messaging-hosts", firefox=True)
    return (*chromiums, firefox)


def manifest(wrapper: Path, *, firefox: bool, ids: Sequence[str] = ()) -> str:
    """Return the file for one sort of browser; ``ids``: more ids the extension has in Chromium."""
    said: dict[str, object] = {
        "name": NAME,
        "description": "nodreel: which designated page is in front, while you have it record",
        "path": str(wrapper),
        "type": "stdio",
    }
    if firefox:
        said["allowed_extensions"] = [FIREFOX_ID]
    else:
        wanted = dict.fromkeys((chromium_id(), *ids))
        said["allowed_origins"] = [f"chrome-extension://{one}/" for one in wanted]
    return json.dumps(said, indent=2) + "\n"


def wrapper(command: Sequence[str], env: Mapping[str, str]) -> str:
    """Return the script that browsers start; it becomes the host, so their child stays their child.

    A browser started from a menu does not know NODREEL_HOME, so it is written down here.
    """
    home = env.get("NODREEL_HOME")
    lines = ["#!/bin/sh", "# Written by `nodreel browsers setup`; started by browsers."]
    if home:
        lines.append(f"export NODREEL_HOME={shlex.quote(home)}")
    return "\n".join([*lines, f"exec {shlex.join(command)}", ""])
