"""nodreel as a person uses it: by its commands, on the stage's desktop."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nodreel.consent.terms import PHRASE
from nodreel.errors import NodreelError
from nodreel.gate.pages import NO_PLACE
from nodreel.ipc.client import call
from nodreel.ipc.wire import AskStatus
from nodreel.paths import Paths
from tests.bed.bed import BedError, wait_for
from tests.bed.neighbours import Recorders
from tests.demo.plan import BROWSER
from tests.demo.stage import BINARIES, CANARIES

if TYPE_CHECKING:
    from tests.bed.bed import App
    from tests.demo.stage import Stage

POLICY = """\
version = 1
kinds = ["pointer", "keys", "text", "screen", "titles", "elements"]
synthetic = "keep"       # the demo's hands are not a physical device
presence = "synthetic"   # and neither are those that type its yes
review_key = false       # no keyring on this desktop

[organisation]
name = "The demo"
address = "This machine"
contact = "nobody@localhost"
jurisdiction = "none"

[purpose]
id = "demo"
text = "To show what nodreel records, and what it does not."

[[recipients]]
name = "whoever runs the demo"
key = "{key}"

[limits]
disk_floor_mb = 64
"""
APP = """
[[apps]]
id = "{name}"
name = "{name}"
exe = "{exe}"
keys = "full"
"""
BROWSES = 'browser = "chromium"\n'
SITE = """
[[sites]]
id = "accounts"
name = "Accounts portal"
scheme = "http"
host = "localhost"
port = {port}
"""
PATIENCE = 60.0  # seconds for the whole ceremony
STILL = 0.4  # seconds without output after which a line that has not ended is a question


class Recorder:
    """The commands of nodreel, run on that desktop and with a home of their own."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self._stage, self.home, self.identity = stage, stage.home, folder / "research.key"
        self._talk = folder / "terminal.log"
        self._paths = Paths(self.data, self.home / "run", self.home / "config", folder / "none")
        self._neighbours = Recorders()
        inherited = ("PYTHONPATH", "PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE")
        self._env = {
            **stage.bed.env,
            **{name: os.environ[name] for name in inherited if name in os.environ},
            "NODREEL_HOME": str(self.home),
            "PATH": f"{Path(sys.executable).parent}:{stage.bed.env['PATH']}",
        }

    @property
    def data(self) -> Path:
        return self.home / "data" / "v1"

    @property
    def episodes(self) -> list[Path]:
        return sorted(path for path in (self.data / "episodes").iterdir() if path.is_dir())

    def say(self, *words: str) -> str:
        """Run ``nodreel WORDS`` to its end and return what it printed."""
        done = subprocess.run(
            ["nodreel", *words],
            env=self._env,
            cwd=self._stage.folder,
            stdin=subprocess.DEVNULL,
            timeout=60,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            told = (done.stderr or done.stdout).strip()
            raise BedError(f"nodreel {' '.join(words)} ended with {done.returncode}: {told}")
        return done.stdout

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.say("status", "--json"))
        status: dict[str, Any] = found["status"] if "answer" in found else found
        return status

    def _state(self) -> str | None:
        try:
            return str(self.status()["state"])
        except BedError:  # not running yet
            return None

    def records(self, app: str) -> bool:
        """Whether the sign says now that ``app`` is recorded; asks gently."""
        time.sleep(0.03)
        try:
            status = call(self._paths, AskStatus()).status
        except NodreelError:
            return False
        return status is not None and (status.state, status.app) == ("recording", app)

    def make_policy(self) -> None:
        """Make the research key and write the person's own policy."""
        told = self.say("keys", "new", str(self.identity))
        key = re.search(r"age1[0-9a-z]{58}", self.identity.read_text() + told)
        if key is None:
            raise BedError(f"no public key in {self.identity}")
        apps = "".join(
            APP.format(name=name, exe=exe) + BROWSES * (name == BROWSER)
            for name, exe in BINARIES.items()
        )
        apps += SITE.format(port=self._stage.page.port)
        config = self.home / "config"
        config.mkdir(mode=0o700, parents=True, exist_ok=True)
        (config / "policy.toml").write_text(POLICY.format(key=key.group()) + apps)

    # -------------------------------------------------------------------------------- the yes

    def start(self) -> App:
        """Start nodreel in a terminal and answer the ceremony by typing, as a person would."""
        self._neighbours.enter()
        colour = f"#{CANARIES['xterm']:06x}"
        app = self._stage.bed.start(
            *(
                "xterm",
                "-T",
                "nodreel",
                "-bg",
                colour,
                "-fg",
                "black",
                "-geometry",
                "90x10+870+890",
            ),
            *("-e", "script", "-qfc", "nodreel start; exec cat", str(self._talk)),
            env=self._env,
        )
        window = self._stage.windows.wait("nodreel", app.pid)
        self._stage.windows.activate(window.id)
        self._converse()
        wait_for(lambda: self._state() in {"recording", "waiting"} or None, "nodreel to run", 20)
        return app

    def greet(self) -> None:
        """Wait until the browser's extension has heard of the yes, and bring the page to the front.

        Where the page lies is known from the first movement of the pointer over it.
        """

        def met() -> bool:
            status = self.status()
            return status["state"] == "recording" or status["sentence"] == NO_PLACE

        self._stage.windows.activate(self._stage.actors[BROWSER].window)
        wait_for(met, "the browser to speak to nodreel", 20)

    def heard(self) -> str:
        """What the terminal showed so far, as plain text."""
        if not self._talk.exists():
            return ""
        text = self._talk.read_text(errors="replace")
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[()][A-Z0-9]|\r", "", text)

    def _converse(self) -> None:
        """Answer each question until the grant is there."""
        end, asked = time.monotonic() + PATIENCE, ""
        grant = self.data / "consent" / "grant.json"
        while not grant.exists():
            if time.monotonic() > end:
                raise BedError(f"the ceremony did not end:\n{self.heard()[-3000:]}")
            question = self._question()
            if question is None or question == asked:
                continue
            asked = question
            self._stage.hands.type(reply(question) + "\n")

    def _question(self) -> str | None:
        """Return all that was said once it ends in a question, None while somebody still speaks."""
        before = self.heard()
        time.sleep(STILL)
        now = self.heard()
        last = now.rsplit("\n", 1)[-1]
        return now if now == before and last.strip() else None

    def stop(self) -> None:
        self.say("stop")
        self._neighbours.leave()


def reply(question: str) -> str:
    """Answer as somebody who agrees to everything."""
    return "yes" if question.endswith("[yes/NO] ") else PHRASE
