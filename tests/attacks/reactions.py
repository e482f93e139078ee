"""What each change of a policy does, from real runs: docs/policy-changes.md.

``python -m tests.attacks.reactions`` prints the page; tests/attacks/test_widening.py compares each
row with what happens.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nodreel.agent import permission as module
from nodreel.agent.permission import Permission
from nodreel.consent.ceremony import hold
from nodreel.host import private_dir
from nodreel.paths import Paths
from nodreel.policy import Presence
from tests.consent.clocks import TurnedClock
from tests.consent.yes import Person
from tests.policy.samples import policy
from tests.policy.test_order import WIDENINGS

if TYPE_CHECKING:
    from nodreel.policy import Policy

# Nobody can agree to a suspended policy, so that lifting it is no widening of an agreed one.
ROWS = [name for name in WIDENINGS if name != "suspension lifted"]
PAGE = Path(__file__).parents[2] / "docs" / "policy-changes.md"
_HEAD = """\
# What happens when a policy changes

Each row was run: a person agreed to a policy, the policy file was changed under the running checks, and this is what they said. The page is written by
`scripts/policy_files`, and a test compares each row with what happens. An agent looks every two seconds whether a file changed.

*Stops* means: nothing is recorded until the person has agreed to the difference, which they are shown; nothing goes on under the old terms. *Applies* means: it is
in force without a question and without a restart. A change that is no narrowing in either direction stops both ways.

| what changes | one way | the other way |
|---|---|---|
"""
_TAIL = """
Beside these: `suspended = true` in any managed file stops everybody, and lifting it goes on under the same consent. A file that cannot be read, understood or
trusted stops, and names the file, the line and what to do. An older version that comes back is wider. The same policy in other words is no change.
"""


def toml(value: object) -> str:
    """Write a value as inline TOML."""
    match value:
        case dict():
            return f"{{{', '.join(f'{k} = {toml(v)}' for k, v in value.items() if v is not None)}}}"
        case list():
            return f"[{', '.join(map(toml, value))}]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def write(paths: Paths, wanted: Policy | str) -> None:
    """Put a policy where the person's own lies, as a file of theirs."""
    tree = wanted.model_dump(mode="json") if not isinstance(wanted, str) else {}
    lines = [f"{key} = {toml(value)}" for key, value in tree.items()]
    paths.policy.write_text(wanted if isinstance(wanted, str) else "\n".join(lines) + "\n")
    paths.policy.chmod(0o600)


def make_folders(paths: Paths) -> None:
    for folder in (paths.data, paths.config, paths.state):
        private_dir(folder)


@dataclass(frozen=True, slots=True)
class Reaction:
    """What is said when a policy becomes wider, and when that is taken back; None: it applies."""

    name: str
    there: str | None
    back: str | None

    @property
    def row(self) -> str:
        cells = (self.name, _told(self.there), _told(self.back))
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _told(why: str | None) -> str:
    if why is None:
        return "applies"
    return f"stops: {why.partition('(')[2].rpartition(')')[0]}"


def react(paths: Paths, clock: TurnedClock, name: str) -> Reaction:
    """Agree to the narrow policy and widen it; agree to the wide one and narrow it."""
    wide, narrow = (policy(**changes) for changes in WIDENINGS[name])
    return Reaction(
        name, _changed(paths, clock, narrow, wide), _changed(paths, clock, wide, narrow)
    )


def _changed(paths: Paths, clock: TurnedClock, agreed: Policy, then: Policy) -> str | None:
    proof = Presence.REAUTHENTICATED
    hold(Person(strongest=proof, proof=proof), paths, clock, agreed)
    write(paths, agreed)
    permission = Permission(paths, clock)
    assert permission.why_no_grant() is None
    assert permission.why_policy() is None
    write(paths, then)
    clock.pass_time(module.POLICY_EVERY)
    why = permission.why_policy()
    assert permission.policy == (then if why is None else None), "never under the old terms"
    return why


def page() -> str:
    """Run every change, each with a person of its own."""
    rows = []
    for name in ROWS:
        with tempfile.TemporaryDirectory() as place:
            at = Path(place)
            paths = Paths(at / "data", at / "run", at / "config", at / "etc")
            make_folders(paths)
            rows.append(react(paths, TurnedClock(), name).row)
    return _HEAD + "\n".join(rows) + "\n" + _TAIL


if __name__ == "__main__":
    sys.stdout.write(page())
