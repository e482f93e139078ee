"""The table of docs/reliability.md: ``python -m tests.reliability FILE...`` prints the page.

Each line of it is a test that ran, on the day and machine it says; nothing is filled in by hand.
"""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tests.findings import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.findings import Finding

LIMITS = """\
| when | lost at most |
|---|---|
| the agent is killed with -9 | 5.2 s: what waits in memory, 2 s of grace and 3 s until sealed |
| the power is cut | 6 s: the same, and what the disk had not confirmed |
| the disk is full | nothing that was stored; recording pauses, and goes on by itself |
| a segment is damaged | that segment, as a rule 3 s; of a key segment the pictures on it |
| somebody edits the audit log | nothing silently: the first bad line is named |
"""

RESIDUALS = """\
- **Root, and whoever rules the machine**, can defeat any program on it: forge a consent, silence
  the sign, read memory. The signed heads in a receipt that the person keeps elsewhere make some of
  that visible afterwards. They prevent none of it.
- **A disk that lies** about having written loses what it lied about. What is left is readable, and
  what is missing is named. On XFS a folder came back once, in an early run, that nobody may
  enter: nodreel then records nothing and says so.
- **Where memory is refused**, a library that does not look whether it got any may end the agent
  (decision 0907). That is as after kill -9.
- **Live malware of the same user** can read the keyboard without nodreel, press keys in a terminal,
  and put files back, decisions included. A yes in a terminal is therefore `synthetic`, and the
  receipt says so, unless the policy wants digits typed by hand (decision 0906).
- **A wall clock that is ahead** for a moment, as with a machine that keeps local time until it
  hears the right one, ends at once what is counted by it: the hours that a recording is held, and
  the days that it stays. Sleep, a reboot and a step look alike to nodreel, and it believes the
  later time. What was released or deleted by it stays so.
- **Swap and hibernation** may hold what was in memory, where the disk is not encrypted.
- **Words meant for a model** in titles or typed text cannot be made harmless by escaping: episodes
  are data of strangers.
"""


def page(files: Sequence[Path], today: str, machine: str) -> str:
    """Return the page: limits, what was tried, what is left."""
    rows = "\n".join(map(row, read(files)))
    runs = ", ".join(f"`{file.stem}`" for file in files)
    return (
        "# What holds when things go wrong\n\n"
        f"Written by `scripts/reliability` on {today}, from these runs: {runs} ({machine}). "
        "A violation is a case in which the promise did not hold; a run with one fails.\n\n"
        f"## What is lost at most\n\n{LIMITS}\n"
        "## What was tried\n\n"
        "| promise | tried | cases | violations | lost at most | test |\n"
        f"|---|---|---:|---:|---|---|\n{rows}\n\n"
        "`tests/catalogue.toml` lists the sixty faults and attacks that are known, and the tests of"
        " each; rows that wait for a part of nodreel that does not exist yet say so.\n\n"
        f"## What is left\n\n{RESIDUALS}"
    )


def row(finding: Finding) -> str:
    """Return one line of the table."""
    seconds = finding.lost_at_most_s
    lost = finding.lost if seconds is None else f"{seconds:g} s"
    file, _, name = finding.test.partition("::")
    cells = (
        finding.promise, finding.what, f"{finding.cases:,}", str(finding.violations), lost or "-",
        f"`{file.removeprefix('tests/')}` {name.removeprefix('test_').replace('_', ' ')}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    print(
        page(
            [Path(name) for name in sys.argv[1:]],
            f"{datetime.now(tz=UTC):%Y-%m-%d}",
            f"{os.cpu_count()} cores, {platform.system()} {platform.release().split('-')[0]}",
        ),
        end="",
    )
