"""nodreel doctor: look at everything recording needs; each line says how to mend what is bad."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from nodreel.cli import checks
from nodreel.cli.answers import json_option
from nodreel.clock import SystemClock
from nodreel.paths import default_paths
from nodreel.review.inert import inert

if TYPE_CHECKING:
    from nodreel.cli.checks import Finding

_LONGEST = 400
_MARKS = {"ok": "ok ", "bad": "BAD", "note": " - "}


@click.command()
@click.option("--probe", is_flag=True, help="Ask the X server what it can do, even before consent.")
@json_option
def doctor(*, probe: bool, as_json: bool) -> None:
    """Find what is wrong and how to mend it. Records nothing and changes nothing."""
    found = list(checks.examine(default_paths(), SystemClock(), probe=probe))
    if as_json:
        click.echo(json.dumps([_plain(finding) for finding in found]))
    else:
        for finding in found:
            _show(finding)
    bad = next((finding for finding in found if finding.mark == "bad"), None)
    if bad is not None:
        click.get_current_context().exit(bad.exit_code)


def _show(finding: Finding) -> None:
    click.echo(f"{_MARKS[finding.mark]}  {finding.name:8}  {inert(finding.sentence, _LONGEST)}")
    if finding.advice:
        click.echo(f"{'':15}{inert(finding.advice, _LONGEST)}")


def _plain(finding: Finding) -> dict[str, str]:
    return {
        "name": finding.name, "mark": finding.mark,
        "sentence": finding.sentence, "advice": finding.advice,
    }  # fmt: skip
