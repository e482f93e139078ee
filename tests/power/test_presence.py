"""A yes whose presence is to be proved, from the question in a terminal to the receipt.

Everything is nodreel's own and as people have it, but for the keyboard: an X server inside of
another one has one that no program types on, and root mounts a list of devices that has it where
the kernel's list is (see ``rig``).
"""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from nodreel.consent import read_grant, receipts
from nodreel.consent.terms import PHRASE
from nodreel.errors import NoConsentError
from nodreel.policy import Presence
from tests.agent.journey import POLICY, Journey
from tests.bed.bed import wait_for
from tests.bed.injector import Injector, connect
from tests.desktop.x11.test_code_window import inner, keyboard_of
from tests.findings import found
from tests.host.test_keyboards import device

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.bed.bed import Bed
    from tests.power.conftest import Rig

__all__ = ["inner"]

GIVE = "from nodreel.cli.consent import consent; consent(['give'])"
NODE = "/dev/input/event77"


@pytest.fixture
def plugged_in(rig: Rig, inner: dict[str, str], tmp_path: Path) -> Iterator[int]:
    """Plug the inner server's keyboard into the machine; returns its XInput2 id."""
    rig.do("keyboards", str(device(tmp_path / "input", "event77")))
    number = keyboard_of(inner)
    subprocess.run(
        ["xinput", "set-prop", str(number), "--type=int", "--format=8", "Device Node",
         *(str(letter) for letter in NODE.encode())], env=os.environ | inner, check=True,
    )  # fmt: skip
    yield number
    rig.do("unplug")


class Asked:
    """A person's terminal with ``nodreel consent give`` in it."""

    def __init__(self, env: dict[str, str]) -> None:
        self._terminal, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", GIVE], stdin=theirs, stdout=theirs, stderr=theirs, env=env,
            start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self.said = ""

    def until(self, words: str) -> re.Match[str]:
        while (there := re.search(words, self.said)) is None:
            assert select.select([self._terminal], [], [], 60)[0], self.said
            self.said += os.read(self._terminal, 65536).decode()
        return there

    def answer(self, line: str) -> None:
        os.write(self._terminal, line.encode())

    def end(self) -> int:
        """Return the exit code; the rest of what it says is read meanwhile."""
        while select.select([self._terminal], [], [], 120)[0]:
            try:
                self.said += os.read(self._terminal, 65536).decode()
            except OSError:  # nobody has the other end any more
                break
        os.close(self._terminal)
        return self.process.wait(60)


def agree(env: dict[str, str], inner: dict[str, str]) -> tuple[Asked, str]:
    """Say yes to everything; returns the terminal and the digits, with their window in front."""
    asked = Asked(env)
    asked.until(re.escape("[yes/NO] "))
    asked.answer("yes\n" * 4)
    asked.until("> ")
    asked.answer(PHRASE + "\n")
    digits = asked.until(r"own keyboard: (\d{6})").group(1)
    x = connect(inner)
    root = x.get_setup().roots[0].root
    wait_for(lambda: x.core.GetInputFocus().reply().focus not in {0, 1, root}, "the small window")
    x.disconnect()
    return asked, digits


@pytest.mark.power
def test_digits_by_hand_make_the_yes_physical_and_those_of_a_program_none(
    rig: Rig, bed: Bed, inner: dict[str, str], plugged_in: int, tmp_path: Path
) -> None:
    with Journey(bed, tmp_path / "n") as journey:
        journey.write_policy(POLICY.replace('presence = "synthetic"', 'presence = "physical"'))
        env = os.environ | inner | {"NODREEL_HOME": str(tmp_path / "n")}

        asked, digits = agree(env, inner)
        with Injector(inner) as program:
            program.type(digits)
        assert asked.end() == NoConsentError.exit_code, asked.said
        assert "keys that a program presses do not count" in " ".join(asked.said.split())
        assert not journey.paths.grant.exists()

        asked, digits = agree(env, inner)
        with Injector(bed.env) as hands:
            hands.move(300, 200)
            hands.type(digits)
        assert asked.end() == 0, asked.said
        assert read_grant(journey.paths, journey.clock)
        (event,) = [r.record.events[-1] for r in receipts(journey.paths)]
        assert event.presence is Presence.PHYSICAL
        assert f"digits-by-hand(xinput2-source={plugged_in})" in (event.ceremony or "")

        rig.do("unplug")
        refused = Asked(env)
        assert refused.end() == NoConsentError.exit_code, refused.said
        assert "proves no more than 'synthetic'" in " ".join(refused.said.split())
        assert read_grant(journey.paths, journey.clock), "what was given stands"
    found("C2", "proofs of presence, asked for in a terminal", 3)
