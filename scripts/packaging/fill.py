"""Puts beside nodreel's own files what a desktop, a browser, a shell and a reader look for.

Everything that nodreel can write for one person is written by the same code, for everybody.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from nodreel.host.startup import autostart, launcher, unit
from nodreel.webhost import manifests, package

PYTHON = "/usr/lib/nodreel/bin/python3"
COMMANDS = {"nodreel": "nodreel.cli", "nodreel-webhost": "nodreel.webhost"}
PARTS = Path(__file__).parent
SITE = "usr/lib/nodreel/lib/python3.11/site-packages"


def main() -> None:
    wanted = argparse.ArgumentParser()
    for name in ("root", "checkout", "bom"):
        wanted.add_argument(f"--{name}", type=Path, required=True)
    wanted.add_argument("--version", required=True)
    said = wanted.parse_args()
    place = Place(said.root)
    programs(place)
    desktop(place)
    browsers(place)
    reading(place, said.checkout, said.version)
    inside(place, json.loads(said.bom.read_text()))


class Place:
    """The root of what will be installed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, name: str, data: str | bytes, mode: int = 0o644) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.encode() if isinstance(data, str) else data)
        file.chmod(mode)

    def link(self, name: str, target: str) -> None:
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.symlink_to(target)

    def pack(self, name: str, data: str) -> None:
        self.write(name, gzip.compress(data.encode(), 9, mtime=0))


def programs(place: Place) -> None:
    for name, module in COMMANDS.items():
        text = f'#!/bin/sh\nexec {PYTHON} -P -m {module} "$@"\n'
        place.write(f"usr/lib/nodreel/bin/{name}", text, 0o755)
        place.link(f"usr/bin/{name}", f"../lib/nodreel/bin/{name}")
    place.write("usr/lib/nodreel/agents", (PARTS / "agents").read_text(), 0o755)


def desktop(place: Place) -> None:
    agent, cli = (PYTHON, "-P", "-m", "nodreel.agent"), ("/usr/bin/nodreel",)
    place.write("usr/lib/systemd/user/nodreel.service", unit(agent, {}))
    place.link(
        "usr/lib/systemd/user/graphical-session.target.wants/nodreel.service", "../nodreel.service"
    )
    # for desktops without systemd; where both come, the second agent sees the first and ends
    entry = autostart(agent, {}) + "X-systemd-skip=true\n"
    place.write("etc/xdg/autostart/nodreel.desktop", entry)
    place.write("usr/share/applications/nodreel.desktop", launcher(cli, {}))


def browsers(place: Place) -> None:
    host = Path("/usr/bin/nodreel-webhost")
    chromium = manifests.manifest(host, firefox=False)
    # Chrome's and Edge's folders are below /etc/opt, which is theirs: docs/it.md says what to link
    place.write("etc/chromium/native-messaging-hosts/nodreel.json", chromium)
    firefox = manifests.manifest(host, firefox=True)
    place.write("usr/lib/mozilla/native-messaging-hosts/nodreel.json", firefox)
    place.write("usr/share/nodreel/nodreel.xpi", package.xpi())
    for name, data in package.contents().items():
        place.write(f"usr/share/nodreel/extension/{name}", data)


def reading(place: Place, checkout: Path, version: str) -> None:
    doc = "usr/share/doc/nodreel"
    for name in ("README.md", "CONSENT.md", "docs/it.md", "docs/policy.md", "docs/upload.md"):
        if (checkout / name).exists():
            place.write(f"{doc}/{Path(name).name}", (checkout / name).read_text())
    for file in sorted((checkout / "config").iterdir()):
        place.write(f"{doc}/examples/{file.name}", file.read_bytes())
    place.pack(f"{doc}/NEWS.gz", (checkout / "CHANGELOG.md").read_text())
    place.pack(
        f"{doc}/changelog.Debian.gz",
        f"nodreel ({version}) stable; urgency=medium\n\n  * What changed stands in NEWS.gz.\n\n"
        " -- nodreel <nodreel@example.org>  Thu, 01 Jan 1970 00:00:00 +0000\n",
    )
    place.write("usr/share/lintian/overrides/nodreel", (PARTS / "lintian").read_text())
    place.pack("usr/share/man/man1/nodreel.1.gz", said_by("man"))
    place.pack("usr/share/man/man1/nodreel-webhost.1.gz", WEBHOST_PAGE)
    place.write("usr/share/bash-completion/completions/nodreel", said_by("completion", "bash"))
    place.write("usr/share/zsh/vendor-completions/_nodreel", said_by("completion", "zsh"))
    place.write(
        f"{doc}/copyright",
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        "Upstream-Name: nodreel\nComment: licences.txt lists those of the libraries inside.\n\n"
        "Files: *\nCopyright: nodreel's contributors\nLicense: MIT\n"
        + "".join(f" {line or '.'}\n" for line in (checkout / "LICENSE").read_text().splitlines()),
    )


WEBHOST_PAGE = """\
.TH NODREEL-WEBHOST 1
.SH NAME
nodreel-webhost \\- relays what a browser's extension says to nodreel
.SH DESCRIPTION
Started by browsers, by nobody else. See
.BR nodreel (1).
"""


def said_by(*words: str) -> str:
    """Return what nodreel itself prints."""
    done = subprocess.run(
        [sys.executable, "-m", "nodreel.cli", *words], check=True, capture_output=True, text=True
    )
    return done.stdout


def inside(place: Place, bom: dict[str, Any]) -> None:
    """Write the list of what is inside, and the licences it names."""
    doc = "usr/share/doc/nodreel"
    place.write(f"{doc}/nodreel.cdx.json", json.dumps(bom, indent=1, sort_keys=True) + "\n")
    rows = [
        f"{part['name']} {part['version']}: {', '.join(licences(place, part))}"
        for part in sorted(bom["components"], key=lambda part: part["name"].lower())
    ]
    place.write(f"{doc}/licences.txt", "\n".join(rows) + "\n")


def licences(place: Place, part: dict[str, Any]) -> list[str]:
    """Return the licences a library names; of one that names none, how its own text begins."""
    found = []
    for one in part.get("licenses", []):
        said = one.get("license", {})
        found.append(str(one.get("expression") or said.get("id") or said.get("name")))
    if not found:
        texts = place.root.glob(f"{SITE}/{part['name']}-*.dist-info/licenses/*")
        found = [text.read_text().splitlines()[0] for text in sorted(texts)]
    if not found:
        raise SystemExit(f"{part['name']} does not say under which licence it is")
    return found


if __name__ == "__main__":
    main()
