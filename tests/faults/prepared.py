"""The same beginning as often as needed: what is there before a deed, laid out for each try."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nodreel.errors import NoConsentError
from tests.faults.home import Home

if TYPE_CHECKING:
    from pathlib import Path

    from tests.faults.deeds import Deed


@dataclass
class Prepared:
    """What is there before a deed, to be laid out as often as needed."""

    place: Path
    home: Home
    old: str | None

    def lay(self, place: Path) -> tuple[Home, list[object]]:
        """Copy it to ``place``; returns a home there and where its promises go."""
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.place, place)
        return self.at(place)

    def at(self, place: Path) -> tuple[Home, list[object]]:
        """Return a home where it was copied to already, and where its promises go."""
        said: list[object] = [
            ("consents", ("old",) if self.old else (None,)),
            ("wrote", [name for _, name in self.home._names]),
            ("stored", [name for _, name in self.home._names]),
        ]
        home = Home(place, said.append)
        home.clock.now = self.home.clock.now
        home._names = list(self.home._names)
        return home, said


def prepare(place: Path, before: Deed) -> Prepared:
    place.mkdir(mode=0o700)
    home = Home(place)
    before(home)
    old = None
    with suppress(NoConsentError):
        old = home.grant().consent_id
    return Prepared(place, home, old)
