"""Starts the campaign's own apps and speaks with them."""

from __future__ import annotations

import itertools
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodreel.events import Rect
from tests.bed.bed import wait_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.bed.bed import App, Bed

APPS = Path(__file__).parent / "apps"
PYTHON = os.path.realpath("/usr/bin/python3")  # Debian's own, as a policy names it


class Puppet:
    """One of the apps in ``apps``: ``ask`` gives an order and returns the answer."""

    def __init__(self, bed: Bed, script: str, env: Mapping[str, str] | None = None) -> None:
        self.script = APPS / f"{script}.py"
        self._pipe = bed.folder / f"{script}.orders"
        if not self._pipe.exists():
            os.mkfifo(self._pipe)
        self._writer = os.open(self._pipe, os.O_RDWR)
        self._numbers = itertools.count(1)
        self._read = 0
        self.heard: list[dict[str, Any]] = []
        self._rest = ""
        self.app: App = bed.start(PYTHON, str(self.script), str(self._pipe), env=env)
        wait_for(lambda: self.said(ev="ready"), f"{script} to be ready", 30)

    def listen(self) -> list[dict[str, Any]]:
        """Return all that the app said so far."""
        with self.app.log.open() as log:
            log.seek(self._read)
            text = log.read()
            self._read = log.tell()
        *lines, self._rest = (self._rest + text).split("\n")
        self.heard += [json.loads(line) for line in lines if line.startswith("{")]
        return self.heard

    def said(self, **what: Any) -> bool:
        """Whether it ever said something with all of this in it."""
        return any(what.items() <= one.items() for one in self.listen())

    def ask(self, do: str, **how: Any) -> Any:
        """Give an order and wait until it was carried out."""
        number = next(self._numbers)
        order = json.dumps({"n": number, "do": do, **how}) + "\n"
        os.write(self._writer, order.encode())

        def answer() -> dict[str, Any] | None:
            return next((one for one in reversed(self.listen()) if one.get("n") == number), None)

        return wait_for(answer, f"{self.script.name} to {do}")["answer"]

    def where(self, name: str) -> Rect:
        """Return where one of its parts is on the desktop."""
        return Rect(*self.ask("where", name=name))

    def stop(self) -> None:
        self.app.stop()
        os.close(self._writer)
