"""What the tests of faults and attacks found: one JSON object a line, for docs/reliability.md.

A test calls ``found`` once (or once per round) after its assertions. The lines go to the file that
the environment names as NODREEL_FINDINGS (``scripts/test`` does); without it nothing is written.
``python -m tests.findings FILE...`` prints what the files hold, added up.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

WHERE = "NODREEL_FINDINGS"
ALL = "all"
"""What stands for every promise at once."""
_LONGEST = 4096  # one write of at most this much lands in one piece


@dataclass(frozen=True, slots=True)
class Finding:
    """``cases`` tried of ``what`` for a promise ("C9", or ALL), in ``test`` (an id).

    ``lost_at_most_s``: seconds of recording lost in the worst case, where that was measured;
    ``lost``: the same in words, where it is no time ("that segment").
    """

    promise: str
    test: str
    what: str
    cases: int
    violations: int = 0
    lost_at_most_s: float | None = None
    lost: str = ""


def found(
    promise: str, what: str, cases: int, *, violations: int = 0,
    lost_at_most_s: float | None = None, lost: str = "", test: str = "",
) -> None:  # fmt: skip
    """Write down what the running test tried, and what came of it."""
    place = os.environ.get(WHERE)
    if not place:
        return
    test = test or os.environ["PYTEST_CURRENT_TEST"].split(" (")[0].split("[")[0]
    seconds = None if lost_at_most_s is None else round(lost_at_most_s, 3)
    finding = Finding(promise, test, what, cases, violations, seconds, lost)
    line = json.dumps(asdict(finding)).encode("ascii") + b"\n"
    assert len(line) <= _LONGEST, "a finding is short"
    file = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    try:
        os.write(file, line)
    finally:
        os.close(file)


def read(files: Iterable[Path]) -> list[Finding]:
    """Return what the files hold, added up for each promise, test and thing tried."""
    total: dict[tuple[str, str, str], Finding] = {}
    for file in files:
        for line in file.read_text("ascii").splitlines() if file.exists() else ():
            one = Finding(**json.loads(line))
            name = (one.promise, one.test, one.what)
            total[name] = together(total[name], one) if name in total else one
    return sorted(total.values(), key=lambda f: (number(f.promise), f.test, f.what))


def number(promise: str) -> int:
    """Where a promise comes in the table: what stands for all of them is first."""
    return 0 if promise == ALL else int(promise.removeprefix("C"))


def together(one: Finding, two: Finding) -> Finding:
    """Add up two rounds of one thing: the sum of what was tried, the worst of what was lost."""
    seconds = [s for s in (one.lost_at_most_s, two.lost_at_most_s) if s is not None]
    return replace(
        one, cases=one.cases + two.cases, violations=one.violations + two.violations,
        lost_at_most_s=max(seconds, default=None), lost=one.lost or two.lost,
    )  # fmt: skip


def sentence(finding: Finding) -> str:
    """Say one finding in a line."""
    said = f"{finding.promise}: {finding.cases:,} {finding.what}, {finding.violations} violations"
    if finding.lost_at_most_s is not None:
        said += f", at most {finding.lost_at_most_s:g} s lost"
    return f"{said}{f', lost: {finding.lost}' if finding.lost else ''} ({finding.test})"


if __name__ == "__main__":
    for told in read(map(Path, sys.argv[1:])):
        print(sentence(told))
